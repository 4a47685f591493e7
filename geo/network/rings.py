"""What waves keep of each street: a ring of what walks on it until it arrives, sums of what entered, read at places.

A way is a street in one direction. A length between two steps is kept by sharing among the steps around it, by
Lagrange's weights. Splits nothing.
"""

import numpy as np

from geo.compiled import compiled

TAPS = 4
Rings = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # late, first of each way, where it is now, waits


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

    Four nodes around the length; three below two steps, where the first of
    four would be now; two below one step, of which one is now.
    """
    first = np.zeros(length.size + 1, np.int64)
    waits = np.zeros((length.size, 2 + TAPS))
    for way in range(length.size):
        steps = length[way] / step_m
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
    events: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    length: np.ndarray,
    step_m: float,
) -> None:
    """Let every event's amount arrive at both ends of its street.

    `events`: line, along it, the two ways of each line, amount.
    """
    weight = np.zeros(TAPS)
    for i in range(events[0].size):
        on, at = events[2][events[0][i]], events[1][i]
        for way, walk_m in ((on[0], length[on[0]] - at), (on[1], at)):
            steps = walk_m / step_m
            begin = max(int(steps) - 1, 0)
            lagrange(weight, TAPS, steps - begin)
            for k in range(TAPS):
                late[first[way] + begin + k] += events[3][i] * weight[k]


@compiled
def opened(places: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """For each way the first and last (exclusive) of its places still open, and how near its node must be to go on."""
    open_ = np.zeros((places[2].size, 3))
    for way in range(places[2].size):
        open_[way, 0], open_[way, 1] = places[0][places[2][way]], places[0][places[2][way] + 1]
    return open_


@compiled
def close(
    out: np.ndarray,
    open_: np.ndarray,
    places: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    ways: tuple[np.ndarray, np.ndarray],
    how: tuple[int, float, float],
) -> None:
    """Read the kernel, a polynomial of distance entered plus distance on the way, where later ones are too far.

    The farthest place on a way closes first.
    """
    (length, sums), (code, support_m, reached) = ways, how
    for way in range(length.size):
        if reached < open_[way, 2]:
            continue
        side = places[3][way]
        while True:
            low, high = int(open_[way, 0]), int(open_[way, 1])
            if low >= high:
                open_[way, 2] = np.inf
                break
            k = low if side else high - 1
            x = (length[way] - places[1][k] if side else places[1][k]) / support_m
            if reached < 1 - x:
                open_[way, 2] = 1 - x
                break
            open_[way, 0 if side else 1] = k + 1 if side else k
            if x < 1:
                out[k] += _polynomial(code, sums[way], x) / support_m


@compiled
def _polynomial(code: int, sums: np.ndarray, x: float) -> float:
    """Sum of a (1 - (t + x)^2)^p over amounts a entered at t, from the sums of a t^k."""
    square = 1 - x * x
    if code == 0:
        return float(0.75 * (sums[0] * square - 2 * x * sums[1] - sums[2]))
    found = sums[0] * square * square - 4 * x * square * sums[1] + (6 * x * x - 2) * sums[2]
    return float(15 / 16 * (found + 4 * x * sums[3] + sums[4]))


@compiled
def enter(rings: Rings, sums: np.ndarray, way: int, amount: float, reached: float) -> None:
    """Count what enters a way by its distance, and let it arrive at the far end later."""
    late, first, here, waits = rings
    power = amount
    for k in range(5):
        sums[way, k] += power
        power *= reached
    slot, end = here[way] + int(waits[way, 1]), first[way + 1]
    for k in range(TAPS):
        if slot >= end:
            slot -= end - first[way]
        late[slot] += amount * waits[way, 2 + k]
        slot += 1


@compiled
def turn(rings: Rings) -> None:
    """Go on to the next step."""
    _, first, here, _ = rings
    for way in range(here.size):
        here[way] += 1
        if here[way] == first[way + 1]:
            here[way] = first[way]
