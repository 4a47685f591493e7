"""The contract with readers: names and types of every layer's fields, and its version. Holds no data, writes nothing.

Users' own maps, views and scripts name these. A new layer or field raises the second number of the version; one that is
renamed, retyped or gone raises the first. `tests/layers/products/geopackage/contract.json` keeps what was promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CONTRACT_VERSION = "1.2"

Kind = Literal["text", "real", "int", "bool", "date"]
GeometryType = Literal["MultiPolygon", "MultiLineString", "Point"]

_COUNTS: dict[str, Kind] = {
    "period": "text",
    "series": "text",
    "period_start": "date",
    "period_end": "date",
    "incidents": "int",
    "incidents_text": "text",
    "incidents_per_day": "real",
    "withheld": "bool",
}
COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "hotspots": {
        "hotspot_id": "text",
        "period": "text",
        "series": "text",
        "share": "real",
        "area_km2": "real",
        "incidents_per_km2_year": "real",
        "status": "text",
        "afterwards": "text",
        "period_start": "date",
        "period_end": "date",
    },
    "changes": {
        "step": "text",
        "series": "text",
        "direction": "text",
        "rate_ratio": "real",
        "q_max": "real",
        "p_anywhere": "real",
        "area_km2": "real",
    },
    "flows": {
        "step": "text",
        "series": "text",
        "reading": "text",
        "from_place": "text",
        "to_place": "text",
        "share": "real",
        "incidents_per_day": "real",
        "walk_m": "real",
    },
    "scenes": {"scene_id": "text", "name_nb": "text", "name_en": "text"},
    "scene_periods": {"scene_id": "text", **_COUNTS},
    "districts": {
        "district_id": "text",
        "name": "text",
        "population": "real",
        "indicator": "real",
        "deprivation_rank": "real",
        "is_control": "bool",
    },
    "district_periods": {"district_id": "text", **_COUNTS, "incidents_per_km2_year": "real"},
    "district_roles": {
        "step": "text",
        "district_id": "text",
        "role": "text",
        "origin_share": "real",
        "receivers_share": "real",
        "control_share": "real",
    },
    "rings": {"ring_id": "text", "step": "text", "from_m": "real", "to_m": "real"},
    "zones": {"zone_id": "text", "name": "text", "kind": "text", "valid_from": "date", "valid_to": "date"},
    "interventions": {
        "intervention_id": "text",
        "name": "text",
        "kind": "text",
        "start": "date",
        "end": "date",
        "intensity": "real",
        "source": "text",
        "confidence": "text",
        "uncertainty_m": "real",
    },
    "practices": {
        "practice_id": "text",
        "place_id": "text",
        "name_nb": "text",
        "name_en": "text",
        "practice": "text",
        "start": "date",
        "end": "date",
        "start_precision": "text",
        "source": "text",
        "confidence": "text",
        "uncertainty_m": "real",
    },
    "services": {
        "service_id": "text",
        "name": "text",
        "kind": "text",
        "opened": "date",
        "closed": "date",
        "hours": "text",
        "capacity": "real",
        "substances": "text",
        "referral": "text",
    },
    "streets": {"osm_id": "int", "highway": "text", "name": "text", "is_bridge": "bool", "is_tunnel": "bool"},
    "street_density": {
        "period": "text",
        "series": "text",
        "incidents_per_km_year": "real",
        "period_start": "date",
        "period_end": "date",
    },
    "window": {},
    "water": {},
    "findings": {
        "id": "text",
        "step": "text",
        "series": "text",
        "harm_class": "text",
        "borne_by": "text",
        "route": "text",
        "adjustment": "text",
        "headline": "bool",
        "question_nb": "text",
        "question_en": "text",
        "estimate": "real",
        "unit": "text",
        "interval_low": "real",
        "interval_high": "real",
        "confidence_level": "real",
        "p_value": "real",
        "detection_band_low": "real",
        "detection_band_high": "real",
        "tipping_point": "text",
        "verdict": "text",
        "statement_nb": "text",
        "statement_en": "text",
        "method_nb": "text",
        "method_en": "text",
        "truth": "real",
    },
    "service_access": {
        "period": "text",
        "day": "date",
        "scene_id": "text",
        "kind": "text",
        "open_services": "int",
        "inside_zones": "int",
        "service": "text",
        "walk_m": "real",
        "minutes": "real",
        "inside_zone": "bool",
        "reachable": "bool",
        "service_avoiding_zones": "text",
        "walk_avoiding_zones_m": "real",
        "minutes_avoiding_zones": "real",
        "hours": "text",
        "capacity": "real",
        "referral": "text",
        "text_nb": "text",
        "text_en": "text",
    },
    "multiverse_summary": {
        "finding": "text",
        "step": "text",
        "series": "text",
        "choices": "int",
        "published": "real",
        "smallest": "real",
        "lower_quartile": "real",
        "median": "real",
        "upper_quartile": "real",
        "largest": "real",
        "same_sign": "real",
    },
    "routes": {
        "step": "text",
        "series": "text",
        "route": "text",
        "place": "text",
        "before_per_day": "real",
        "after_per_day": "real",
        "change_to_control": "real",
        "low": "real",
        "high": "real",
        "placebo_pairs": "int",
        "text_nb": "text",
        "text_en": "text",
    },
    "data_dictionary": dict.fromkeys(("table", "column", "nb", "en", "unit"), "text"),
    "run_info": {"key": "text", "value": "text"},
}


@dataclass(frozen=True)
class View:
    """A layer that shows rows of one table with the places of another: nothing is stored twice."""

    name: str
    rows: str
    places: str
    key: str
    words: tuple[str, ...]  # columns taken from `places`


VIEWS = (
    View("scenes_by_period", "scene_periods", "scenes", "scene_id", ("name_nb", "name_en")),
    View("districts_by_period", "district_periods", "districts", "district_id", ("name", "population")),
    View("districts_by_role", "district_roles", "districts", "district_id", ("name",)),
)
