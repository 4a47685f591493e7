"""A small release made by hand, for tests of products. Its figures are invented, no test may take them as computed."""

from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

from geo.grid import Grid, cover
from layers.city import City, Words
from layers.release import Finding, Release, Run, Surface
from layers.style import Style, read_style
from layers.tables import Snapshot

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
STYLE_FILE = Path(__file__).parents[1] / "config" / "styles" / "style.yaml"


def example_style() -> Style:
    """The style that ships with the project."""
    return read_style(STYLE_FILE)


def example_release(*, simulated: bool = True) -> Release:
    """A release of an invented city of 6 x 5 km: 3 periods, 2 series, 6 districts, 3 scenes; the same at every call."""
    city = example_city(simulated=simulated)
    water = _water()
    land = box(WEST, SOUTH, WEST + 6000, SOUTH + 5000).difference(water)
    grid = cover(land.bounds, cell_m=50, crs=CRS, max_cells=100_000)
    findings = _findings(simulated=simulated)
    return Release(
        city=city,
        run=Run(
            run_id="2020-01-01-0123abcd",
            as_of=date(2020, 1, 1),
            data_until=date(2019, 9, 1),
            code_version="0.1.0",
            config_sha256="ab" * 32,
            built_at=datetime(2020, 1, 1, tzinfo=UTC),
        ),
        snapshots=(_snapshot(simulated=simulated),),
        warnings=(
            Words(nb="Gatene er fra 1. mars 2019.", en="The streets are of 1 March 2019."),
            Words(nb="12 rader ble holdt i karantene.", en="12 rows were quarantined."),
        ),
        grid=grid,
        window=_frame({"city": [city.city]}, [land]),
        water=_frame({"name": ["Vågen"]}, [water]),
        streets=_streets(),
        districts=_districts(land),
        district_counts=_district_counts(),
        zones=_zones(),
        interventions=_interventions(),
        services=_services(),
        scenes=_scenes(),
        scene_counts=_scene_counts(),
        surfaces=tuple(_surface(grid, land, series, period) for series in SERIES for period in PERIODS),
        streets_density=_street_density(),
        hotspots=_hotspots(),
        findings=findings,
        place_counts=_place_counts(),
        quarantine_summary=pd.DataFrame(
            {
                "source_id": ["records", "records"],
                "table": ["incidents", "incidents"],
                "reason": ["coordinates missing", "=outside the usable box"],
                "rows": [9, 3],
            }
        ),
        truth={f"{f.id}/{f.series}/{f.adjustment}": f.truth for f in findings} if simulated else None,
    )


def example_city(*, simulated: bool = True) -> City:
    """The settings behind the example release."""
    source = (
        {
            "kind": "simulated",
            "id": "records",
            "licence": "CC0-1.0",
            "attribution": "Eksempelby (simulated)",
            "open": True,
        }
        if simulated
        else {
            "kind": "file",
            "id": "records",
            "table": "incidents",
            "path": "records.csv",
            "licence": "CC-BY-4.0",
            "attribution": "© Eksempelby kommune",
            "open": True,
        }
    )
    claims = {
        "harm_total_change": "decrease",
        "deprivation_of_harm_shift": "increase",
        "harm_moved_share": "increase",
        "share_in_most_deprived_fifth_change": "increase",
        "deterrence_vs_displacement": "increase",
    }
    return City.model_validate(
        {
            "city": "eksempelby",
            "name": {"nb": "Eksempelby", "en": "Exampletown"},
            "crs": CRS,
            "time_zone": "Europe/Oslo",
            "as_of": date(2020, 1, 1),
            "contact": "kart@eksempelby.invalid",
            "sources": [source],
            "harm": {"classes": _classes(), "series": _series()},
            "periods": [
                {
                    "id": "before",
                    "name": {"nb": "Før stengingen", "en": "Before the closure"},
                    "start": date(2012, 1, 1),
                    "end": date(2014, 8, 25),
                },
                {
                    "id": "market",
                    "name": {"nb": "Torget", "en": "Market streets"},
                    "start": date(2014, 8, 25),
                    "end": date(2015, 6, 1),
                },
                {
                    "id": "tunnel",
                    "name": {"nb": "Undergangen", "en": "Underpass"},
                    "start": date(2015, 6, 1),
                    "end": date(2019, 9, 1),
                },
            ],
            "scenes": [
                {
                    "id": "park",
                    "name": {"nb": "Parken", "en": "The park"},
                    "place": {"table": "zones", "ids": ["Z1"], "radius_m": 100},
                },
                {
                    "id": "market",
                    "name": {"nb": "Torget", "en": "The market"},
                    "place": {"table": "zones", "ids": ["Z2"]},
                },
                {
                    "id": "tunnel",
                    "name": {"nb": "Undergangen", "en": "The underpass"},
                    "place": {"table": "interventions", "ids": ["I2"], "radius_m": 150},
                },
            ],
            "steps": [
                {"from": "before", "to": "tunnel", "origin": ["park"], "receivers": ["market", "tunnel"]},
                {"from": "before", "to": "market", "origin": ["park"], "receivers": ["market"]},
            ],
            "deprivation": {
                "indicator": "low_income_share",
                "more_is": "more_deprived",
                "year": "2013",
                "name": {"nb": "Andel med lav inntekt", "en": "Share with low income"},
                "source": "Eksempelby kommune",
            },
            "density": {"bandwidth_m": 200},
            "inference": {"no_practical_change": dict.fromkeys(claims, 0.05), "claim": claims},
            "disclosure": {},
        }
    )


