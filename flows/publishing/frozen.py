"""The incidents that published runs of closed data counted, kept in the state folder. Decides nothing.

`HARMSHIFT_STATE/frozen/<city>/<run_id>/`: as each run's manifest names it (`incidents_of`), so that a run that was
never published, or was taken back, keeps nothing as it is. Rows of incidents, like the snapshots: `purge` removes them.
"""

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from flows.nights.unchanged import shown_manifest
from flows.publishing.current import sync
from flows.publishing.publish import MANIFEST
from layers.border.contracts import check
from layers.city import City
from layers.disclosure.frozen import Frozen, admission, as_published, frozen_until
from layers.errors import ContractError, PublishError
from layers.tables import Border

KEY = "incidents_of"
FOLDER = "frozen"
_BUILDING = ".building-"
log = logging.getLogger(__name__)


def counted(
    border: Border, city: City, *, as_of: date, run_id: str, root: Path, state: Path
) -> tuple[Border, date, str | None]:
    """Return the border with the incidents that a run counts, until when, and the run that published them first.

    Of closed data they are kept, before anything is published.

    Raises
    ------
    PublishError
        If they cannot be kept.
    """
    from layers.frame.chain import counted_until

    until = counted_until(border.tables.incidents, city, as_of)
    if city.is_open:
        return border, until, None
    frozen = read_frozen(state, root, city)
    until = frozen_until(city, as_of, until, frozen)
    border, kept = as_published(border, city, frozen, until=until, run_id=run_id)
    if kept is not frozen:
        keep_frozen(kept, state, city)
    return border, until, kept.run_id


def read_frozen(state: Path, root: Path, city: City) -> Frozen | None:
    """Return what the run that readers see counted; None for open data, other settings, or where it is not kept."""
    said = None if city.is_open else shown_manifest(root)
    if said is None or not isinstance(said.get(KEY), str):
        return None
    place = _folder(state, city) / Path(said[KEY]).name
    try:
        about: dict[str, Any] = json.loads((place / "about.json").read_text(encoding="utf-8"))
        if about["made_for"] != admission(city):
            return None
        incidents = _incidents(place / "incidents.parquet", city)
        told, mended = (pd.read_parquet(place / f"{name}.parquet") for name in ("quarantine", "repairs"))
        until, rows = date.fromisoformat(about["until"]), {str(k): int(n) for k, n in about["rows_read"].items()}
        return Frozen(str(about["run_id"]), until, str(about["made_for"]), incidents, told, mended, rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ContractError) as error:  # Arrow's: ValueErrors
        said_of = f"{place.name} ({type(error).__name__})"
        log.warning("incidents as they were published in %s cannot be read; they are counted anew", said_of)
        return None


def _incidents(path: Path, city: City) -> GeoDataFrame:
    plain = pd.read_parquet(path)
    points = shapely.points(plain.pop("x").to_numpy(), plain.pop("y").to_numpy())
    frame = GeoDataFrame(plain, geometry=points, crs=city.crs)
    check("incidents", frame, city)
    return frame


def keep_frozen(frozen: Frozen, state: Path, city: City) -> None:
    """Keep what a run counts, before it is published; what a killed run of the same id had kept gives way.

    Raises
    ------
    PublishError
        If it cannot be written: the next night could then show another figure for the same quarter.
    """
    folder = _folder(state, city)
    place = folder / frozen.run_id
    points = frozen.incidents.geometry.to_numpy()
    plain = DataFrame(frozen.incidents.drop(columns="geometry"))
    plain = plain.assign(x=shapely.get_x(points), y=shapely.get_y(points))
    about = {"run_id": frozen.run_id, "until": frozen.until.isoformat(), "made_for": frozen.made_for}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        building = Path(tempfile.mkdtemp(dir=folder, prefix=_BUILDING))
        plain.to_parquet(building / "incidents.parquet", index=False, compression="lz4")
        frozen.quarantine.to_parquet(building / "quarantine.parquet", index=False)
        frozen.repairs.to_parquet(building / "repairs.parquet", index=False)
        text = json.dumps(about | {"rows_read": frozen.rows_read})
        (building / "about.json").write_text(text, encoding="utf-8")
        for path in (*building.iterdir(), building):
            sync(path)  # a published run outlives a power cut, and so must this
        shutil.rmtree(place, ignore_errors=True)
        building.rename(place)
        sync(folder)
    except OSError as error:
        msg = f"{folder} cannot be written ({error.strerror}), so the quarter could not stay as it is. Mend that first."
        raise PublishError(msg) from error


def forget_frozen(state: Path, root: Path, city: City) -> None:
    """Remove what no published run counts any more."""
    needed = set(_named(root))
    for place in _folder(state, city).glob("*"):
        if place.name not in needed:
            shutil.rmtree(place, ignore_errors=True)


def _named(root: Path) -> Iterator[str]:
    for path in (root / "runs").glob(f"*/{MANIFEST}"):
        try:
            yield str(json.loads(path.read_text(encoding="utf-8")).get(KEY))
        except (OSError, ValueError, AttributeError):
            continue


def _folder(state: Path, city: City) -> Path:
    return state / FOLDER / city.city
