"""Detection ratios place by place: from interventions to bands, the declared set, and where a sign turns."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from geo.functionals import CONTROL, ORIGIN, RECEIVERS
from layers.city import Window
from layers.city.enforcement import Enforcement
from layers.errors import ConfigError
from layers.findings.detection import detection_ratios, scene_bands, turning_point
from layers.findings.enforcement import enforced_share
from layers.findings.estimate import figure, tipping
from layers.findings.evidence import Frame, evidence, frame
from layers.findings.kinds import QUANTITIES
from tests.made_city import CHANGE, CRS, city, days, level, made_exposure, made_units, noisy_counts

WINDOWS = (
    Window(start=date(2015, 1, 1), end=date(2015, 1, 11)),
    Window(start=date(2016, 1, 1), end=date(2016, 1, 11)),
)
SAID = {"full_intensity": 24.0, "without": (0.1, 0.5), "at_full": (0.8, 1.0)}
DECLARED = Enforcement(**SAID)
BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
MOVED = next(q for q in QUANTITIES if q.kind == "harm_moved_share")


def interventions(*rows) -> gpd.GeoDataFrame:
    columns = ["kind", "start", "end", "intensity", "geometry"]
    return gpd.GeoDataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=columns, crs=CRS)


SCENES = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10), box(100, 0, 110, 10)], crs=CRS)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("patrol", date(2016, 1, 1), None, 24.0, box(0, 0, 10, 10)), [[0, 0], [1, 0]]),
        (("patrol", date(2016, 1, 6), None, 12.0, box(0, 0, 10, 10)), [[0, 0], [0.25, 0]]),
        (("patrol", date(2014, 1, 1), date(2015, 1, 6), 48.0, box(0, 0, 5, 10)), [[0.25, 0], [0, 0]]),
        (("patrol", date(2014, 1, 1), None, np.nan, Point(105, 5)), [[0, 1], [0, 1]]),
        (("enforcement", date(2016, 1, 1), None, 6.0, LineString([(0, 5), (200, 5)])), [[0, 0], [0.25, 0.25]]),
        (("enforcement", date(2016, 1, 1), None, 6.0, None), [[0, 0], [0.25, 0.25]]),
        (("help_centre", date(2014, 1, 1), None, 24.0, box(0, 0, 10, 10)), [[0, 0], [0, 0]]),
    ],
)
def test_enforcement_counts_by_time_area_and_intensity(row, expected):
    found = enforced_share(interventions(row), SCENES, WINDOWS, declared=DECLARED)
    assert found == pytest.approx(np.array(expected))


def test_enforcement_adds_up_to_full_at_most():
    row = ("patrol", date(2014, 1, 1), None, 18.0, box(0, 0, 10, 10))
    found = enforced_share(interventions(row, row), SCENES, WINDOWS, declared=DECLARED)
    assert found[:, 0].tolist() == [1.0, 1.0]


def test_bands_are_wide_where_nobody_patrols_and_hold_no_change():
    none, full = 0.0, 1.0
    bands = scene_bands(np.array([[none, full, none, full], [none, full, full, none]]), DECLARED)
    assert bands == pytest.approx(np.array([[0.2, 5.0], [0.8, 1.25], [1.0, 10.0], [0.1, 1.0]]))


def laid_out(route="police_initiated", **changes):
    settings = city(inference__enforcement={**SAID}, **changes)
    made = made_units(settings)
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    patrol = made.scenes[made.scenes["scene_id"] == "market"].geometry.iloc[0]
    table = interventions(("patrol", CHANGE, None, 24.0, patrol))
    one = frame(made_exposure(counts), made, settings, settings.steps[0], interventions=table)
    return settings, one, counts, detection_ratios(one, settings.inference, route)


def test_every_scene_varies_for_itself_and_nothing_else():
    _, one, _, ratios = laid_out()
    assert (ratios[0] == 1).all()
    assert (ratios[:, ~np.isin(one.role_of_group, (ORIGIN, RECEIVERS))] == 1).all()
    spans = {int(s): (ratios[:, g].min(), ratios[:, g].max()) for g, s in enumerate(one.scene_of_group) if s >= 0}
    assert spans[0] == pytest.approx((0.2, 5.0))  # the park and the underpass: nobody patrols, before or after
    assert spans[1] == pytest.approx((1.0, 10.0))  # the market: patrolled in the end
    assert spans[2] == pytest.approx((0.2, 5.0))
    assert len(ratios) == len(np.unique(ratios, axis=0)) == 3 * 2 * 3


def test_other_routes_keep_the_global_ratios():
    settings, one, _, ratios = laid_out("reactive")
    places = np.isin(one.role_of_group, (ORIGIN, RECEIVERS))
    assert (ratios[:, places].min(), ratios[:, places].max()) == settings.inference.detection_ratios
    receivers = np.flatnonzero(one.role_of_group == RECEIVERS)
    assert (ratios[:, receivers] == ratios[:, receivers[:1]]).all()  # as one place


def test_the_band_is_the_union_of_intervals_over_the_declared_set():
    settings, one, counts, ratios = laid_out()
    found = evidence(counts, one)
    whole = figure(MOVED, found, settings.inference, ratios=ratios)
    each = [figure(MOVED, found, settings.inference, ratios=r[None]).interval for r in ratios]
    assert whole.interval == pytest.approx(each[0])
    assert whole.detection_band == pytest.approx((min(e[0] for e in each), max(e[1] for e in each)))


@pytest.mark.parametrize(
    "quantity", [q for q in QUANTITIES if not q.is_ratio], ids=lambda q: f"{q.kind} {q.adjustment}"
)
def test_a_figure_is_zero_at_its_tipping_point_and_its_interval_touches_zero_at_the_limit(quantity):
    settings = city()
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    one = frame(made_exposure(counts), made_units(settings), settings, settings.steps[0])
    found = evidence(counts, one)
    tipped = tipping(quantity, found, settings.inference)
    changed = np.isin(one.role_of_group, RECEIVERS)
    if quantity.kind == "harm_total_change":
        changed = (one.role_of_group != CONTROL) | (quantity.adjustment == "crude")
    for ratio, end in ((tipped.point, None), (tipped.limit, 0)):
        if not isinstance(ratio, float) or ratio == 1.0:
            continue
        ratios = np.where(changed, ratio, 1.0)[None]
        at = figure(quantity, found, settings.inference, ratios=ratios)
        low, high = at.interval
        scale = high - low
        if end is None:
            middle = (np.log1p(low) + np.log1p(high)) / 2 if quantity.is_log else (low + high) / 2
            assert middle == pytest.approx(0.0, abs=1e-3 * scale)
        else:
            assert min(abs(low), abs(high)) < 2e-3 * scale
    assert set(tipped.e_values) <= {"e_value", "e_value_interval"}
    assert tipped.e_values.get("e_value_interval", 1.0) <= tipped.e_values.get("e_value", np.inf) + 1e-9


def test_a_turning_point_is_the_one_nearest_to_no_change():
    assert turning_point(lambda x: (x - 0.5) * (x + 2.0)) == pytest.approx(np.exp(0.5), rel=1e-6)
    assert turning_point(lambda x: x**2 + 1.0) is None
    assert turning_point(lambda x: 0.2 - np.abs(x - 1.0), beyond=np.e) == pytest.approx(np.exp(0.8), rel=1e-6)


def test_a_window_of_few_weeks_has_a_figure_but_no_interval():
    settings = city()
    short = {"start": date(2015, 6, 1), "end": date(2015, 7, 1)}
    step = settings.steps[0].model_copy(
        update={"before": Window(start=date(2014, 6, 1), end=date(2014, 7, 1)), "after": Window(**short)}
    )
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    one = frame(made_exposure(counts), made_units(settings), settings, step)
    found = figure(MOVED, evidence(counts, one), settings.inference, ratios=np.ones((1, len(one.role_of_group))))
    assert found.value is not None
    assert found.interval is None


def test_nothing_seen_is_no_certainty():
    """No incident at origin or receivers after: the moved share is what it is, but not known without error."""
    settings = city()
    quiet = np.where((days() < CHANGE.isoformat())[None, :], level(settings, **BEFORE)[:, None], 0.0)
    quiet[level(settings) == 1.0] = 1.0
    one = frame(made_exposure(quiet), made_units(settings), settings, settings.steps[0])
    found = figure(MOVED, evidence(quiet, one), settings.inference, ratios=np.ones((1, len(one.role_of_group))))
    low, high = found.interval
    assert high - low > 0.001


@pytest.mark.parametrize(("places", "rows"), [(10, 1024), (11, None)])
def test_more_than_ten_places_that_vary_each_for_itself_are_refused(places, rows):
    settings = city(inference__enforcement=SAID)
    unit = np.arange(places)
    wide = Frame(
        spans=(),
        role=np.where(unit == 0, ORIGIN, RECEIVERS),
        scene=unit,
        weights=np.ones((places, 4)),
        area_of_unit=unit,
        published=(),
        enforced=np.tile([[0.0], [1.0]], (1, places)),
    )
    if rows is not None:
        assert detection_ratios(wide, settings.inference, "police_initiated").shape == (rows, places)
        return
    with pytest.raises(ConfigError, match=r"11 scenes and rings .* declare at most 10 in a step"):
        detection_ratios(wide, settings.inference, "police_initiated")
