"""The multiverse on a made city: its first choice is the published figure, smoothed ones are the shares' own."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.city import City
from layers.errors import ConfigError
from layers.findings.evidence import reading, roles, weights
from layers.findings.kinds import QUANTITIES
from layers.frame.chain import matched_windows
from layers.frame.exposure import exposure, local_days, smoothed_counts
from layers.frame.shares import unit_shares
from layers.frame.units import unit_of
from layers.frame.window import masses_of, places_of, study_area
from layers.multiverse import COLUMNS, HEADLINES, multiverse, summaries
from layers.multiverse.rankings import rankings
from tests.made_city import CHANGE, CRS, END, FIRST_DAY, city, made_units, tables

MULTIVERSE = {"bandwidths_m": [0, 200], "grids_m": [2000], "place_draws": 0, "geocoding_draws": 0}


def made(**multiverse_settings) -> City:
    return city(density={"bandwidth_m": 200}, multiverse=MULTIVERSE | multiverse_settings)


def town(*, error_m: float = 0.0, seed: int = 1):
    """Return the made city's tables with incidents: half of them at the scenes, which empty and fill at the change."""
    rng = np.random.default_rng(seed)
    n = 4000
    day = rng.integers(0, (END - FIRST_DAY).days, n)
    later = day >= (CHANGE - FIRST_DAY).days
    scene = np.where(later, rng.choice([0, 1, 2, 2, 2], n), rng.choice([0, 0, 0, 1, 2], n))
    x, y = 500.0 + 1000.0 * scene + rng.normal(0, 50, n), 500.0 + rng.normal(0, 50, n)
    anywhere = rng.random(n) < 0.5
    x[anywhere], y[anywhere] = rng.uniform(0, 8000, anywhere.sum()), rng.uniform(0, 1000, anywhere.sum())
    instant = (pd.Timestamp(FIRST_DAY) + pd.to_timedelta(day * 24 + 12, unit="h")).tz_localize("Europe/Oslo")
    columns = {
        "incident_id": np.arange(n).astype(str),
        "occurred_from": pd.Series(instant).dt.tz_convert("UTC"),
        "category": np.where(rng.random(n) < 0.1, "grave", "light"),
        "harm_class": "violence",
        "borne_by": "resident",
        "recorded_by": "reactive",
        "uncertainty_m": error_m,
    }
    incidents = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=CRS)
    return replace(tables(), incidents=incidents)


def every_step(settings: City, given=None) -> pd.DataFrame:
    given = town() if given is None else given
    area = study_area(given, settings)
    return multiverse(area, made_units(settings), given, settings, first_day=FIRST_DAY, data_until=END)


def computed(settings: City, given=None) -> pd.DataFrame:
    """Return the choices of the first step."""
    table = every_step(settings, given)
    return table[table["step"] == settings.steps[0].id].reset_index(drop=True)


def harm_of(settings: City, given, *, bandwidth_m: float, step: int = 0) -> np.ndarray:
    """Return the reading that findings are computed from: by units, or by their shares."""
    area, units, step = study_area(given, settings), made_units(settings), settings.steps[step]
    x, y = given.incidents.geometry.x.to_numpy(), given.incidents.geometry.y.to_numpy()
    counted = exposure(units, given.incidents, settings, unit_index=unit_of(units, x, y), data_until=END)
    counts = counted.counts
    if bandwidth_m:
        shares = unit_shares(area, units.pieces, bandwidth_m=bandwidth_m)
        masses = masses_of(area, places_of(area, x, y))
        counts = smoothed_counts(shares, given.incidents, settings, masses=masses, exposure=counted)
    windows = matched_windows(settings, step, data_until=END)
    return reading(counts["violence"], counted, windows, role=roles(units, step), weights=weights(units))


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("bandwidth_m", [0.0, 200.0])
def test_a_choice_is_the_figure_that_units_and_shares_give(bandwidth_m, step):
    settings, given = made(), town()
    assert local_days(given.incidents, settings)[0] == FIRST_DAY
    table = every_step(settings, given)
    table = table[table["step"] == settings.steps[step].id]
    harm = harm_of(settings, given, bandwidth_m=bandwidth_m, step=step)
    for quantity in QUANTITIES:
        if quantity.kind not in HEADLINES or quantity.adjustment == "crude":
            continue
        rows = table[(table["finding"] == quantity.kind) & (table["bandwidth_m"] == bandwidth_m)]
        # shares below 1e-6 are dropped from S, not from the operator
        assert rows["estimate"].iloc[0] == pytest.approx(
            float(quantity.figure(harm)), rel=1e-12 if not bandwidth_m else 1e-4
        )


def test_only_choices_that_can_change_a_figure_are_counted():
    table = computed(made(indicators=[{"indicator": "population", "more_is": "more_deprived"}]))
    assert list(table.columns) == list(COLUMNS)
    assert table.groupby("finding", sort=False).size().to_dict() == {
        "harm_total_change": 2,
        "deprivation_of_harm_shift": 2 * 2 * 2,  # bandwidths, units, indicators
        "harm_moved_share": 2,
        "share_in_most_deprived_fifth_change": 8,
        "deterrence_vs_displacement": 2,
    }
    assert table.loc[table["finding"] == "harm_total_change", "unit"].isna().all()


