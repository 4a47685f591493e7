"""The study area: the land that counts, the grid over it, and which of its cells a point belongs to. Counts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from geopandas import GeoDataFrame
from rasterio.features import rasterize
from scipy.sparse import csr_array

from geo.crs import require_metric, require_same
from geo.errors import GeoError
from geo.grid import Grid, cover
from geo.placing import add_placed, doors, land_cells, placed
from geo.walls import cut_edges
from layers.city import City
from layers.errors import ContractError
from layers.tables import Tables

REACH_CELLS = 2  # how far off the land a point may lie: geocoders put quays into the water
FENCE = "fence"
NOT_WALKABLE = ("motorway", "motorway_link")
REACH_BANDWIDTHS = 5  # beyond the districts: farther off nothing of an incident in them arrives


@dataclass(frozen=True)
class StudyArea:
    """Where harm can be, and the grid it is mapped on.

    Attributes
    ----------
    grid : Grid
    land : rows x cols bool
        Cells that can be walked: their centre lies on land, or a bridge crosses them.
    polygon : GeoDataFrame
        One row: the land after water, in the city's CRS. Bridges are not in it.
    cut_east, cut_south : rows x cols bool, or None
        Steps to the next cell in the east, in the south, that a fence cuts.
    """

    grid: Grid
    land: np.ndarray
    polygon: GeoDataFrame
    cut_east: np.ndarray | None = None
    cut_south: np.ndarray | None = None

    @property
    def cuts(self) -> dict[str, np.ndarray | None]:
        """The cuts by name, for everything in `geo` that walks over land."""
        return {"cut_east": self.cut_east, "cut_south": self.cut_south}


@dataclass(frozen=True)
class Places:
    """Incidents on the grid of a study area.

    Attributes
    ----------
    cells : n int
        The flat land cell each belongs to; -1 for none.
    across, down : n float64
        Where each lies, in cells from the grid's north-west corner; NaN if unknown.
    """

    cells: np.ndarray
    across: np.ndarray
    down: np.ndarray

    def __getitem__(self, rows: slice) -> "Places":
        """Return the places of some of the incidents."""
        return Places(self.cells[rows], self.across[rows], self.down[rows])


def study_area(tables: Tables, city: City) -> StudyArea:
    """Lay the grid over the city's land: its land table, or else its districts; less its water.

    The grid follows the land, never the incidents, so a stray point cannot stretch it.

    Raises
    ------
    ContractError
        If no land is left, or the grid would have more cells than `density.max_cells`.
    CrsError
        If a table is not in the city's metric CRS.
    """
    require_metric(city.crs, "the city")
    polygon, what = land_polygon(tables, city), "districts" if tables.land is None else "land"
    try:
        west, south, east, north = shapely.bounds(polygon).tolist()
        grid = cover(
            (west, south, east, north), cell_m=city.density.cell_m, crs=city.crs, max_cells=city.density.max_cells
        )
    except GeoError as error:
        msg = f"{what}: {error}"
        raise ContractError(msg) from error
    land = centres_in(grid, np.array([polygon])) == 0
    land.ravel()[_bridge_cells(tables.streets, grid, city)] = True
    if not land.any():
        msg = f"{what}: no cell of {grid.cell_m:g} m has its centre on land. Give a smaller density.bandwidth_m."
        raise ContractError(msg)
    return StudyArea(grid, land, GeoDataFrame(geometry=[polygon], crs=city.crs), **fence_cuts(tables.zones, grid, city))


def land_polygon(tables: Tables, city: City) -> shapely.Geometry:
    """Return the city's land: its land table as far as its districts reach, or else its districts; less its water.

    A land table may hold a whole region. What lies more than five bandwidths off the box of the districts is cut away:
    no figure comes from there, and a grid over it would cost as much as one over the city.

    Raises
    ------
    ContractError
        If no land is left.
    CrsError
        If a table is not in the city's metric CRS.
    """
    what = "districts" if tables.land is None else "land"
    polygon = _united(tables.districts, city, what) if tables.land is None else _land_in_reach(tables, city)
    if tables.water is not None and len(tables.water):
        polygon = shapely.difference(polygon, _united(tables.water, city, "water"))
    if shapely.is_empty(polygon):
        msg = f"{what}: no land is left after water is taken away. Give a land table, or look at water and its CRS."
        raise ContractError(msg)
    return polygon


def _land_in_reach(tables: Tables, city: City) -> shapely.Geometry:
    land = _united(tables.land, city, "land")
    require_same(tables.districts.crs, city.crs, what_a="districts", what_b="the city")
    margin_m = REACH_BANDWIDTHS * city.density.bandwidth_m
    west, south, east, north = tables.districts.total_bounds
    reach = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    left, bottom, right, top = shapely.bounds(land)
    inside = reach[0] <= left and reach[1] <= bottom and right <= reach[2] and top <= reach[3]
    return land if inside else shapely.intersection(land, shapely.box(*reach))


def centres_in(grid: Grid, polygons: np.ndarray) -> np.ndarray:
    """Return, for every cell, the first polygon in order that its centre lies in; -1 for none. rows x cols int32."""
    shapes = [(shape, i) for i, shape in enumerate(polygons) if shape is not None and not shape.is_empty]
    if not shapes:
        return np.full(grid.shape, -1, dtype=np.int32)
    found: np.ndarray = rasterize(
        shapes[::-1], out_shape=grid.shape, transform=Affine(*grid.transform), fill=-1, dtype="int32"
    )
    return found


def places_of(area: StudyArea, x: np.ndarray, y: np.ndarray) -> Places:
    """Return where points lie on the grid and their flat land cell, -1 where there is none.

    A point in a cell that is not land belongs to the land cell with the nearest centre within two cells; of equally
    near ones the first in the grid's order.

    Parameters
    ----------
    x, y : n float64
        In the CRS of the area, metres.
    """
    grid = area.grid
    across = (np.asarray(x, dtype=np.float64) - grid.x_min) / grid.cell_m
    down = (grid.y_max - np.asarray(y, dtype=np.float64)) / grid.cell_m
    cells = land_cells(area.land, across, down)
    off = np.flatnonzero((cells < 0) & np.isfinite(across) & np.isfinite(down))
    cells[off] = _nearest_land(area, across[off], down[off])
    return Places(cells, across, down)


def mass_of(area: StudyArea, places: Places, groups: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mass that groups of incidents put on each cell, one each, by where in their cell they lie.

    groups x rows x cols float64; exact, so that no order and no splitting of the incidents changes a bit.
    """
    counts = np.zeros((len(groups), *area.grid.shape))
    open_doors = doors(area.land, **area.cuts)
    for target, chosen in zip(counts, groups, strict=True):
        add_placed(target, open_doors, places.cells[chosen], places.across[chosen], places.down[chosen])
    return counts


