"""The border: raw frames in, tables that keep their contract out. Owns the order of the checks, reads no file."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.border.contracts import check
from layers.border.district_rules import check_figures, check_overlaps
from layers.border.georeference import require_metric
from layers.border.judged import NEEDED, SAME_ID, judged
from layers.border.lots import Lot, check_share, quarantine
from layers.border.repairs import Repair, shared_points
from layers.city import City
from layers.columns import TABLES, empty
from layers.errors import ContractError, UserError
from layers.frame.areal import AREAS, WHERE, carried_onto
from layers.frame.places import geometry_of, named_places
from layers.tables import Border, Tables

_NONE_IF_ABSENT = ("streets", "land", "water", "help_uptake", "context_series", AREAS, WHERE)
_MUST_LIE_NEAR = ("incidents", "zones", "interventions", "services")
STRAY_M = 5_000.0  # beyond districts and land: a wrong coordinate, not a suburb
_REPAIRS = ["source_id", "table", "repair", "rows", "area_change_m2"]


@dataclass(frozen=True)
class Examined:
    """What the border makes of raw frames, and everything that stops it. With mistakes, tables may be empty."""

    lots: dict[str, list[Lot]]  # by table; a lot that cannot be judged at all is not there
    tables: Tables
    repairs: list[Repair]
    rows_read: dict[str, int]  # source id -> rows
    mistakes: list[UserError]


def admit(raw: Mapping[str, Mapping[str, DataFrame]], city: City, *, kept: Mapping[str, Lot] | None = None) -> Border:
    """Let in what keeps its contract, put aside single rows that do not, and stop at anything worse.

    Parameters
    ----------
    raw : mapping
        Source id -> table -> raw frame, as `parse` of a source gives it, in the source's CRS.
    city : City
        The city, in whose CRS every table ends.
    kept : mapping or None
        Source id -> incidents of sources that are not in `raw`, judged part by part (layers/border/kept.py).

    Returns
    -------
    Border
        Tables, refused rows with their reasons, repairs, and rows read by source.

    Raises
    ------
    ContractError
        If a CRS is missing or contradicted, a category unknown, a table empty, more rows refused than a source
        declares, a district without indicator, districts overlap, or a place named in the settings does not exist.
    """
    seen = examine(raw, city, kept=kept)
    if seen.mistakes:
        raise seen.mistakes[0]
    everything = [lot for own in seen.lots.values() for lot in own]
    return Border(seen.tables, quarantine(everything), DataFrame(seen.repairs, columns=_REPAIRS), seen.rows_read)


def examine(
    raw: Mapping[str, Mapping[str, DataFrame]],
    city: City,
    *,
    kept: Mapping[str, Lot] | None = None,
    unread: Collection[str] = (),
) -> Examined:
    """Judge as `admit` does, and go on after a mistake, so that all of them can be told at once.

    Parameters
    ----------
    unread : str
        Tables that are not in `raw`, or not all of them: what can be said only of whole tables is not said of these.
    """
    require_metric(city)
    mistakes: list[UserError] = []
    lots, repairs, failed = _judged_lots(raw, city, mistakes)
    for lot in (kept or {}).values():
        lots.setdefault("incidents", []).append(lot)
    order = [source.id for source in city.sources]
    for own in lots.values():
        own.sort(key=lambda lot: order.index(lot.source.id))
    lots = {table: _first_of_each_id(table, own) for table, own in lots.items()}
    lots = _near_the_city(lots)
    for source_id in order:
        with _noted(mistakes):
            check_share([lot for own in lots.values() for lot in own if lot.source.id == source_id])
    tables = _tables(lots, city, unread={*unread, *failed}, mistakes=mistakes)
    repairs += [note for lot in lots.get("incidents", ()) for note in shared_points(lot)]
    rows = {source_id: sum(len(frame) for frame in frames.values()) for source_id, frames in raw.items()}
    rows |= {source_id: lot.rows_read for source_id, lot in (kept or {}).items()}
    return Examined(lots, tables, repairs, rows, mistakes)


@contextmanager
def _noted(mistakes: list[UserError]) -> Iterator[None]:
    """Note a mistake of the user and go on behind the block."""
    try:
        yield
    except UserError as error:
        mistakes.append(error)


def _judged_lots(
    raw: Mapping[str, Mapping[str, DataFrame]], city: City, mistakes: list[UserError]
) -> tuple[dict[str, list[Lot]], list[Repair], set[str]]:
    """Return the lots by table, what was mended, and the tables of which a lot could not be judged."""
    sources = {source.id: source for source in city.sources}
    lots: dict[str, list[Lot]] = {}
    repairs: list[Repair] = []
    failed: set[str] = set()
    for source_id, frames in raw.items():
        for table, frame in frames.items():
            with _noted(mistakes):
                lot, mends = judged(sources[source_id], table, frame, city)
                lots.setdefault(table, []).append(lot)
                repairs += mends
                continue
            failed.add(table)
    return lots, repairs, failed


def _first_of_each_id(table: str, lots: list[Lot]) -> list[Lot]:
    """Put aside rows whose id was there before, in this or an earlier source."""
    id_column = TABLES[table].id
    if id_column is None:
        return lots
    again = pd.concat([lot.frame[id_column] for lot in lots], ignore_index=True).duplicated().to_numpy()
    done, at = [], 0
    for lot in lots:
        done.append(lot.refuse(again[at : at + len(lot.frame)], SAME_ID))
        at += len(lot.frame)
    return done


def _near_the_city(lots: dict[str, list[Lot]]) -> dict[str, list[Lot]]:
    """Put aside stray rows, before one point at 0,0 makes a grid of a million cells."""
    whole = [lot.frame.total_bounds for table in ("districts", "land") for lot in lots.get(table, []) if len(lot.frame)]
    if not whole:
        return lots
    west, south, east, north = (
        edge(values) for edge, values in zip((min, min, max, max), zip(*whole, strict=True), strict=True)
    )
    reason = f"more than {STRAY_M / 1000:g} km outside the city"

    least, most = np.array([west, south]) - STRAY_M, np.array([east, north]) + STRAY_M

    def sifted(lot: Lot) -> Lot:
        first, last = np.split(lot.frame.total_bounds, 2)
        if (first >= least).all() and (last <= most).all():
            return lot  # nearly always: the bounds of every single row take longer
        at = lot.frame.bounds
        stray = (at["minx"] < west - STRAY_M) | (at["miny"] < south - STRAY_M)
        stray |= (at["maxx"] > east + STRAY_M) | (at["maxy"] > north + STRAY_M)
        return lot.refuse(stray, reason)

    return {table: [sifted(lot) for lot in own] if table in _MUST_LIE_NEAR else own for table, own in lots.items()}


def _tables(lots: dict[str, list[Lot]], city: City, *, unread: set[str], mistakes: list[UserError]) -> Tables:
    lacking = [table for table in NEEDED if table not in lots and table not in unread]
    if lacking:
        msg = f"no source of city {city.city!r} gives {' or '.join(lacking)}; add one under `sources`."
        mistakes.append(ContractError(msg))
        unread.update(lacking)
    done: dict[str, GeoDataFrame | None] = {}
    for table in TABLES:
        done[table] = None if table in _NONE_IF_ABSENT else empty(table, city.crs)
        if table in lots:
            with _noted(mistakes):
                joined = _together(table, lots[table])
                if not all(lot.checked for lot in lots[table]):
                    check(table, joined, city)
                done[table] = joined
                continue
            unread.add(table)
    done.pop("observations")  # checked; nothing reads it yet
    areas, where, districts = done.pop(AREAS), done.pop(WHERE), done["districts"]
    if districts is not None and not unread & {"districts", AREAS, WHERE}:
        with _noted(mistakes):
            done["districts"] = districts if areas is None else carried_onto(districts, areas, where)
            check_figures(done["districts"], city)
    if districts is not None and "districts" not in unread:
        with _noted(mistakes):
            check_overlaps(districts)
    tables = Tables(**done)
    for place, named in named_places(city):
        if place.table not in unread:
            with _noted(mistakes):
                geometry_of(place, tables, named=named)
    return tables


def _together(table: str, lots: list[Lot]) -> GeoDataFrame:
    """One frame of all sources, by source and row; labels keep all their categories."""
    frames = [lot.frame for lot in lots if len(lot.frame)]
    if not frames:
        if table in NEEDED or table == "land":
            raise ContractError(f"{table}: no row is left; every row was refused.")
        return lots[0].frame.reset_index(drop=True)
    if table == "incidents" and len(frames) > 1:
        names = sorted({str(name) for frame in frames for name in frame["category"].cat.categories})
        frames = [frame.assign(category=frame["category"].cat.set_categories(names)) for frame in frames]
    joined = frames[0] if len(frames) == 1 else pd.concat(frames)
    return joined.reset_index(drop=True)
