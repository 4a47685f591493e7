"""The example release with everything a run can hold: rings, roles, routes, flows, help, choices. Asserts nothing."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point

from layers.disclosure.release import Release
from layers.facts.tables import ReleasedFacts
from tests.example_release import example_release
from tests.example_tables import PERIODS, SCENES, SERIES

STEP = "before->tunnel"


def whole_release(*, simulated: bool = True) -> Release:
    """Return it, the same at every call."""
    release = example_release(simulated=simulated)
    first, *others = release.city.steps
    city = release.city.model_copy(update={"steps": (first.model_copy(update={"rings": (250.0,)}), *others)})
    return replace(
        release,
        city=city,
        flows=_flows(release),
        rings=_rings(release),
        unit_roles=_unit_roles(),
        service_access=_service_access(),
        multiverse=_multiverse(),
        routes=_routes(),
        facts=_facts(release),
    )


def _facts(release: Release) -> ReleasedFacts:
    """Return the practice at the park and nothing else: other facts are no layer."""
    row = {"practice_id": ["p1"], "place_id": ["park"], "name_nb": ["Hyppig"], "name_en": ["Frequent"]}
    row |= {"practice": ["frequent"], "start": [date(2014, 8, 25)], "end": [None], "start_precision": ["day"]}
    row |= {"source": ["x"], "confidence": ["high"], "uncertainty_m": [120.0]}
    park = gpd.GeoDataFrame(row, geometry=[Point(SCENES["park"])], crs=release.window.crs)
    none = pd.DataFrame()
    return ReleasedFacts(park.iloc[:0], park, none, none, none, none, none, None)


def _flows(release: Release) -> gpd.GeoDataFrame:
    line = LineString([SCENES["park"], SCENES["tunnel"]])
    row = {"step": STEP, "series": SERIES[0], "reading": ["kept", "open"], "from_place": "park"}
    row |= {"to_place": ["tunnel", ""], "share": [0.2, 0.1], "incidents_per_day": [1.5, 0.7], "walk_m": [3100.0, None]}
    return gpd.GeoDataFrame(row, geometry=[line, None], crs=release.window.crs)


def _rings(release: Release) -> gpd.GeoDataFrame:
    ring = Point(SCENES["park"]).buffer(500).difference(Point(SCENES["park"]).buffer(250))
    named = {"ring_id": ["before->tunnel:0-250m"], "step": [STEP], "from_m": [0.0], "to_m": [250.0]}
    return gpd.GeoDataFrame(named, geometry=[ring], crs=release.window.crs)


def _unit_roles() -> pd.DataFrame:
    """Of 460101 a quarter is the origin, a quarter receives; 460102 is a control; 460103 the rest."""
    rows = [
        ("460101", "park", None, "origin", 0.5),
        ("460101", "", 0.0, "receivers", 0.5),
        ("460101", "", None, "rest", 1.0),
        ("460102", "", None, "control", 2.0),
        ("460103", "", None, "rest", 2.0),
    ]
    table = pd.DataFrame(rows, columns=["district_id", "scene_id", "from_m", "role", "area_km2"])
    return table.assign(step=STEP, unit_id=[f"U{n}" for n in range(len(rows))], to_m=[None, 250.0, None, None, None])


def _service_access() -> pd.DataFrame:
    row = {
        "period": PERIODS[0], "day": date(2014, 8, 24), "scene_id": "park", "kind": "drop-in", "open_services": 1,
        "inside_zones": 0, "service": "Dagsenteret", "walk_m": 540.0, "minutes": 7.0, "inside_zone": False,
        "reachable": True, "service_avoiding_zones": "Dagsenteret", "walk_avoiding_zones_m": 540.0,
        "minutes_avoiding_zones": 7.0, "hours": "mon-fri 08-15", "capacity": None, "referral": None,
        "text_nb": "Fra «Parken» er det 540 m.", "text_en": "From “The park” it is 540 m.",
    }  # fmt: skip
    return pd.DataFrame([row])


def _multiverse() -> pd.DataFrame:
    estimates = [-0.2, -0.1, -0.4, 0.1, -0.3]
    table = pd.DataFrame({"finding": "harm_total_change", "series": SERIES[0], "step": STEP, "estimate": estimates})
    tried = pd.DataFrame({**table.iloc[0].to_dict(), "estimate": [9.0]}, index=[0])
    return pd.concat([table.assign(counts=True), tried.assign(counts=False)], ignore_index=True)


def _routes() -> pd.DataFrame:
    row = {"step": STEP, "series": SERIES[0], "route": "reactive", "place": "origin", "before_per_day": 3.4}
    row |= {"after_per_day": 0.2, "change_to_control": -0.93, "low": -0.95, "high": -0.9, "placebo_pairs": 4}
    return pd.DataFrame([row | {"text_nb": "Færre ved utgangspunktet.", "text_en": "Fewer at the origin."}])