def _classes() -> dict[str, dict[str, str]]:
    return {
        "violence": {"nb": "vold", "en": "violence"},
        "nuisance": {"nb": "ordensforstyrrelser", "en": "public nuisance"},
    }


def _series() -> list[dict[str, object]]:
    return [
        {
            "id": SERIES[0],
            "name": {"nb": "Vold", "en": "Violence"},
            "harm_class": "violence",
            "borne_by": "public",
            "recorded_by": "reactive",
        },
        {
            "id": SERIES[1],
            "name": {"nb": "Uro for naboer", "en": "Nuisance to neighbours"},
            "harm_class": "nuisance",
            "borne_by": "resident",
            "recorded_by": "reactive",
        },
    ]


def _snapshot(*, simulated: bool) -> Snapshot:
    return Snapshot(
        source_id="records",
        path=Path("records"),
        sha256="cd" * 32,
        size_bytes=12_345,
        address="simulated" if simulated else "https://data.eksempelby.invalid/records.csv",
        fetched_at=datetime(2019, 12, 31, 3, tzinfo=UTC),
        upstream_date=date(2019, 12, 1),
        licence="CC0-1.0" if simulated else "CC-BY-4.0",
        attribution="Eksempelby (simulated)" if simulated else "© Eksempelby kommune",
        open=True,
    )


