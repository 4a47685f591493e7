"""What differs between two published runs: counts, findings, maps. Reads tables and arrays; opens no file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

Said = Mapping[str, Any]  # a finding as findings.json says it: runs of earlier versions say less


@dataclass(frozen=True)
class MapChange:
    """How far one raster is from another of the same cells.

    Attributes
    ----------
    largest : float
        Largest absolute difference, in the unit of the raster; 0 where no cell is shown in both.
    row, col : int
        The cell it stands in.
    changed, appeared, vanished : int
        Cells shown in both that differ, shown in the second alone, shown in the first alone.
    """

    largest: float
    row: int
    col: int
    changed: int
    appeared: int
    vanished: int


def count_changes(before: DataFrame, after: DataFrame, key: str) -> DataFrame:
    """Return the rows whose published count differs, or is withheld in one of the two.

    Parameters
    ----------
    before, after : DataFrame
        key, period, series, incidents (missing where withheld).

    Returns
    -------
    DataFrame
        key, period, series, incidents_before, incidents_after, change (missing where either is withheld).
    """
    keys = [key, "period", "series"]
    both = before[[*keys, "incidents"]].merge(
        after[[*keys, "incidents"]], on=keys, how="outer", suffixes=("_before", "_after")
    )
    one, other = both["incidents_before"], both["incidents_after"]
    same = (one == other) | (one.isna() & other.isna())
    return both.assign(change=other - one)[~same.fillna(value=False)].reset_index(drop=True)


def finding_changes(before: Sequence[Said], after: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield findings, as findings.json says them, that differ in estimate or verdict; one that is missing is empty."""
    old, new = _by_name(before), _by_name(after)
    for name in [*old, *(name for name in new if name not in old)]:
        one, other = old.get(name, {}), new.get(name, {})
        if not one or not other or any(one.get(key) != other.get(key) for key in ("estimate", "verdict")):
            yield one, other


def _by_name(findings: Sequence[Said]) -> Mapping[tuple[Any, ...], Said]:
    return {tuple(finding.get(key) for key in ("id", "series", "adjustment")): finding for finding in findings}


def map_change(before: np.ndarray, after: np.ndarray) -> MapChange:
    """Compare two rasters of the same cells, NaN where nothing is shown; see `MapChange`.

    Raises
    ------
    ValueError
        If their shapes differ.
    """
    if before.shape != after.shape:
        raise ValueError(f"rasters of {before.shape} and {after.shape} cells cannot be compared")
    seen, sees = np.isfinite(before), np.isfinite(after)
    apart = np.where(seen & sees, np.abs(np.nan_to_num(after) - np.nan_to_num(before)), 0.0)
    row, col = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return MapChange(
        largest=float(apart.max(initial=0.0)),
        row=int(row),
        col=int(col),
        changed=int((apart > 0).sum()),
        appeared=int((sees & ~seen).sum()),
        vanished=int((seen & ~sees).sum()),
    )


def cause_of(counts: DataFrame, *, last_period: str, until_moved: bool) -> str:
    """Say in a few words what changed counts look like: new days, or records of earlier days that were corrected."""
    if counts.empty:
        return "no count changed"
    of_closed = counts[counts["period"] != last_period]
    if of_closed.empty:
        return "new days in the period that still grows" if until_moved else "corrected records in the last period"
    closed = f"corrected records in {of_closed['period'].nunique()} closed period(s)"
    return f"new days, and {closed}" if until_moved and len(of_closed) < len(counts) else closed


def as_counts(table: DataFrame) -> DataFrame:
    """Return a table of counts as it was read from CSV, with the types it had."""
    return table.assign(incidents=pd.to_numeric(table["incidents"]).astype("Int64"))
