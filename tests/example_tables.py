"""Tables of the example release: invented places and counts of a city of 6 x 5 km. Owns no finding and no raster."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

CRS = "EPSG:25832"
WEST, SOUTH = 295_000.0, 6_700_000.0
PERIODS = ("before", "market", "tunnel")
SERIES = ("violence_public", "nuisance_resident")
SCENES = {"park": (296_900.0, 6_702_600.0), "market": (298_900.0, 6_703_400.0), "tunnel": (299_700.0, 6_701_000.0)}
# incidents per km2 and year at the centre of each scene in each period, headline series
PEAKS = {
    "before": {"park": 640.0, "market": 120.0, "tunnel": 20.0},
    "market": {"park": 90.0, "market": 520.0, "tunnel": 60.0},
    "tunnel": {"park": 70.0, "market": 150.0, "tunnel": 480.0},
}


def frame(columns: dict[str, list], geometry: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def water() -> Polygon:
    x, y = WEST, SOUTH
    return Polygon(
        [
            (x, y),
            (x + 700, y),
            (x + 900, y + 1400),
            (x + 3600, y + 1700),
            (x + 3900, y + 2050),
            (x + 900, y + 1950),
            (x + 500, y + 5000),
            (x, y + 5000),
        ]
    )


def streets() -> gpd.GeoDataFrame:
    rows = [
        LineString([(WEST + 1000, SOUTH + d), (WEST + 5900, SOUTH + d)]) for d in (400, 1000, 2400, 3000, 3600, 4500)
    ]
    cols = [
        LineString([(WEST + d, SOUTH + 2150), (WEST + d, SOUTH + 4900)])
        for d in (1400, 2000, 2600, 3300, 3900, 4600, 5300)
    ]
    bridge = [LineString([(WEST + 3000, SOUTH + 1000), (WEST + 3000, SOUTH + 2400)])]
    lines = rows + cols + bridge
    n = len(lines)
    return frame(
        {
            "osm_id": list(range(101, 101 + n)),
            "highway": ["residential"] * (n - 1) + ["primary"],
            "name": [f"Gate {i}" for i in range(1, n + 1)],
            "is_bridge": [False] * (n - 1) + [True],
            "is_tunnel": [False] * n,
            "layer": [0] * (n - 1) + [1],
        },
        lines,
    )


def districts(land: Polygon) -> gpd.GeoDataFrame:
    boxes = [
        box(WEST + c * 2000, SOUTH + r * 2500, WEST + (c + 1) * 2000, SOUTH + (r + 1) * 2500)
        for r in (1, 0)
        for c in (0, 1, 2)
    ]
    return frame(
        {
            "district_id": [f"4601{i:02d}" for i in range(1, 7)],
            "name": ["Nordvika", "Sentrum", "Østhøyden", "Sørvika", "Dammen", "Lia"],
            "population": [3200.0, 4100.0, 2800.0, 1900.0, 3600.0, 2400.0],
            "indicator": [0.08, 0.11, 0.06, 0.12, 0.21, np.nan],
            "deprivation_rank": [0.42, 0.60, 0.10, 0.79, 0.95, np.nan],
            "is_control": [False, False, True, True, False, True],
        },
        [b.intersection(land) for b in boxes],
    )


def counts(ids: dict[str, dict[str, list]], key: str) -> pd.DataFrame:
    """Long counts from id -> series -> incidents by period; None is a withheld count."""
    days = {"before": 967, "market": 280, "tunnel": 1553}
    rows = [
        {
            key: i,
            "period": p,
            "series": s,
            "incidents": n,
            "incidents_per_day": n / days[p] if n is not None else None,
            "withheld": n is None,
        }
        for i, by_series in ids.items()
        for s, counts in by_series.items()
        for p, n in zip(PERIODS, counts, strict=True)
    ]
    table = pd.DataFrame(rows)
    table["incidents"] = pd.array(table["incidents"], dtype="Int64")
    return table.astype({"incidents_per_day": float})


def district_counts() -> pd.DataFrame:
    first = {
        "460101": [412, 41, 233],
        "460102": [388, 260, 420],
        "460103": [51, 14, 77],
        "460104": [33, None, 49],
        "460105": [70, 39, 612],
        "460106": [18, None, 25],
    }
    return counts(
        {i: {SERIES[0]: n, SERIES[1]: [m and m // 2 if (m or 9) > 9 else None for m in n]} for i, n in first.items()},
        "district_id",
    )


def scene_counts() -> pd.DataFrame:
    first = {"park": [301, 12, 40], "market": [66, 171, 97], "tunnel": [11, None, 355]}
    return counts({i: {SERIES[0]: n, SERIES[1]: [m and m + 10 for m in n]} for i, n in first.items()}, "scene_id")


def scenes() -> gpd.GeoDataFrame:
    return frame(
        {
            "scene_id": list(SCENES),
            "name_nb": ["Parken", "Torget", "Undergangen"],
            "name_en": ["The park", "The market", "The underpass"],
        },
        [Point(xy).buffer(r) for xy, r in zip(SCENES.values(), (250, 180, 150), strict=True)],
    )


def zones() -> gpd.GeoDataFrame:
    (px, py), (mx, my), _ = SCENES.values()
    return frame(
        {
            "zone_id": ["Z1", "Z2"],
            "name": ["Parken", "Torget"],
            "kind": ["closure", "exclusion"],
            "valid_from": [date(2014, 8, 25), date(2014, 9, 1)],
            "valid_to": [date(2017, 6, 1), None],
        },
        [box(px - 200, py - 150, px + 200, py + 150), box(mx - 180, my - 120, mx + 180, my + 120)],
    )


def interventions() -> gpd.GeoDataFrame:
    (px, py), _, (tx, ty) = SCENES.values()
    return frame(
        {
            "intervention_id": ["I1", "I2", "I3"],
            "name": ["Parken stenges", "Undergangen tas i bruk", "Høyere bøter"],
            "kind": ["closure", "use", "fines"],
            "start": [date(2014, 8, 25), date(2015, 6, 1), date(2015, 6, 1)],
            "end": [date(2017, 6, 1), None, None],
            "intensity": [1.0, np.nan, np.nan],
            "source": ["vedtak 12/14", "feltarbeid", "politiet"],
            "confidence": ["high", "medium", "high"],
            "uncertainty_m": [0.0, 150.0, np.nan],
        },
        [LineString([(px - 200, py - 150), (px + 200, py - 150)]), Point(tx, ty), None],
    )


def services() -> gpd.GeoDataFrame:
    return frame(
        {
            "service_id": ["S1"],
            "name": ["Mottakssenteret"],
            "kind": ["drop-in"],
            "opened": [date(2010, 1, 1)],
            "closed": [None],
            "hours": ["10-18"],
            "capacity": [60.0],
            "substances": [""],
            "referral": ["no"],
            "public": [True],
        },
        [Point(WEST + 4400, SOUTH + 1250)],
    )


def hotspots() -> gpd.GeoDataFrame:
    spans = {
        "before": (date(2012, 1, 1), date(2014, 8, 25)),
        "market": (date(2014, 8, 25), date(2015, 6, 1)),
        "tunnel": (date(2015, 6, 1), date(2019, 9, 1)),
    }
    where = {"before": ("park",), "market": ("market",), "tunnel": ("tunnel", "market")}
    rows, shapes = [], []
    for series in SERIES:
        for period in PERIODS:
            for scene in where[period]:
                shape = Point(SCENES[scene]).buffer(320 if PEAKS[period][scene] > 300 else 140, quad_segs=8)
                shapes.append(shape)
                rows.append(
                    {
                        "hotspot_id": f"H-{scene}-{series}",
                        "period": period,
                        "series": series,
                        "share": 0.41 if PEAKS[period][scene] > 300 else 0.09,
                        "area_km2": shape.area / 1e6,
                        "incidents_per_km2_year": PEAKS[period][scene] * (1.0 if series == SERIES[0] else 0.45) * 0.7,
                        "status": "same",
                        "afterwards": "gone" if period == "before" else None,
                        "period_start": spans[period][0],
                        "period_end": spans[period][1],
                    }
                )
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def changes() -> gpd.GeoDataFrame:
    """A fall at the park and a rise where it went, headline series in both steps, the other one in the first."""
    went_to = {"before->tunnel": "tunnel", "before->market": "market"}
    rows, shapes = [], []
    for step, series in (("before->tunnel", SERIES[0]), ("before->tunnel", SERIES[1]), ("before->market", SERIES[0])):
        for direction, scene, ratio in (("rise", went_to[step], 6.5), ("fall", "park", None)):
            shapes.append(Point(SCENES[scene]).buffer(380, quad_segs=8))
            rows.append(
                {
                    "step": step,
                    "series": series,
                    "direction": direction,
                    "q_max": 0.048,
                    "p_anywhere": 0.002,
                    "rate_ratio": ratio,
                    "area_km2": shapes[-1].area / 1e6,
                }
            )
    return gpd.GeoDataFrame(pd.DataFrame(rows).astype({"rate_ratio": float}), geometry=shapes, crs=CRS)


def street_density() -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for period in PERIODS:
        for i, start in enumerate(range(1000, 5800, 400)):
            line = LineString([(WEST + start, SOUTH + 3000), (WEST + start + 400, SOUTH + 3000)])
            near = sum(
                p / 10 * np.exp(-((line.distance(MultiPoint([SCENES[s]])) / 400) ** 2))
                for s, p in PEAKS[period].items()
            )
            rows.append({"period": period, "series": SERIES[0], "incidents_per_km_year": round(1 + near + i / 100, 3)})
            shapes.append(line)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def place_counts() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "place_id": ["park_gate", "park_gate", "whole_city"],
            "category": ["assault", "+all", "all"],
            "from_m": [0.0, 0.0, np.nan],
            "to_m": [150.0, 150.0, np.nan],
            "start": [date(2013, 8, 25), date(2014, 8, 25), date(2013, 8, 25)],
            "end": [date(2014, 8, 25), date(2015, 8, 25), date(2014, 8, 25)],
        }
    )
    table["count"] = pd.array([335, None, 4120], dtype="Int64")
    return table
