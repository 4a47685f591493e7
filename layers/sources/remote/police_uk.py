"""The street-level archive of police.uk: months of CSV in a ZIP, read in memory. Owns what its places are.

A place there is not where something happened but the nearest of some 750,000 map points, each the middle of a street or
a public place with eight addresses or more, or none; a time is a month. Both are stated, never sharpened.
"""

import io
import re

import pandas as pd
from pandas import DataFrame

from layers.city.remote import PoliceUkSource
from layers.sources.held import Held
from layers.sources.remote.answer import FetchedRows, Last
from layers.sources.remote.archive import members
from layers.sources.remote.reach import Reach
from layers.sources.remote.rows import refuse_few, refuse_lacking
from layers.sources.remote.web import Request, receive, refuse_page

_ZONE = "Europe/London"
_COLUMNS = ("Crime ID", "Month", "Longitude", "Latitude", "Crime type")
_HEAD_BYTES = 512


def fetch(source: PoliceUkSource, reach: Reach, _last: Last) -> FetchedRows:
    """Return incidents of the forces under the contract's names, with the uncertainty of map points.

    Raises
    ------
    SourceError
        If the archive is unsafe, cut short, or lacks a force or a column.
    """
    received = receive(reach, Request(reach.secret(source.address), reach.params() or None))
    refuse_page(reach, received.content.read(_HEAD_BYTES))
    received.content.seek(0)
    named = re.compile(rf"(^|/)\d{{4}}-\d{{2}}-({'|'.join(map(re.escape, source.forces))})-street\.csv$")
    frames = [_month(reach, file) for file in members(reach, received.content, lambda name: bool(named.search(name)))]
    if not frames:
        text = f"holds no month of {', '.join(source.forces)}. Mend forces, or fetch an archive that has them."
        raise reach.error(text, fault="changed")
    whole = _in_box(pd.concat(frames, ignore_index=True), source)
    refuse_few(source, reach, len(whole))
    return FetchedRows(whole.assign(uncertainty_m=source.uncertainty_m))


def _month(reach: Reach, file: Held) -> DataFrame:
    try:
        raw = pd.read_csv(io.BytesIO(file.data), dtype="str", usecols=lambda name: name in _COLUMNS)
    except (ValueError, pd.errors.ParserError):
        raise reach.error(f"holds {file.name}, which is no CSV. Try later.", fault="incomplete") from None
    refuse_lacking(reach, _COLUMNS, list(raw.columns))
    start = pd.to_datetime(raw["Month"], format="%Y-%m", errors="coerce")
    # what has no number of its own (antisocial behaviour) is known by its file and row
    number = pd.Series([f"{file.name.removesuffix('-street.csv')}-{row}" for row in range(len(raw))], index=raw.index)
    known = raw["Crime ID"].where(~raw["Crime ID"].duplicated())  # one crime under several kinds stands several times
    return DataFrame(
        {
            "incident_id": known.fillna(number),
            "category": raw["Crime type"],
            "occurred_from": _instant(start),
            "occurred_to": _instant(start + pd.offsets.MonthBegin(1)),
            "Longitude": raw["Longitude"],
            "Latitude": raw["Latitude"],
        }
    )


def _instant(local: pd.Series) -> pd.Series:
    text: pd.Series = local.dt.tz_localize(_ZONE).dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return text


def _in_box(frame: DataFrame, source: PoliceUkSource) -> DataFrame:
    if source.bbox is None:
        return frame
    west, south, east, north = source.bbox
    x, y = (pd.to_numeric(frame[name], errors="coerce") for name in ("Longitude", "Latitude"))
    return frame[x.between(west, east) & y.between(south, north)]
