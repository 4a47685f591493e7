"""Incidents judged on an earlier night: kept by the content of their part, so that a night judges only what is new.

A lot put together from parts is the same whether its parts were kept or are judged now: kept rows save time, no more.
Owns the folder it is given; removes what a run no longer needs. It holds rows of incidents, like the snapshots.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas import GeoDataFrame
from geopandas.array import from_shapely
from pandas import DataFrame

from geo.threads import each
from layers.border.contracts import check
from layers.border.judged import SAME_ID, judged
from layers.border.lots import Lot
from layers.city import AnySource, City, TableSource
from layers.columns import TABLES
from layers.errors import UserError
from layers.frame.same_places import distinct
from layers.sources import SOURCES, parse
from layers.sources.paths import JOIN_FOLDER
from layers.tables import Part, Snapshot

_ALONE = (".parquet", ".csv", ".gz", ".geojson", ".json", ".gpkg")  # formats of one file, not of several side by side
_BUILDING = ".building-"
_ROWS = "rows.arrow"
TABLE = "incidents"
_OF_FILES = "layers.sources.files"


@dataclass(frozen=True)
class _Judged:
    """The rows of one part that passed alone, those that did not, how many there were, and the CRS they came in.

    `rows` has the columns of incidents, x and y in the city's CRS for the point, and `row`, the position in the part.
    """

    rows: pa.Table
    refused: DataFrame
    rows_read: int
    crs: str


def kept_lots(snapshots: Iterable[Snapshot], city: City, *, folder: Path, version: str) -> dict[str, Lot]:
    """Return the incidents of every source whose parts can be judged one by one, by source id.

    A source is left out, to be read as a whole, if a part fails or parts differ in their CRS: then the message must
    speak of all of it.

    Parameters
    ----------
    snapshots : iterable of Snapshot
        What the run is made from.
    folder : Path
        Where judged parts of this city are kept.
    version : str
        Of the code: what another version judged is judged again.
    """
    by_id = {source.id: source for source in city.sources}
    lots, needed = {}, set()
    for snapshot in snapshots:
        source = by_id[snapshot.source_id]
        if not _can_be_kept(snapshot, source):
            continue
        names = [_key(part, source, city, version) for part in snapshot.parts]
        paths = sorted(zip([_path(snapshot, part) for part in snapshot.parts], names, strict=True))
        alone = [(replace(snapshot, path=path), name) for path, name in paths]
        try:
            done = each(partial(_of_named, city=city, folder=folder), [(part, source, name) for part, name in alone])
        except UserError:
            continue
        if len({part.crs for part in done}) == 1:
            lots[source.id] = _lot(source, done, city)
            needed |= set(names)
    _remove_others(folder, needed)
    return lots


def _can_be_kept(snapshot: Snapshot, source: AnySource) -> bool:
    if (
        not isinstance(source, TableSource)
        or source.table != TABLE
        or source.join is not None
        or SOURCES[source.kind] != _OF_FILES
    ):
        return False
    return bool(snapshot.parts) and all(
        Path(part.name).suffix in _ALONE and JOIN_FOLDER not in Path(part.name).parts for part in snapshot.parts
    )


def _path(snapshot: Snapshot, part: Part) -> Path:
    return snapshot.path / part.name if snapshot.path.is_dir() else snapshot.path


def _key(part: Part, source: AnySource, city: City, version: str) -> str:
    """Return a name for all that the judged rows of a part depend on."""
    said = [part.sha256, part.name, source.model_dump_json(), city.crs, city.harm.model_dump_json(), version]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]


def _of_named(named: tuple[Snapshot, AnySource, str], *, city: City, folder: Path) -> _Judged:
    part, source, name = named
    return _of_part(part, source, city, folder / name)


def _of_part(snapshot: Snapshot, source: AnySource, city: City, place: Path) -> _Judged:
    """Return what was kept of a part, or judge it now and keep it."""
    kept = _read(place)
    if kept is not None:
        return kept
    raw = parse(snapshot, source)[TABLE]
    lot, repairs = judged(source, TABLE, raw, city)
    lot = lot.refuse(lot.frame[TABLES[TABLE].id].duplicated(), SAME_ID)
    check(TABLE, lot.frame, city)
    if repairs:
        raise UserError("shapes of incidents are not mended")  # points have nothing to mend: not to be kept unseen
    refused = pd.concat(lot.refused) if lot.refused else DataFrame({"row": [], "reason": []}).astype({"row": "int64"})
    done = _Judged(_plain(lot.frame), refused[["row", "reason"]].reset_index(drop=True), lot.rows_read, str(raw.crs))
    _write(done, place)
    return done


def _plain(frame: GeoDataFrame) -> pa.Table:
    shapes = frame.geometry.to_numpy()
    plain = DataFrame(frame.drop(columns="geometry"))
    plain = plain.assign(x=shapely.get_x(shapes), y=shapely.get_y(shapes), row=frame.index.astype("int64"))
    return pa.Table.from_pandas(plain, preserve_index=False)


def _write(part: _Judged, place: Path) -> None:
    """Keep a part; where that fails (a full disk) the run goes on without."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        building = Path(tempfile.mkdtemp(dir=place.parent, prefix=_BUILDING))
        # as it lies in memory: a night maps the history instead of unpacking it
        with pa.OSFile(str(building / _ROWS), "wb") as file, pa.ipc.new_file(file, part.rows.schema) as writer:
            writer.write_table(part.rows.combine_chunks())
        part.refused.to_parquet(building / "refused.parquet", index=False)
        said = {"rows_read": part.rows_read, "crs": part.crs, "rows": part.rows.num_rows}
        (building / "about.json").write_text(json.dumps(said), encoding="utf-8")
        building.rename(place)
    except OSError:
        shutil.rmtree(place, ignore_errors=True)


