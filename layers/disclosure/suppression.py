"""Which counts stay hidden so that no single subtraction among published ones gives a small one. Sees counts alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Sum:
    """Counts that a reader can add up, and the counts of each table that lie inside them.

    Attributes
    ----------
    rows : n int
        Positions of the counts added; they do not overlap.
    inside : tuple of int arrays
        Per table, the counts whose ground lies wholly inside that of `rows`.
    is_known : bool
        Whether the sum itself is published elsewhere, whatever is hidden here.
    """

    rows: np.ndarray
    inside: tuple[np.ndarray, ...]
    is_known: bool = False


def sums_of(members: Sequence[np.ndarray], totals: Sequence[np.ndarray]) -> tuple[Sum, ...]:
    """Return every sum that has other counts inside it.

    Parameters
    ----------
    members : sequence of (rows, pieces) bool
        Per table, the pieces of ground of each of its rows; rows of one table do not overlap. Positions run on from
        table to table.
    totals : sequence of int arrays
        Positions whose sum is published elsewhere.
    """
    ground = np.vstack(members).astype(np.int64)
    starts = np.cumsum([0, *(len(table) for table in members)])
    tables = [np.arange(first, last) for first, last in pairwise(starts)]
    found = []
    for table in tables:
        for row in table:
            others = [other[ground[other] @ ground[row] > 0] for other in tables if other is not table]
            found += [_sum(np.array([row]), ground, tables), *(_sum(rows, ground, tables) for rows in others)]
    found += [_sum(np.asarray(rows), ground, tables, is_known=True) for rows in totals]
    return tuple(found)


def _sum(rows: np.ndarray, ground: np.ndarray, tables: Sequence[np.ndarray], *, is_known: bool = False) -> Sum:
    outside = ground[rows].sum(axis=0) == 0
    whole = (ground @ outside == 0) & (ground.sum(axis=1) > 0)
    if not is_known:
        whole[rows] = False  # a count subtracted from itself says nothing
    return Sum(rows, tuple(table[whole[table]] for table in tables), is_known)


def hidden(counts: np.ndarray, sums: Sequence[Sum], *, fewest: int, start: np.ndarray | None = None) -> np.ndarray:
    """Return which counts are withheld: those of 1 to `fewest` - 1, and what one subtraction would give them away by.

    From every sum that can be formed of shown counts, one shown count inside it is taken away, and all shown counts of
    a table inside it together. Where 1 to `fewest` - 1 would be left, the smallest count taken away is hidden as well.

    Parameters
    ----------
    counts : n int
    sums : sequence of Sum
        From `sums_of`.
    fewest : int
        The smallest count above zero that may be shown.
    start : n bool, optional
        Counts that are withheld already.

    Returns
    -------
    n bool
    """
    hide = (counts > 0) & (counts < fewest)
    if start is not None:
        hide |= start
    before = -1
    while (now := int(hide.sum())) != before:
        before = now
        for known in sums:
            if known.is_known or not hide[known.rows].any():
                _hide_inside(known, counts, hide, fewest)
    return hide


def _hide_inside(known: Sum, counts: np.ndarray, hide: np.ndarray, fewest: int) -> None:
    total = int(counts[known.rows].sum())
    for inside in known.inside:
        for taken in _ways(inside[(counts[inside] > 0) & ~hide[inside]]):
            if 0 < total - int(counts[taken].sum()) < fewest:
                hide[taken[np.argmin(counts[taken])]] = True
                break


def _ways(shown: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what a reader may take away at once: all of a table, or one count of it."""
    if shown.size:
        yield shown
    if shown.size > 1:
        yield from shown[:, None]
