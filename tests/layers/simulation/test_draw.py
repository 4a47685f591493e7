"""Records agree with the truth they are drawn from: in the mean, in the noise asked for, and in where they lie."""

import numpy as np
import pandas as pd
import pytest
import shapely

from layers.columns import TABLES
from layers.simulation.draw import drift, incidents, weekly_counts
from layers.simulation.places import town
from layers.simulation.rates import components

_SEEDS = range(1, 9)


def component(source, fjordby, name):
    return next(part for part in components(source, fjordby) if part.name == name)


def whole_days(table, zone):
    return table["occurred_from"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()


def test_tables_have_exactly_the_columns_of_their_contract(drawn):
    indicators = {"districts": ["low_income_share", "child_poverty_share", "daytime_population"]}
    assert set(drawn.tables) == set(TABLES) - {"observations", "indicator_areas", "people_where", "context_series"}
    for name, table in drawn.tables.items():
        assert list(table) == [*TABLES[name].columns, *indicators.get(name, []), "geometry"], name
        assert table.crs == "EPSG:25832"


def test_size_is_that_of_a_demo(drawn):
    assert 80_000 < len(drawn.tables["incidents"]) < 150_000


def test_no_incident_lies_in_water_even_with_a_coarse_geocoder(changed, fjordby):
    rough = incidents(changed(geocoding_error_m=400.0), fjordby, town(), components(changed(), fjordby)[2:6])
    land = town().ground.land
    assert shapely.contains_xy(land, rough.geometry.x, rough.geometry.y).all()


def test_without_geocoding_error_incidents_stand_on_support_points(changed, fjordby):
    part = component(changed(), fjordby, "violence/user/health/undergangen")
    exact = incidents(changed(geocoding_error_m=0.0), fjordby, town(), (part,))
    known = {tuple(point) for point in town().supports["undergangen"].xy.tolist()}
    assert set(zip(exact.geometry.x, exact.geometry.y, strict=True)) <= known
    assert exact["uncertainty_m"].eq(0).all()


def test_geocoding_error_has_the_sd_asked_for(changed, fjordby):
    part = component(changed(), fjordby, "theft/business/reactive/elsewhere")
    exact = incidents(changed(geocoding_error_m=0.0), fjordby, town(), (part,))
    moved = incidents(changed(geocoding_error_m=15.0), fjordby, town(), (part,))
    error = np.column_stack([moved.geometry.x - exact.geometry.x, moved.geometry.y - exact.geometry.y])
    assert error.std(axis=0) == pytest.approx([15, 15], rel=0.03)
    assert np.abs(error.mean(axis=0)).max() < 0.5


@pytest.mark.parametrize(
    "name",
    [
        "disorder/resident/reactive/parken",
        "use/user/police_initiated/torgkvartalet",
        "use/user/police_initiated/undergangen",
        "litter/public/reactive/around-parken",
        "disorder/resident/reactive/elsewhere",
    ],
)
def test_mean_count_in_each_period_is_expected_times_detection(changed, fjordby, name):
    """Over seeds, without drift: mean +- 4 standard errors, from the variance that thinned counts must have."""
    shares = {(d.place, d.period, d.recorded_by): d.share for d in changed().detection}
    part = component(changed(), fjordby, name)
    counted = []
    for seed in _SEEDS:
        table = incidents(changed(seed=seed, drift_sd=0.0), fjordby, town(), (part,))
        counted.append(
            np.histogram(whole_days(table, fjordby.time_zone).astype("int64"), bins=edges(table, fjordby))[0]
        )
    calendar = np.repeat([0, 1, 2], [(p.end - p.start).days for p in fjordby.periods])
    expected = np.bincount(calendar, part.per_day)
    share = np.array([shares[part.place, p.id, part.kind.recorded_by] for p in fjordby.periods])
    se = np.sqrt(expected * share * (1 + share * (changed().overdispersion - 1)) / len(_SEEDS))
    assert np.all(np.abs(np.mean(counted, axis=0) - expected * share) <= 4 * se)


def edges(table, fjordby):
    days = pd.DatetimeIndex([*[p.start for p in fjordby.periods], fjordby.periods[-1].end])
    return days.astype(whole_days(table, fjordby.time_zone).dtype).astype("int64")


def test_days_within_a_week_follow_the_expected_rate(changed, fjordby):
    part = component(changed(), fjordby, "theft/business/reactive/elsewhere")
    table = incidents(changed(detection=()), fjordby, town(), (part,))
    weekday = np.bincount(whole_days(table, fjordby.time_zone).dt.day_of_week, minlength=7)
    expected = np.array(part.kind.weekdays) / 7 * len(table)
    assert np.all(np.abs(weekday - expected) < 4 * np.sqrt(expected))


def test_points_are_drawn_by_weight(changed, fjordby):
    """District shares of the background agree with the weights; chi-square over 32 districts, no drift."""
    part = component(changed(), fjordby, "theft/business/reactive/elsewhere")
    counts = weekly_counts(changed(drift_sd=0.0), fjordby, town(), part).sum(axis=0)
    support = town().supports["shops"]
    expected = np.bincount(support.district, support.weight) * part.per_day.sum()
    chi2 = ((counts - expected) ** 2 / (expected * changed().overdispersion)).sum()
    assert 12 < chi2 < 60  # 0.1 % and 99.8 % of chi-square with 32 degrees of freedom


@pytest.mark.parametrize("overdispersion", [1.0, 1.6, 4.0])
def test_weekly_overdispersion_is_what_was_asked_for(changed, fjordby, overdispersion):
    """Pearson's statistic per week, of the whole town and of one scene: the ratio holds at both levels."""
    source = changed(overdispersion=overdispersion, drift_sd=0.0)
    for name in ("theft/business/reactive/elsewhere", "disorder/resident/reactive/parken"):
        part = component(source, fjordby, name)
        counts = weekly_counts(source, fjordby, town(), part).sum(axis=1)
        mean = np.add.reduceat(part.per_day, np.arange(0, part.per_day.size, 7))
        ratio = ((counts - mean) ** 2 / mean).mean()
        assert ratio == pytest.approx(overdispersion, rel=0.25), name


def test_drift_is_log_normal_with_mean_one_and_differs_by_district_and_year(changed):
    factor = drift(changed(drift_sd=0.3), "disorder", 200, 400)
    assert factor.mean() == pytest.approx(1, abs=0.005)
    assert np.log(factor).std() == pytest.approx(0.3, rel=0.02)
    assert np.unique(factor).size == factor.size


def test_drift_is_in_the_counts(changed, fjordby):
    source = changed(drift_sd=0.3, overdispersion=1.0)
    part = component(source, fjordby, "theft/business/reactive/elsewhere")
    counts = weekly_counts(source, fjordby, town(), part)
    mean = weekly_mean(part)
    year = np.datetime64(fjordby.periods[0].start) + np.arange(0, part.per_day.size, 7)
    year = year.astype("datetime64[Y]").astype(int) - 37
    observed = np.array([counts[year == y].sum(axis=0) / mean[year == y].sum(axis=0) for y in range(13)])
    applied = drift(source, "theft", 13, 32)
    assert np.corrcoef(observed[1:12].ravel(), applied[1:12].ravel())[0, 1] > 0.9
    assert np.log(observed[1:12]).std() == pytest.approx(0.3, rel=0.15)


def weekly_mean(part):
    support = town().supports[part.support]
    weekly = np.add.reduceat(part.per_day, np.arange(0, part.per_day.size, 7))
    return weekly[:, None] * np.bincount(support.district, support.weight)


def test_changing_one_parameter_leaves_the_rest_of_the_draw(changed, fjordby):
    part = component(changed(), fjordby, "disorder/resident/reactive/parken")
    near, far = (incidents(changed(geocoding_error_m=error), fjordby, town(), (part,)) for error in (5.0, 30.0))
    assert near["occurred_from"].tolist() == far["occurred_from"].tolist()
    assert not near.geometry.equals(far.geometry)
    places = {
        detection: set(recorded(changed(detection=detection), fjordby, part)) for detection in ((), changed().detection)
    }
    assert places[changed().detection] < places[()]  # thinning takes incidents away and moves none


def recorded(source, fjordby, part):
    table = incidents(source, fjordby, town(), (part,))
    return zip(table["occurred_from"], table.geometry.x, table.geometry.y, strict=True)


def test_times_are_local_days_and_ordered(drawn, fjordby):
    table = drawn.tables["incidents"]
    day = whole_days(table, fjordby.time_zone)
    assert (day.min(), day.max()) == (pd.Timestamp("2007-09-03"), pd.Timestamp("2019-09-01"))
    assert table["occurred_from"].is_monotonic_increasing
    assert (table["occurred_to"] >= table["occurred_from"]).all()
    last = table["occurred_to"].dt.tz_convert(fjordby.time_zone).dt.tz_localize(None).dt.normalize()
    assert (last == day).all()
    late = table["occurred_to"] > table["occurred_from"]
    assert set(table.loc[late, "harm_class"]) == {"theft"}
    assert table["incident_id"].is_unique


def test_categories_agree_with_the_mapping_of_the_file(drawn, fjordby):
    table = drawn.tables["incidents"].drop_duplicates(["category", "harm_class", "borne_by", "recorded_by"])
    said = {row.category: (row.harm_class, row.borne_by, row.recorded_by) for row in table.itertuples() if row.category}
    kinds = fjordby.harm.categories.items()
    assert said == {name: (kind.harm_class, kind.borne_by, kind.recorded_by) for name, kind in kinds}
    assert len(table) == len(said)
    assert {(s.harm_class, s.borne_by, s.recorded_by) for s in fjordby.harm.series} == set(said.values())


def test_police_records_hide_the_underpass(drawn):
    """Possession: nearly all is recorded in the market streets, nearly none at the underpass, where it is frequent."""
    table = drawn.tables["incidents"]
    after = table[table["occurred_from"] >= pd.Timestamp("2017-06-06", tz="UTC")]
    use = after[after["harm_class"] == "use"]
    zones = drawn.tables["zones"].set_index("zone_id").geometry
    counted = {name: int(use.within(zones[name].buffer(50)).sum()) for name in ("torgkvartalet", "undergangen")}
    assert counted["undergangen"] < counted["torgkvartalet"]
