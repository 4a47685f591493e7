"""The rows behind a check: every source at hand read and judged at the border as in a run, and told. Writes nothing."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from pandas import DataFrame

from layers.border import Examined, examine
from layers.border.harm_kinds import COLUMNS
from layers.border.judged import SAME_ID
from layers.border.lots import Lot, check_share
from layers.city import AnySource, City, FileSource, Remote, ScenarioSource, SimulatedSource, TableSource
from layers.columns import SPANS, TABLES
from layers.disclosure.protected import refuse_protected
from layers.errors import ConfigError, ContractError, UserError
from layers.frame.chain import counted_until, matched_windows
from layers.snapshots.fallback import stored
from layers.snapshots.filtered import filtered
from layers.sources import SOURCES, parse
from layers.sources.files import parse_each
from layers.sources.held import Held, Readable
from layers.sources.refused import REFUSED

_SHOWN = 3  # places of a reason, enough to open the file there
_TEXT = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True)
class Reading:
    """What was read of one source, or why it was not; `rows_of` counts the rows of each file, in the frame's order."""

    source: AnySource
    frames: Mapping[str, DataFrame] = field(default_factory=dict)
    rows_of: Mapping[Path, int] = field(default_factory=dict)
    unread: str | None = None
    wrong: str | None = None

    @property
    def tables(self) -> set[str]:
        """The tables it gives to the border."""
        if isinstance(self.source, SimulatedSource):
            return set(TABLES)
        if isinstance(self.source, ScenarioSource):
            return {"incidents", "help_uptake"}
        return {str(self.source.table)} - {"figures"}

    @cached_property
    def lined(self) -> frozenset[Path]:
        """The files in which a row is a line; they are counted once, and only if a row is shown."""
        return frozenset(path for path, count in self.rows_of.items() if _has_lines(path, count))


def read_all(city: City, files: Mapping[str, Mapping[str, Path]], store: Path) -> list[Reading]:
    """Read every source whose rows are at hand, asking nobody.

    Parameters
    ----------
    files : mapping
        Source id -> name inside its snapshot -> file; a source of files that is not in it is known to be wrong.
    store : Path
        The snapshots, of which the last good ones of services are read.
    """
    figures: dict[str, DataFrame] = {}
    done: dict[str, Reading] = {}
    for source in sorted(city.sources, key=lambda source: not _is_figures(source)):
        try:
            reading = _read(source, city, files.get(source.id, {}), figures, store=store)
        except (UserError, OSError) as error:
            reading = Reading(source, wrong=str(error))
        if _is_figures(source) and reading.frames:
            figures[source.id] = reading.frames["figures"]
        done[source.id] = reading
    return [done[source.id] for source in city.sources]


def _is_figures(source: AnySource) -> bool:
    return isinstance(source, TableSource) and source.table == "figures"


def _read(
    source: AnySource, city: City, files: Mapping[str, Path], figures: Mapping[str, DataFrame], *, store: Path
) -> Reading:
    join = source.join.source if isinstance(source, TableSource) and source.join else None
    if join is not None and join not in figures:
        return Reading(source, unread=f"its figures, of {join!r}, are not at hand")
    if isinstance(source, Remote):
        snapshot = stored(source, city, store=store)
        if snapshot is None:
            return Reading(source, unread=f"nothing of it is stored; `harmshift fetch {city.city}` brings it")
        return Reading(source, parse(snapshot, source, dict(figures)))
    if not files:
        return Reading(source, unread="made by the run" if source.is_invented else "see below")
    if not isinstance(source, FileSource):
        return Reading(source, import_module(SOURCES[source.kind]).parse(next(iter(files.values())), source))
    named, own = _as_stored(source, city, files)
    frame, rows = parse_each(named, source, joined=None if join is None else figures[join])
    return Reading(source, {source.table: frame}, {own[name]: count for name, count in rows.items()})


