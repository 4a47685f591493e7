"""The best cylinder: of all circles and stretches of steps the one with the largest likelihood ratio. Draws nothing."""

from dataclasses import dataclass

import numpy as np

from geo.compiled import compiled
from geo.hotspot.circles import Circles

TIE = 1e-9  # of a log likelihood ratio: closer ones are equal


@dataclass(frozen=True)
class Search:
    """Circles, what is expected in them, and how long a stretch may be."""

    around: Circles
    law: np.ndarray  # areas x steps, sums to 1
    longest: int
    total: int

    def best(self, counts: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """LLR, centre, areas, first and last step of the best cylinder that touches no taken area."""
        found: np.ndarray = _best(
            (self.around.centre_start, self.around.member, self.around.is_complete),
            counts,
            self.law * self.total,
            self.longest,
            taken,
        )
        return found


@compiled
def _best(
    around: tuple[np.ndarray, np.ndarray, np.ndarray],
    counts: np.ndarray,
    expected: np.ndarray,
    longest: int,
    taken: np.ndarray,
) -> np.ndarray:
    centre_start, member, is_complete = around
    total = counts.sum()
    steps = counts.shape[1]
    best = np.zeros(5)
    for centre in range(centre_start.size - 1):
        inside, law = np.zeros(steps), np.zeros(steps)
        start = centre_start[centre]
        for m in range(start, centre_start[centre + 1]):
            area = member[m]
            if taken[area]:
                break
            for t in range(steps):
                inside[t] += counts[area, t]
                law[t] += expected[area, t]
            if is_complete[m]:
                llr, first, last = _best_stretch(inside, law, total, longest, best[0])
                if llr > best[0] + 1e-9:  # as TIE: of equal ones the first centre's smallest circle
                    best[0], best[1], best[2], best[3], best[4] = llr, centre, m - start + 1, first, last
    return best


@compiled
def _best_stretch(
    inside: np.ndarray, law: np.ndarray, total: float, longest: int, least: float
) -> tuple[float, int, int]:
    """LLR, first and last step of the best stretch above `least`."""
    best, best_first, best_last = least, 0, 0
    for first in range(inside.size):
        c, e = 0.0, 0.0
        for last in range(first, min(first + longest, inside.size)):
            c += inside[last]
            e += law[last]
            # Chi-square bounds the ratio from above (KL <= chi^2) and spares almost all logarithms.
            if c <= e or e <= 0.0 or (c - e) ** 2 * total <= best * e * (total - e):
                continue
            llr = c * np.log(c / e)
            if c < total:
                llr += (total - c) * np.log((total - c) / (total - e))
            if llr > best + 1e-9:
                best, best_first, best_last = llr, first, last
    return best, best_first, best_last
