"""Rings that hold what walks along streets until it arrives, and how long each street keeps it. Splits nothing.

A way is a street in one direction: 2 line + the end that one enters at. A length between two steps is kept by sharing
among the steps around it, by Lagrange's weights.
"""

import numpy as np

from geo.compiled import compiled

TAPS = 4


@compiled
def lagrange(weight: np.ndarray, nodes: int, at: float) -> None:
    """Weights of the nodes 0, 1, ... that give every polynomial through them its value at a place."""
    for i in range(nodes):
        weight[i] = 1.0
        for j in range(nodes):
            if j != i:
                weight[i] *= (at - j) / (i - j)


@compiled
def waits_of(length: np.ndarray, step_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the ring of each way begins, and its wait: share that waits no step, first step of others, their shares.

    A way is 2 line + the end one enters at. Four nodes around the length; three below two steps, where the first of
    four would be now; two below one step, of which one is now.
    """
    first = np.zeros(2 * length.size + 1, np.int64)
    waits = np.zeros((2 * length.size, 2 + TAPS))
    for way in range(2 * length.size):
        steps = length[way >> 1] / step_m
        first[way + 1] = first[way] + int(steps) + TAPS
        if steps < 1:
            waits[way, 0], waits[way, 1], waits[way, 2] = 1 - steps, 1, steps
            continue
        begin, nodes = (1, TAPS - 1) if steps < 2 else (int(steps) - 1, TAPS)
        waits[way, 1] = begin
        lagrange(waits[way, 2:], nodes, steps - begin)
    return first, waits


@compiled
def send_events(
    late: np.ndarray,
    first: np.ndarray,
    events: tuple[np.ndarray, np.ndarray, np.ndarray],
    length: np.ndarray,
    step_m: float,
) -> None:
    """Let every event's amount arrive at both ends of its street."""
    weight = np.zeros(TAPS)
    for i in range(events[0].size):
        line, at = events[0][i], events[1][i]
        for way, walk_m in ((2 * line, length[line] - at), (2 * line + 1, at)):
            steps = walk_m / step_m
            begin = max(int(steps) - 1, 0)
            lagrange(weight, TAPS, steps - begin)
            for k in range(TAPS):
                late[first[way] + begin + k] += events[2][i] * weight[k]