def _read(place: Path) -> _Judged | None:
    """Return a kept part; None if there is none, or none that is whole."""
    try:
        said: Mapping[str, object] = json.loads((place / "about.json").read_text(encoding="utf-8"))
        with pa.memory_map(str(place / _ROWS)) as file, pa.ipc.open_file(file) as reader:
            rows = reader.read_all()
        rows.validate()
        refused = pd.read_parquet(place / "refused.parquet")
        if rows.num_rows == int(str(said["rows"])):
            return _Judged(rows, refused, int(str(said["rows_read"])), str(said["crs"]))
    except (OSError, ValueError, KeyError, TypeError):  # Arrow's errors are ValueErrors
        pass
    shutil.rmtree(place, ignore_errors=True)
    return None


def _lot(source: AnySource, parts: list[_Judged], city: City) -> Lot:
    """Put parts together as if they had been read as one: rows counted through, labels those of all."""
    refused, before = [], []
    read = 0
    for part in parts:
        before.append(np.full(part.rows.num_rows, read))
        if len(part.refused):
            row = part.refused["row"] + read
            said = {"source_id": source.id, "table": TABLE, "row": row, "reason": part.refused["reason"]}
            refused.append(DataFrame(said))
        read += part.rows_read
    plain = pa.concat_tables([part.rows for part in parts]).unify_dictionaries().to_pandas()
    plain.index = pd.Index(plain.pop("row").to_numpy() + np.concatenate(before))
    plain["category"] = plain["category"].cat.set_categories(sorted(plain["category"].cat.categories))
    x, y, which = distinct(plain.pop("x").to_numpy(), plain.pop("y").to_numpy())
    points = from_shapely(np.asarray(shapely.points(x, y))[which], crs=city.crs)  # a shared place is one shape
    return Lot(source, TABLE, GeoDataFrame(plain, geometry=points, crs=city.crs), read, tuple(refused), checked=True)


def _remove_others(folder: Path, needed: set[str]) -> None:
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.name not in needed:
            shutil.rmtree(path, ignore_errors=True)
