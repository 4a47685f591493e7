"""What a run is asked to do, beside the city itself: folders, date, what to leave out. Checks nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.nights.drift import Bands

if TYPE_CHECKING:  # layers.style brings numpy and geopandas, which `harmshift --help` does without
    from layers.style import Style


@dataclass(frozen=True)
class Watch:
    """What a night asks for beyond a run: nothing if nothing changed, nothing published that drifted unseen."""

    bands: Bands
    accept_drift: bool = False


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Everything a run needs to know that is not in the city's YAML.

    Attributes
    ----------
    as_of : date
        The day the run speaks of; its only notion of today.
    offline : bool
        Use stored snapshots, fetch nothing.
    out : Path
        Public root, `outputs` unless told otherwise.
    data_dir : Path or None
        Where relative paths of file sources are looked up first.
    base_dir : Path
        Folder of the city's YAML; relative paths in it are relative to it.
    state_dir : Path
        Snapshots, locks, quarantine rows.
    only : str or None
        The one product to write; such a run never moves `current`.
    scheduler : str or None
        Address of an existing Dask scheduler; None: threads of this process.
    config_sha256 : str
        Hash of the effective configuration, city and style together.
    style : Style
        Colours and words of every product.
    watch : Watch or None
        Of a night; None: whatever comes out is published.
    now : datetime or None
        The instant of asking sources, with time zone; None: the clock's.
    """

    as_of: date
    offline: bool
    out: Path
    data_dir: Path | None
    base_dir: Path
    state_dir: Path
    only: str | None
    scheduler: str | None
    config_sha256: str
    style: "Style"
    watch: Watch | None = None
    now: datetime | None = None