def _frame(columns: dict[str, list], geometry: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def _water() -> Polygon:
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


def _streets() -> gpd.GeoDataFrame:
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
    return _frame(
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


def _districts(land: Polygon) -> gpd.GeoDataFrame:
    boxes = [
        box(WEST + c * 2000, SOUTH + r * 2500, WEST + (c + 1) * 2000, SOUTH + (r + 1) * 2500)
        for r in (1, 0)
        for c in (0, 1, 2)
    ]
    return _frame(
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


def _counts(ids: dict[str, dict[str, list]], key: str) -> pd.DataFrame:
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


def _district_counts() -> pd.DataFrame:
    first = {
        "460101": [412, 41, 233],
        "460102": [388, 260, 420],
        "460103": [51, 14, 77],
        "460104": [33, None, 49],
        "460105": [70, 39, 612],
        "460106": [18, None, 25],
    }
    return _counts(
        {i: {SERIES[0]: n, SERIES[1]: [m and m // 2 if (m or 9) > 9 else None for m in n]} for i, n in first.items()},
        "district_id",
    )


def _scene_counts() -> pd.DataFrame:
    first = {"park": [301, 12, 40], "market": [66, 171, 97], "tunnel": [11, None, 355]}
    return _counts({i: {SERIES[0]: n, SERIES[1]: [m and m + 10 for m in n]} for i, n in first.items()}, "scene_id")


def _scenes() -> gpd.GeoDataFrame:
    return _frame(
        {
            "scene_id": list(SCENES),
            "name_nb": ["Parken", "Torget", "Undergangen"],
            "name_en": ["The park", "The market", "The underpass"],
        },
        [Point(xy).buffer(r) for xy, r in zip(SCENES.values(), (250, 180, 150), strict=True)],
    )


def _zones() -> gpd.GeoDataFrame:
    (px, py), (mx, my), _ = SCENES.values()
    return _frame(
        {
            "zone_id": ["Z1", "Z2"],
            "name": ["Parken", "Torget"],
            "kind": ["closure", "exclusion"],
            "valid_from": [date(2014, 8, 25), date(2014, 9, 1)],
            "valid_to": [date(2017, 6, 1), None],
        },
        [box(px - 200, py - 150, px + 200, py + 150), box(mx - 180, my - 120, mx + 180, my + 120)],
    )


def _interventions() -> gpd.GeoDataFrame:
    (px, py), _, (tx, ty) = SCENES.values()
    return _frame(
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


def _services() -> gpd.GeoDataFrame:
    return _frame(
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


def _surface(grid: Grid, land: Polygon, series: str, period: str) -> Surface:
    x, y = grid.centres()
    xx, yy = np.meshgrid(x, y)
    scale = 1.0 if series == SERIES[0] else 0.45
    values = np.full(grid.shape, 3.0 * scale)
    for scene, peak in PEAKS[period].items():
        sx, sy = SCENES[scene]
        values += scale * peak * np.exp(-((xx - sx) ** 2 + (yy - sy) ** 2) / (2 * 260.0**2))
    centres = gpd.points_from_xy(xx.ravel(), yy.ravel())
    inside = np.asarray(centres.within(land)).reshape(grid.shape)
    masked = inside & (values < 6.0 * scale)
    return Surface(period, series, np.where(inside & ~masked, values, np.nan), masked, 200.0)


def _hotspots() -> gpd.GeoDataFrame:
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
                        "status": "known",
                        "period_start": spans[period][0],
                        "period_end": spans[period][1],
                    }
                )
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS)


def _street_density() -> gpd.GeoDataFrame:
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


def _place_counts() -> pd.DataFrame:
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


_TEXTS = {
    "harm_total_change": ("Er det blitt mindre registrert skade i alt?", "Has registered harm fallen in all?", "share"),
    "deprivation_of_harm_shift": (
        "Bæres skaden av mer utsatte soner?",
        "Is the harm borne by more deprived districts?",
        "percentile points",
    ),
    "harm_moved_share": ("Hvor mye flyttet?", "How much moved?", "share of the origin's harm"),
    "share_in_most_deprived_fifth_change": (
        "Bærer den mest utsatte femdelen mer?",
        "Does the most deprived fifth bear more?",
        "percentage points",
    ),
    "deterrence_vs_displacement": ("Opphørte skaden, eller flyttet den?", "Did the harm end, or move?", "G/L"),
}
_FIGURES = {
    "harm_total_change": (-0.043, (-0.121, 0.034), "no practical change", -0.052),
    "deprivation_of_harm_shift": (11.4, (7.9, 14.8), "supported", 12.1),
    "harm_moved_share": (0.63, (0.41, 0.86), "supported", 0.7),
    "share_in_most_deprived_fifth_change": (14.2, (8.8, 19.9), "supported", 15.5),
    "deterrence_vs_displacement": (0.78, None, "cannot be decided", 0.82),
}
_PARTS = {
    "harm_total_change": {"before": 1.005, "after": 0.962},
    "deprivation_of_harm_shift": {"origin": 3.1, "receivers": 7.6, "rest": 0.7},
    "harm_moved_share": {"before": 0.31, "gain": 0.195},
    "share_in_most_deprived_fifth_change": {"before": 7.2, "after": 21.4},
    "deterrence_vs_displacement": {"G": 0.195, "L": 0.25},
}


def _findings(*, simulated: bool) -> tuple[Finding, ...]:
    headline = [_finding(kind, "before->tunnel", SERIES[0], headline=True) for kind in _TEXTS]
    second = [_finding(kind, "before->market", SERIES[0], headline=False) for kind in list(_TEXTS)[:2]]
    other = [_finding(kind, "before->tunnel", SERIES[1], headline=False) for kind in list(_TEXTS)[:2]]
    found = headline + second + other
    if not simulated:
        found = [Finding(**{**vars(f), "truth": None}) for f in found]
    return tuple(found)


def _finding(kind: str, step: str, series: str, *, headline: bool) -> Finding:
    question_nb, question_en, unit = _TEXTS[kind]
    estimate, interval, verdict, truth = _FIGURES[kind]
    decided = verdict != "cannot be decided"
    return Finding(
        id=f"{kind}:{step}",
        kind=kind,
        step=step,
        series=series,
        harm_class=series.split("_", maxsplit=1)[0],
        borne_by=series.split("_")[1],
        route="reactive",
        adjustment="control",
        headline=headline,
        question=Words(nb=question_nb, en=question_en),
        estimate=estimate,
        unit=unit,
        interval=interval,
        level=0.95,
        p_value=1 / 3 if headline else None,
        method="weeks resampled, drift of earlier year pairs added",
        assumptions=(
            Words(nb="Kontrollsonene følger samme utvikling.", en="Control districts follow the same trend."),
        ),
        detection_band=(interval[0] - 0.1, interval[1] + 0.1) if interval else None,
        tipping_point="none" if decided else None,
        multiverse={
            "min": estimate * 0.7,
            "median": estimate,
            "max": estimate * 1.2,
            "share_agreeing_in_sign": 0.96,
            "choices": 48.0,
        },
        parts=_PARTS[kind],
        statement=Words(
            nb=f"Registrerte hendelser: anslaget er {str(estimate).replace('.', ',')} ({unit}).",
            en=f"Registered incidents: the estimate is {estimate} ({unit}).",
        ),
        verdict=verdict,
        would_decide=None if decided else Words(nb="Uketall for tilbudene.", en="Weekly figures of the services."),
        truth=truth,
    )