def masses_of(area: StudyArea, places: Places) -> csr_array:
    """Return the mass that each incident puts on each cell: incidents x flat cells; `mass_of` is its column sums."""
    return placed(doors(area.land, **area.cuts), places.cells, places.across, places.down)


def _nearest_land(area: StudyArea, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Flat cell of the nearest land for points given in cells from the north-west corner."""
    padding = REACH_CELLS + 1
    land = np.pad(area.land, padding)
    col = np.clip(np.floor(across), -padding, area.grid.cols + padding).astype(np.int64)
    row = np.clip(np.floor(down), -padding, area.grid.rows + padding).astype(np.int64)
    best, nearest = np.full(across.shape, -1, dtype=np.int64), np.full(across.shape, np.inf)
    steps = range(-REACH_CELLS, REACH_CELLS + 1)
    for r, c in ((row + i, col + j) for i in steps for j in steps):
        inside = (r >= 0) & (r < area.grid.rows) & (c >= 0) & (c < area.grid.cols)
        is_land = inside & land[np.where(inside, r + padding, 0), np.where(inside, c + padding, 0)]
        distance = np.hypot(across - c - 0.5, down - r - 0.5)
        better = is_land & (distance <= REACH_CELLS) & (distance < nearest)
        best[better], nearest[better] = (r * area.grid.cols + c)[better], distance[better]
    return best


def fence_cuts(zones: GeoDataFrame, grid: Grid, city: City) -> dict[str, np.ndarray]:
    """Return `cut_east` and `cut_south`, the steps cut by outlines of fences that stand through all periods.

    One ground serves all periods. Empty without such fences.
    """
    if "kind" not in zones.columns:
        return {}
    first, last = city.periods[0].start, city.periods[-1].end
    stands = zones["valid_to"].isna() | (zones["valid_to"] >= last)
    fences = zones[(zones["kind"] == FENCE) & (zones["valid_from"] <= first) & stands]
    if fences.empty:
        return {}
    require_same(fences.crs, city.crs, what_a="zones", what_b="the city")
    east, south = cut_edges(grid, fences.geometry.dropna().to_numpy())
    return {"cut_east": east, "cut_south": south}


def _united(table: GeoDataFrame, city: City, what: str) -> shapely.Geometry:
    require_same(table.crs, city.crs, what_a=what, what_b="the city")
    return shapely.union_all(table.geometry.dropna().to_numpy())


def _bridge_cells(streets: GeoDataFrame | None, grid: Grid, city: City) -> np.ndarray:
    """Flat cells that walkable bridges cross, linked side by side: the ground knows no step across a corner."""
    if streets is None or streets.empty:
        return np.empty(0, dtype=np.int64)
    require_same(streets.crs, city.crs, what_a="streets", what_b="the city")
    walkable = streets["is_bridge"].to_numpy(dtype=bool) & ~streets["highway"].isin(NOT_WALKABLE).to_numpy()
    lines = shapely.segmentize(streets.geometry.to_numpy()[walkable], grid.cell_m / 8)
    points, line = shapely.get_coordinates(lines, return_index=True)
    col = np.floor((points[:, 0] - grid.x_min) / grid.cell_m).astype(np.int64)
    row = np.floor((grid.y_max - points[:, 1]) / grid.cell_m).astype(np.int64)
    corner = np.flatnonzero((np.diff(line) == 0) & (np.diff(row) != 0) & (np.diff(col) != 0))
    row, col = np.r_[row, row[corner]], np.r_[col, col[corner + 1]]
    inside = (row >= 0) & (row < grid.rows) & (col >= 0) & (col < grid.cols)
    return np.unique(row[inside] * grid.cols + col[inside])