def test_a_step_by_itself_gives_what_it_gives_among_others():
    """What steps share is spread once; scenes are drawn alike in all, so steps can be read beside each other."""
    uncertain = made(place_draws=2, geocoding_draws=1)
    scenes = tuple(scene.model_copy(update={"uncertainty_m": 100.0}) for scene in uncertain.scenes)
    uncertain, given = uncertain.model_copy(update={"scenes": scenes}), town(error_m=40.0)
    both = every_step(uncertain, given)
    assert list(dict.fromkeys(both["step"])) == [step.id for step in uncertain.steps]
    for step in uncertain.steps:
        alone = every_step(uncertain.model_copy(update={"steps": (step,)}), given)
        among = both[both["step"] == step.id].reset_index(drop=True)
        pd.testing.assert_frame_equal(among, alone, rtol=1e-12)


def test_other_series_are_tried_where_they_are_asked_for():
    plain = made()
    other = plain.harm.series[0].model_copy(update={"id": "other"})
    harm = plain.harm.model_copy(update={"series": (*plain.harm.series, other)})
    for also, expected in (((), ["violence"]), (("other",), ["violence", "other"])):
        tried = plain.multiverse.model_copy(update={"also_series": also})
        table = every_step(plain.model_copy(update={"harm": harm, "multiverse": tried}))
        assert list(dict.fromkeys(table["series"])) == expected


def test_places_and_positions_are_drawn_where_they_are_uncertain():
    uncertain = made(place_draws=3, geocoding_draws=2)
    scenes = tuple(scene.model_copy(update={"uncertainty_m": 100.0}) for scene in uncertain.scenes)
    uncertain = uncertain.model_copy(update={"scenes": scenes})
    table = computed(uncertain, town(error_m=40.0))
    moved = table[table["finding"] == "harm_moved_share"]
    assert len(moved) == 2 * 4 * 3
    assert moved["estimate"].nunique() == len(moved)
    assert (table["finding"] == "harm_total_change").sum() == 2 * 3
    exact = computed(uncertain.model_copy(update={"scenes": made().scenes}), town(error_m=0.0))
    assert (exact["finding"] == "harm_moved_share").sum() == 2


def test_the_same_seed_draws_the_same_and_another_one_others():
    settings, given = made(geocoding_draws=2), town(error_m=40.0)
    first, again = computed(settings, given), computed(settings, given)
    pd.testing.assert_frame_equal(first, again)
    other = settings.model_copy(update={"inference": settings.inference.model_copy(update={"seed": 2})})
    drawn = first["geocoding_draw"] > 0
    assert not np.allclose(first["estimate"][drawn], computed(other, given)["estimate"][drawn])


def test_an_edge_that_may_be_off_is_tried_both_ways():
    settings = made()
    last = settings.periods[2].model_copy(update={"start_uncertain_days": 20})
    table = computed(settings.model_copy(update={"periods": (*settings.periods[:2], last)}))
    assert sorted(table["edge_shift_days"].unique()) == [-20, 0, 20]
    assert table["edge_shift_days"].iloc[0] == 0


def test_weighted_choices_with_few_effective_incidents_do_not_count():
    """Ten in a hundred weigh 100, the others 1: (90 + 1000)^2 / (90 + 100000) = 11.9 per hundred."""
    weights = {"name": "w", "source": "x", "weights": {"grave": 100.0, "light": 1.0}}
    few = computed(made(harm_weights=weights))
    weighted = few[few["harm_weights"] == "w"]
    assert not weighted["counts"].any()
    plain = few[few["harm_weights"] == "none"]
    assert plain["counts"].all()
    assert (weighted["effective_incidents"].to_numpy() < 0.2 * plain["effective_incidents"].to_numpy()).all()
    enough = computed(made(harm_weights=weights, min_effective_weighted=10))
    assert enough["counts"].all()
    alike = {"name": "w", "source": "x", "weights": {"grave": 2.0, "light": 2.0}}
    assert set(computed(made(harm_weights=alike))["harm_weights"]) == {"none"}


def test_squares_are_ranked_by_the_mean_of_their_districts():
    """Squares of 2 km hold two districts of 1,000 people each: 0.15, 0.35, 0.20, 0.20 on average."""
    settings = made()
    ranked = rankings(study_area(tables(), settings), tables(), settings)
    assert [r.unit for r in ranked] == ["districts", "squares of 2000 m"]
    squares = ranked[1]
    x, y = np.array([500.0, 2500.0, 4500.0, 6500.0]), np.full(4, 500.0)
    rank = squares.weights[squares.areas(x, y, np.zeros(4, dtype=int))][:, 1]
    assert rank.tolist() == pytest.approx([0.125, 0.875, 0.5, 0.5])
    assert squares.weights[squares.areas(x, y, np.full(4, -1))].tolist() == [[0.0] * 3] * 4


def test_an_indicator_that_is_not_there_is_said():
    with pytest.raises(ConfigError, match="no column 'wealth'"):
        computed(made(indicators=[{"indicator": "wealth", "more_is": "less_deprived"}]))


def test_days_without_data_give_no_choices():
    settings, given = made(), town()
    area = study_area(given, settings)
    table = multiverse(area, made_units(settings), given, settings, first_day=date(2016, 1, 1), data_until=END)
    assert table.empty
    assert list(table.columns) == list(COLUMNS)
    assert summaries(table) == {}


def test_a_summary_counts_what_agrees_with_the_published_figure():
    rows = {"finding": ["k"] * 6, "counts": [True] * 5 + [False], "estimate": [1.0, 2.0, 4.0, -1.0, np.nan, -9.0]}
    assert summaries(pd.DataFrame(rows).assign(step="a->b", series="s")) == {
        ("a->b", "s", "k"): {"min": -1.0, "median": 1.5, "max": 4.0, "share_agreeing_in_sign": 0.6, "choices": 5.0}
    }
