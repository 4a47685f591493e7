"""What of closed data stays as it was published: incidents of quarters that readers know. Knows no folder.

Within a quarter every run counts the same incidents. When the next quarter is published, what has been revised since
enters with it, but for revisions so few that the difference of the two runs would point at them.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import AnySource, City, TableSource
from layers.errors import ConfigError
from layers.frame.chain import data_until, matched_windows
from layers.frame.exposure import local_days
from layers.frame.place_counts import part_of_counts
from layers.frame.units import unit_of, units
from layers.tables import Border

_ID = "incident_id"
_EPOCH = date(1970, 1, 1)
_BY_SERIES = ["harm_class", "borne_by", "recorded_by"]


@dataclass(frozen=True)
class Frozen:
    """The incidents that a published run counted, up to `until`, and what the border said of their sources.

    `made_for`: what else they depend on (`admission`); under other settings they are of no use.
    """

    run_id: str
    until: date
    made_for: str
    incidents: GeoDataFrame
    quarantine: DataFrame
    repairs: DataFrame
    rows_read: dict[str, int]


def admission(city: City) -> str:
    """Return a hash of all settings by which incidents are admitted and sorted."""
    sources = [source.model_dump_json() for source in city.sources if _gives_incidents(source)]
    said = [city.crs, city.time_zone, city.harm.model_dump_json(), *sources]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _gives_incidents(source: AnySource) -> bool:
    return source.is_invented or (isinstance(source, TableSource) and source.table == "incidents")


def frozen_until(city: City, as_of: date, until: date, frozen: Frozen | None) -> date:
    """Return the first day that is not counted: what was published stays so, though a source lost its latest days."""
    return until if frozen is None else max(until, min(frozen.until, data_until(city, as_of, as_of)))


def as_published(
    border: Border, city: City, frozen: Frozen | None, *, until: date, run_id: str
) -> tuple[Border, Frozen]:
    """Return the border with the incidents that this run counts, and what is to be kept of it.

    Parameters
    ----------
    border : Border
        What tonight's sources give.
    frozen : Frozen, optional
        What the run that readers see counted; under the settings of today.
    until : date
        From `frozen_until`.
    run_id : str
        Of this run; kept incidents bear the id of the run that published them first.
    """
    if frozen is not None and frozen.until >= until:
        earlier = frozen.incidents[_days(frozen.incidents, city) < _number(until)].reset_index(drop=True)
        return _with(border, replace(frozen, incidents=earlier)), frozen
    found = border.tables.incidents
    found = found[_days(found, city) < _number(until)]
    if frozen is not None:
        found = _revised(found, frozen, border, city, until=until)
    of_sources = {source.id for source in city.sources if _gives_incidents(source)}
    kept = Frozen(
        run_id,
        until,
        admission(city),
        found.reset_index(drop=True),
        border.quarantine[border.quarantine["table"] == "incidents"].reset_index(drop=True),
        border.repairs[border.repairs["table"] == "incidents"].reset_index(drop=True),
        {name: rows for name, rows in border.rows_read.items() if name in of_sources},
    )
    return _with(border, kept), kept


def _with(border: Border, frozen: Frozen) -> Border:
    """Return the border as it was for incidents, as it is for everything else."""
    told, mended = border.quarantine, border.repairs
    return Border(
        tables=replace(border.tables, incidents=frozen.incidents),
        quarantine=_joined(told[told["table"] != "incidents"], frozen.quarantine),
        repairs=_joined(mended[mended["table"] != "incidents"], frozen.repairs),
        rows_read=border.rows_read | frozen.rows_read,
    )


def _joined(one: DataFrame, other: DataFrame) -> DataFrame:
    parts = [part for part in (one, other) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else one.reset_index(drop=True)


def _revised(found: GeoDataFrame, frozen: Frozen, border: Border, city: City, *, until: date) -> GeoDataFrame:
    """Return tonight's incidents, with those of published days as they were where too few of them changed.

    A block is what a published figure can be cut into: ground of one unit, one series, days between two edges of
    published spans, one ring and category of every place count. A revision enters with at least `min_count` others in
    its block, and only if the count of the block does not change by less; a record that moved from one block to
    another, or to new days, enters both or none.
    """
    old = frozen.incidents
    recent = _days(found, city) >= _number(frozen.until)
    known = found[~recent]
    gone, come = _differing(old, known), _differing(known, old)
    if not gone.any() and not come.any():
        return found
    changed = pd.concat([old[gone], known[come]], ignore_index=True)
    sign = np.repeat([-1, 1], [int(gone.sum()), int(come.sum())])
    held = _held(changed, sign, _blocks(changed, border, city, edges=_edges(city, (frozen.until, until))), city)
    gone_held, come_held = held[sign < 0], held[sign > 0]
    stays = ~gone
    stays[np.flatnonzero(gone)[gone_held]] = True
    enters = come.copy()
    enters[np.flatnonzero(come)[come_held]] = False
    once = recent & ~found[_ID].isin(old.loc[stays, _ID]).to_numpy()  # what stays on its old day waits on its new one
    taken = pd.concat([old[stays], known[enters], found[once]], ignore_index=True)
    return GeoDataFrame(_labelled(taken, (old, found)), geometry="geometry", crs=found.crs)


def _labelled(table: DataFrame, parts: tuple[DataFrame, DataFrame]) -> DataFrame:
    """Give labels the categories of both tables: joining labels of different ones makes plain text of them."""
    names = [name for name in table.columns if isinstance(parts[0][name].dtype, pd.CategoricalDtype)]
    both = {name: sorted({str(label) for part in parts for label in part[name].cat.categories}) for name in names}
    return table.assign(**{name: pd.Categorical(table[name].astype(str), both[name]) for name in names})


def _differing(one: GeoDataFrame, other: GeoDataFrame) -> np.ndarray:
    """Tell which rows of a table do not stand in another one exactly so."""
    return ~pd.MultiIndex.from_frame(_plain(one)).isin(pd.MultiIndex.from_frame(_plain(other)))


def _plain(incidents: GeoDataFrame) -> DataFrame:
    points = incidents.geometry.to_numpy()
    plain = DataFrame(incidents.drop(columns="geometry")).assign(x=shapely.get_x(points), y=shapely.get_y(points))
    return plain.assign(**{name: plain[name].astype(str) for name in ("category", *_BY_SERIES)}).fillna(
        {"uncertainty_m": -1.0}
    )


def _blocks(changed: GeoDataFrame, border: Border, city: City, *, edges: np.ndarray) -> np.ndarray:
    tables = replace(border.tables, incidents=changed)
    x, y = changed.geometry.x.to_numpy(), changed.geometry.y.to_numpy()
    span = np.searchsorted(edges, _days(changed, city), side="right")
    keys = [unit_of(units(tables, city), x, y), span, *(changed[name].astype(str).to_numpy() for name in _BY_SERIES)]
    keys += [part_of_counts(wanted, tables) for wanted in city.place_counts]
    return DataFrame(dict(enumerate(keys))).groupby([*range(len(keys))], sort=True).ngroup().to_numpy()


def _held(changed: DataFrame, sign: np.ndarray, block: np.ndarray, city: City) -> np.ndarray:
    """Tell which revisions wait: those of small blocks, and those of the same record elsewhere, until none is left."""
    fewest, record = city.disclosure.min_count, pd.factorize(changed[_ID])[0]
    held = np.zeros(len(changed), dtype=bool)
    before = -1
    while (now := int(held.sum())) != before:
        before = now
        number = np.bincount(block[~held], minlength=block.max() + 1)
        more = np.abs(np.bincount(block[~held], weights=sign[~held], minlength=block.max() + 1))
        held |= ((number < fewest) | ((more > 0) & (more < fewest)))[block]
        held |= np.isin(record, record[held])
    return held


def _edges(city: City, untils: tuple[date, ...]) -> np.ndarray:
    """Return the days on which a published span begins or ends, as days since 1970, in order of time."""
    spans = [(period.start, period.end) for period in city.periods]
    spans += [(window.start, window.end) for place in city.place_counts for window in place.windows]
    for step in city.steps:
        for until in untils:
            try:
                spans += [(window.start, window.end) for window in matched_windows(city, step, data_until=until)]
            except ConfigError:
                continue  # that step had no days yet
    return np.unique([_number(day) for span in spans for day in span])


def _days(incidents: DataFrame, city: City) -> np.ndarray:
    return local_days(incidents, city, first_day=_EPOCH)[1]


def _number(day: date) -> int:
    return (day - _EPOCH).days
