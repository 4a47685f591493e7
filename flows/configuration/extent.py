"""How large a city's grid will be, from the extents that files state of themselves. Reads no feature."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from geo.grid import Grid, cover
from layers.city import City, FileSource
from layers.errors import SourceError

Box = tuple[float, float, float, float]


def grid_of(city: City, files: Mapping[str, Sequence[Path]]) -> Grid | None:
    """Return the grid that covers the districts, or None where their files state no extent.

    Parameters
    ----------
    city : City
        Its CRS is the grid's.
    files : mapping
        Source id -> its files.

    Raises
    ------
    SourceError
        If the districts' file cannot be opened.
    GeoError
        If the grid would be too large.
    """
    box = _simulated_box() if any(s.kind == "simulated" for s in city.sources) else _districts_box(city, files)
    if box is None:
        return None
    return cover(box, cell_m=city.density.cell_m, crs=city.crs, max_cells=city.density.max_cells)


def _simulated_box() -> Box:
    from layers.simulation.terrain import terrain

    west, south, east, north = terrain().land.bounds
    return west, south, east, north


def _districts_box(city: City, files: Mapping[str, Sequence[Path]]) -> Box | None:
    source = next((s for s in city.sources if isinstance(s, FileSource) and s.table == "districts"), None)
    if source is None or not files.get(source.id):
        return None
    box, crs = next((found for found in (_stated(path, source) for path in files[source.id]) if found[0]), (None, None))
    crs = crs or source.crs
    if box is None or crs is None:
        return None
    from pyproj import Transformer

    return Transformer.from_crs(crs, city.crs, always_xy=True).transform_bounds(*box)


def _stated(path: Path, source: FileSource) -> tuple[Box | None, str | None]:
    """Return extent and CRS as the file states them."""
    if path.suffix in {".parquet", ".geoparquet"}:
        return _stated_by_parquet(path)
    if path.suffix not in {".gpkg", ".geojson", ".json", ".shp"}:
        return None, None  # text, or the file joined to the districts
    import pyogrio

    try:
        info = pyogrio.read_info(path, layer=source.layer, force_total_bounds=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        msg = f"source {source.id!r}: {path.name} cannot be opened ({error}). Fetch it again, or mend `layer`."
        raise SourceError(msg) from error
    return info["total_bounds"], info["crs"]


def _stated_by_parquet(path: Path) -> tuple[Box | None, str | None]:
    import pyarrow.parquet as pq

    geo = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    column = geo.get("columns", {}).get(geo.get("primary_column"), {})
    box, crs = column.get("bbox"), column.get("crs", "OGC:CRS84")
    return (tuple(box) if box and len(box) == 4 else None), json.dumps(crs) if isinstance(crs, dict) else crs