def _as_stored(
    source: FileSource, city: City, files: Mapping[str, Path]
) -> tuple[Mapping[str, Readable], Mapping[str, Path]]:
    """Return files as a run would read them, and whose each is; of data that are not open what is used, in memory."""
    if source.open:
        return files, files
    held: dict[str, Readable] = {}
    for name, frame in filtered(files, source, city, key=b"").items():  # the pseudonyms are never shown
        packed = io.BytesIO()
        frame.reset_index(drop=True).to_parquet(packed, index=False)
        held[name] = Held(Path(name).name, packed.getvalue())
    return held, {f"{name.removesuffix('.gz').rsplit('.', 1)[0]}.parquet": path for name, path in files.items()}


def judge(readings: Sequence[Reading], city: City, as_of: date) -> tuple[Examined, list[str]]:
    """Judge what was read as a run does, and return it with every mistake."""
    unread = {table for reading in readings if not reading.frames for table in reading.tables}
    given = {r.source.id: r.frames for r in readings if r.frames and not _is_figures(r.source)}
    examined = examine(given, city, unread=unread)
    mistakes = [reading.wrong for reading in readings if reading.wrong]
    mistakes += [line for error in examined.mistakes for line in str(error).splitlines()]
    if "incidents" not in unread:
        mistakes += _without_days(examined, city, as_of)
    try:
        refuse_protected(examined.tables, city)
    except ConfigError as error:
        mistakes.append(str(error))
    return examined, mistakes


def _without_days(examined: Examined, city: City, as_of: date) -> Iterator[str]:
    """Yield what is wrong with steps only because of the day the records end, unless they are not all there."""
    try:
        check_share(examined.lots.get("incidents", ()))
        if not len(examined.tables.incidents):
            return
        until = counted_until(examined.tables.incidents, city, as_of)
    except ContractError:
        return
    except ConfigError as error:
        yield str(error)
        return
    for step in city.steps:
        try:
            matched_windows(city, step)
        except ConfigError:
            continue  # told of the settings alone
        try:
            matched_windows(city, step, data_until=until)
        except ConfigError as error:
            yield str(error)


def told(readings: Sequence[Reading], examined: Examined, city: City) -> Iterator[str]:
    """Yield lines on the rows of each source; places in files and row numbers, never a coordinate or a text."""
    yield "\nrows"
    for reading in readings:
        if not reading.frames:
            yield f"  {reading.source.id}: not read: {reading.unread or 'see below'}"
        for table, frame in reading.frames.items():
            lot = next((lot for lot in examined.lots.get(table, ()) if lot.source.id == reading.source.id), None)
            rows = f"{len(frame):,} {'row' if len(frame) == 1 else 'rows'} of {table}"
            span = _span(table, frame if lot is None else lot.frame, city, is_typed=lot is not None)
            yield f"  {reading.source.id}: {rows}{span}"
            said = _failed(reading, table, frame, city) if lot is None else _of_lot(reading, lot, examined, city)
            yield from (f"      {line}" for line in said)


def _failed(reading: Reading, table: str, frame: DataFrame, city: City) -> Iterator[str]:
    """Yield what can be said of a table that could not be judged."""
    if table == "figures":
        return
    yield "cannot be judged as a whole, see below"
    marks = frame[REFUSED] if REFUSED in frame else pd.Series(None, index=frame.index, dtype=object)
    reasons = {reason: marks == reason for reason in sorted(marks.dropna().unique())}
    own = TABLES[table].id
    if own in frame:
        reasons[SAME_ID] = frame[own].duplicated() & frame[own].notna()
    if "category" in frame and not all(column in frame for column in COLUMNS):
        known = frame["category"].isna() | frame["category"].astype("str").isin(list(city.harm.categories))
        reasons["category not in harm.categories"] = ~known
    for reason, rows in reasons.items():
        if rows.any():
            yield f"{reason}: {int(rows.sum()):,} ({_where(reading, np.flatnonzero(rows))})"
    if table == "incidents":
        yield from _outside(reading, frame, city)


