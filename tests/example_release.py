"""A small release made by hand, for tests of products. Its figures are invented, no test may take them as computed."""

from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml
from shapely.geometry import Polygon, box

from geo.grid import Grid, cover
from layers.city import Window, Words
from layers.disclosure.release import OUTSIDE, RATIO_WITHHELD, SHOWN, WITHHELD, ChangeSurface, Release, Run, Surface
from layers.style import Style
from layers.tables import Snapshot
from tests import example_tables as tables
from tests.example_city import example_city
from tests.example_findings import findings
from tests.example_tables import CRS, PEAKS, PERIODS, SCENES, SERIES, SOUTH, WEST

STYLE_FILE = Path(__file__).parents[1] / "config" / "styles" / "style.yaml"


def example_style() -> Style:
    """The style that ships with the project."""
    return Style.model_validate(yaml.safe_load(STYLE_FILE.read_text(encoding="utf-8")))


def example_release(*, simulated: bool = True) -> Release:
    """A release of an invented city of 6 x 5 km: 3 periods, 2 series, 6 districts, 3 scenes; the same at every call."""
    city = example_city(simulated=simulated)
    water = tables.water()
    land = box(WEST, SOUTH, WEST + 6000, SOUTH + 5000).difference(water)
    grid = cover(land.bounds, cell_m=50, crs=CRS, max_cells=100_000)
    found = findings(simulated=simulated)
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
        window=tables.frame({"city": [city.city]}, [land]),
        water=tables.frame({"name": ["Vågen"]}, [water]),
        streets=tables.streets(),
        districts=tables.districts(land),
        district_counts=tables.district_counts(),
        zones=tables.zones(),
        interventions=tables.interventions(),
        services=tables.services(),
        scenes=tables.scenes(),
        scene_counts=tables.scene_counts(),
        surfaces=tuple(_surface(grid, land, series, period) for series in SERIES for period in PERIODS),
        streets_density=tables.street_density(),
        hotspots=tables.hotspots(),
        findings=found,
        place_counts=tables.place_counts(),
        quarantine_summary=pd.DataFrame(
            {
                "source_id": ["records", "records"],
                "table": ["incidents", "incidents"],
                "reason": ["coordinates missing", "=outside the usable box"],
                "rows": [9, 3],
            }
        ),
        truth={f"{f.id}/{f.series}/{f.adjustment}": f.truth for f in found} if simulated else None,
        changes=tables.changes(),
        change_surfaces=tuple(_change(grid, series) for series in SERIES),
    )


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


def _change(grid: Grid, series: str) -> ChangeSurface:
    """From a tenth in the west to ten times in the east; withheld in the north, the ratio alone in the south."""
    ratio = np.tile(10 ** np.linspace(-1, 1, grid.cols), (grid.rows, 1))
    status = np.full(grid.shape, SHOWN, dtype=np.uint8)
    status[:10], status[-10:], status[:, :3] = WITHHELD, RATIO_WITHHELD, OUTSIDE
    shown = np.where(status == SHOWN, ratio, np.nan)
    evidence = np.where((status == SHOWN) & (ratio > 2), 3, 0).astype(np.int8)
    before, after = (Window(start=date(year, 6, 1), end=date(year + 1, 6, 1)) for year in (2013, 2015))
    named = {"step": "before->tunnel", "series": series, "from_period": "before", "to_period": "tunnel"}
    planes = {"rate_ratio": shown, "relative_risk": shown / 1.2, "evidence": evidence, "status": status}
    found = {"p_anywhere": 0.003, "anywhere_by": "maximum", "bandwidth_m": 200.0}
    return ChangeSurface(**named, before=before, after=after, **planes, **found)


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
