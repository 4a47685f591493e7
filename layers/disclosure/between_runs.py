"""What earlier runs of closed data showed must not, beside this one, give a small count away.

Knows no run folder: the caller reads what earlier runs still show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas import DataFrame

from layers.disclosure.bounds import Known, hidden_by_bounds, known_sums
from layers.disclosure.kept_cells import ShownSurface
from layers.disclosure.suppression import Sum, hidden


@dataclass(frozen=True)
class Earlier:
    """What an earlier run still shows: counts (key, period, series, incidents, missing where withheld), and rasters.

    `surfaces`, by period and series, are needed of the run that readers see now alone: cells change step by step.
    """

    run_id: str
    district_counts: DataFrame
    scene_counts: DataFrame
    surfaces: Mapping[tuple[str, str], ShownSurface]


def shown_before(counts: DataFrame, key: str, tables: Sequence[DataFrame]) -> list[np.ndarray]:
    """Return, per earlier table, the count it shows for each row of `counts`, NaN where it shows none."""
    keys = [key, "period", "series"]
    wanted = pd.MultiIndex.from_frame(counts[keys].astype(str))
    found = []
    for table in tables:
        known = table.dropna(subset=["incidents"]).drop_duplicates(keys)
        by_key = pd.Series(known["incidents"].to_numpy(float), pd.MultiIndex.from_frame(known[keys].astype(str)))
        found.append(by_key.reindex(wanted).to_numpy(float))
    return found


def hidden_between_runs(
    counts: np.ndarray, before: Sequence[np.ndarray], sums: Sequence[Sum], members: np.ndarray, *, fewest: int
) -> np.ndarray:
    """Return which counts are withheld, so that neither this run nor its difference to any other gives a small one.

    The changes since an earlier run are counts too: of the incidents of a quarter that has closed, or of a record that
    came late. They are hidden by the same rules, by hiding the new count; what was shown before stays known.

    Parameters
    ----------
    counts : n int
    before : sequence of n float
        What each earlier run shows; NaN where it shows nothing.
    sums : sequence of Sum
        From `layers.disclosure.suppression.sums_of`.
    members : (n, pieces) bool
        The pieces of ground of each count.
    """
    told = known_sums([one.rows for one in sums if one.is_known], counts, members, fewest=fewest)
    none = Known(np.zeros((0, members.shape[1]), dtype=bool), np.zeros(0))
    hide, so_far = hidden(counts, sums, fewest=fewest), -1
    while (now := int(hide.sum())) != so_far:
        hide = hidden_by_bounds(counts, members, hide, told, fewest=fewest)
        so_far = int(hide.sum()) if not before else now
        for old in before:
            known = np.isfinite(old)
            change = np.where(known, np.abs(counts - np.nan_to_num(old)), 0).astype(np.int64)
            of_change = hidden(change, sums, fewest=fewest, start=hide | ~known)
            hide |= hidden_by_bounds(change, members, of_change, none, fewest=fewest) & known
        hide = hidden(counts, sums, fewest=fewest, start=hide)
    return hide