def _of_lot(reading: Reading, lot: Lot, examined: Examined, city: City) -> Iterator[str]:
    if lot.refused:
        yield from _refused(reading, pd.concat(lot.refused), lot.rows_read)
    mends = [m for m in examined.repairs if m["source_id"] == reading.source.id and m["table"] == lot.table]
    for name in dict.fromkeys(str(mend["repair"]) for mend in mends):
        counts = [int(mend["rows"]) for mend in mends if mend["repair"] == name]
        yield f"{name}: {sum(counts):,}" + (f", {len(counts)} times" if len(counts) > 1 else "")
    own = TABLES[lot.table].columns
    for column, number in lot.frame.drop(columns="geometry").isna().sum().items():
        if number and (column not in own or own[str(column)].kind != "date"):  # a date that is missing is open
            yield f"without {column}: {'all' if number == len(lot.frame) else f'{number:,}'}"
    if lot.table == "incidents":
        yield from _outside(reading, lot.frame, city)


def _refused(reading: Reading, rows: DataFrame, read: int) -> Iterator[str]:
    yield f"{len(rows):,} of {read:,} refused ({len(rows) / read:.2%})"
    for reason, group in rows.groupby("reason", sort=True):
        yield f"  {reason}: {len(group):,} ({_where(reading, np.sort(group['row'].to_numpy()))})"


def _outside(reading: Reading, frame: DataFrame, city: City) -> Iterator[str]:
    days = frame["occurred_from"].dropna().dt.tz_convert(city.zone).dt.date
    first, end = city.periods[0].start, city.periods[-1].end
    early, late = days.to_numpy() < first, days.to_numpy() >= end
    if days.empty:
        return
    yield f"{1 - (early | late).mean():.1%} within the periods, {first} to {end}"
    for rows, side in ((early, f"before {first}"), (late, f"on or after {end}")):
        if rows.any():
            at = f"{int(rows.sum()):,} ({_where(reading, days.index.to_numpy()[rows])})"
            yield f"  {side}, in no period: {at}. Mend the dates, or move that edge of the periods."


def _span(table: str, frame: DataFrame, city: City, *, is_typed: bool) -> str:
    """Say which days the rows span; of a raw table only if it holds incidents, whose times were read with the file."""
    if not is_typed and table != "incidents":
        return ""
    start, end = SPANS.get(table, ("month", "month"))
    columns = [frame[name].dropna() for name in dict.fromkeys((start, end)) if name in frame]
    if table == "incidents":
        columns = [values.dt.tz_convert(city.zone).dt.date for values in columns]
    known = [day for values in columns if len(values) for day in (values.min(), values.max())]
    return f", {min(known)} to {max(known)}" if known else ""


def _where(reading: Reading, rows: np.ndarray) -> str:
    """Name the first of the rows (positions in the source) as a person finds them in the file."""
    shown = [_place(reading, int(row)) for row in rows[:_SHOWN]]
    names = dict.fromkeys(name for name, _ in shown)
    listed = "; ".join(f"{name} {', '.join(at for of, at in shown if of == name)}" for name in names)
    return listed + (" ..." if len(rows) > _SHOWN else "")


def _place(reading: Reading, row: int) -> tuple[str, str]:
    before = 0
    for path, count in reading.rows_of.items():
        if row < before + count:
            within = row - before
            return (
                (f"{path.name} line", f"{within + 2}")
                if path in reading.lined
                else (f"{path.name} row", f"{within + 1}")
            )
        before += count
    return "row", f"{row + 1}"


def _has_lines(path: Path, rows: int) -> bool:
    """Whether a file is text of one line per row below one header, as lines in quotes or blank ones would shift it."""
    if path.suffix.lower() not in _TEXT:
        return False
    with path.open("rb") as opened:
        return sum(1 for _ in opened) == rows + 1
