"""What analysts may see and the public may not: local statistics, histories and clusters. Never a part of a release.

No public product takes an `Internal`, and a `Release` has no field for one. It holds no incident; it does hold small
counts and the present state of places, which a nightly public map would turn into a map for patrols.
"""

from dataclasses import dataclass, fields

from geopandas import GeoDataFrame

from layers.city import City
from layers.disclosure.release import Run
from layers.frame.exposure import Exposure
from layers.frame.units import Units
from layers.frame.window import Places, StudyArea
from layers.internal.blocks import blocks_of, counted
from layers.internal.cells import emerging_cells, gi_star_cells
from layers.internal.clusters import scan_clusters
from layers.internal.districts import local_moran_districts
from layers.tables import Tables


@dataclass(frozen=True)
class Internal:
    """The layers of the internal product, polygons in the city's CRS; the modules of this package say their columns."""

    gi_star: GeoDataFrame
    emerging: GeoDataFrame
    local_moran: GeoDataFrame
    scan_clusters: GeoDataFrame
    new_hotspots: GeoDataFrame

    @property
    def layers(self) -> dict[str, GeoDataFrame]:
        """Every layer by its name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class Placed:
    """Where incidents lie: on the grid, and in the units they are counted by."""

    area: StudyArea
    places: Places
    units: Units
    exposure: Exposure


def internal(tables: Tables, placed: Placed, city: City, run: Run, *, new_hotspots: GeoDataFrame) -> Internal:
    """Compute the internal layers of every series.

    Parameters
    ----------
    tables : Tables
    placed : Placed
        Of the same incidents, in the same order.
    city : City
        `inference.seed` seeds every simulation.
    run : Run
        Its `data_until` is the first local day that is not counted.
    new_hotspots : GeoDataFrame
        Those that nobody has released yet (`layers/disclosure/unreleased.py`), passed on as they are.
    """
    blocks = blocks_of(placed.area)
    counts = counted(blocks, tables.incidents, placed.places, city, data_until=run.data_until)
    return Internal(
        gi_star=gi_star_cells(blocks, counts, city),
        emerging=emerging_cells(blocks, counts, city),
        local_moran=local_moran_districts(placed.exposure, placed.units, city, data_until=run.data_until),
        scan_clusters=scan_clusters(placed.exposure, placed.units, city),
        new_hotspots=new_hotspots,
    )
