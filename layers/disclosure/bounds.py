"""What can be worked out of hidden counts by linear programming, and what must be hidden so that it cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, linprog

_EXACT = 1e-6


@dataclass(frozen=True)
class Known:
    """Sums of pieces of ground that a reader may know: (sums, pieces) bool, and their values."""

    members: np.ndarray
    values: np.ndarray


def hidden_by_bounds(
    counts: np.ndarray, members: np.ndarray, hide: np.ndarray, sums: Known, *, fewest: int
) -> np.ndarray:
    """Return which counts are withheld, so that no system of equations tells that one is of 1 to `fewest` - 1.

    The counts of pieces of ground are unknown and not negative; shown counts and known sums are equations. A hidden
    count, or a piece, whose least and greatest value leave only 1 to `fewest` - 1 is given away: the smallest shown
    count among the equations that fix the bounds is hidden too, until nothing is given away. Two linear programmes for
    each hidden count and each piece, and two for each count that has to be hidden; none for a piece that another
    stands beside in every equation, as all that is there could be there instead.

    Parameters
    ----------
    counts : rows int
    members : (rows, pieces) bool
        The pieces of ground of each count.
    hide : rows bool
        What is withheld already.
    """
    hide = hide.copy()
    single = members[members.sum(axis=1) == 1]
    pieces = [piece for piece in np.eye(members.shape[1], dtype=bool) if not (single == piece).all(axis=1).any()]
    safe: set[bytes] = set()  # hiding more gives away no more
    while True:
        alike = _alike(np.vstack([members[~hide], sums.members]))
        targets = [target for target in (*members[hide], *pieces) if not _is_safe(target, alike, safe)]
        for target in targets:
            used = _binding(target, counts, members, (hide, sums), fewest=fewest)
            if not used:
                safe.add(target.tobytes())  # or a sum alone tells it: findings, which publish sums, withhold it
                continue
            hide[min(used, key=lambda k: (counts[k] == 0, counts[k], k))] = True
            break
        else:
            return hide


def _alike(equations: np.ndarray) -> np.ndarray:
    """Return the pieces, (pieces,) bool, that another piece stands beside in every equation."""
    _, kind, times = np.unique(np.packbits(equations, axis=0), axis=1, return_inverse=True, return_counts=True)
    return np.asarray(times[kind.ravel()] > 1)


def _is_safe(target: np.ndarray, alike: np.ndarray, safe: set[bytes]) -> bool:
    """Whether a target may be zero: it is one piece whose harm could lie in another, or was found safe before."""
    return bool(target.sum() == 1 and alike[target].all()) or target.tobytes() in safe


def _binding(
    target: np.ndarray, counts: np.ndarray, members: np.ndarray, known: tuple[np.ndarray, Known], *, fewest: int
) -> list[int]:
    """Return the shown counts that give a target away; none if it is safe, or sums alone give it away."""
    hide, sums = known
    shown = np.flatnonzero(~hide)
    left = np.vstack([members[shown], sums.members]).astype(float)
    right = np.concatenate([counts[shown], sums.values]).astype(float)
    least = _solved(1.0 * target, left, right)
    if least.status != 0 or np.ceil(least.fun - _EXACT) < 1:
        return []  # it may be zero: nothing is known of it
    most = _solved(-1.0 * target, left, right)
    if most.status != 0 or np.floor(-most.fun + _EXACT) >= fewest:
        return []
    ends = (least, most)
    used = np.any([np.abs(end.eqlin.marginals) > _EXACT for end in ends], axis=0)
    return [int(shown[k]) for k in np.flatnonzero(used) if k < len(shown)]


def _solved(objective: np.ndarray, left: np.ndarray, right: np.ndarray) -> OptimizeResult:
    return linprog(objective, A_eq=left, b_eq=right, bounds=(0, None), method="highs")


def known_sums(rows: Sequence[np.ndarray], counts: np.ndarray, members: np.ndarray, *, fewest: int) -> Known:
    """Return sums of counts that are published elsewhere, but for small ones, which are withheld there as well."""
    values = np.array([counts[row].sum() for row in rows])
    kept = [k for k, value in enumerate(values) if not 0 < value < fewest]
    ground = np.array([members[rows[k]].any(axis=0) for k in kept]).reshape(len(kept), members.shape[1])
    return Known(ground, values[kept])
