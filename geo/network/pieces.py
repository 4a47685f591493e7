"""A network cut into pieces, and the averaging operator on them that keeps every street's true length.

The streets are an elastic string: ``P = 1 - (step^2 / 2) M^-1 L`` with L the finite-volume Laplacian (no flux at dead
ends, Kirchhoff's law at junctions). Where a piece is just one step long P averages the two neighbours, and its
Chebyshev polynomials carry a mark along the street one piece at a time. Longer pieces carry it the same distance, up
to ``(piece^2 - step^2) / 24`` times the curvature. What P cannot have is much shorter pieces: there the recurrence
would grow. Streets too short for one step are therefore taken longer, and the streets they meet shorter by as much.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from geo.compiled import compiled
from geo.errors import GeoError
from geo.network.lines import Network, Spots


@dataclass(frozen=True)
class Junctions:
    """Where lines end: the end slots of each node, and what they take from the slot next to them.

    Attributes
    ----------
    start : nodes + 1
        Node j owns entries ``start[j]:start[j + 1]`` of the others.
    slot, inner : its end slots and the neighbour of each on the same line
    weight : 1 / number of streets where all pieces are one step long
    """

    start: np.ndarray
    slot: np.ndarray
    inner: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Pieces:
    """Slots at the ends of all pieces, line after line; a node has one slot on every line that ends there.

    Attributes
    ----------
    network : Network
    step_m : float
        What one step of the recurrence travels.
    per_line : number of pieces of each line
    first : the first slot of each line; its others follow
    line : the line of each slot
    control_m : street length that each slot stands for; sums to the network's length but for what `added_m` says
    pull : (step / piece)^2 inside a line, 0 at its ends
    junctions : Junctions
    added_m : what each line was lengthened by (shortened, where negative)
    """

    network: Network
    step_m: float
    per_line: np.ndarray
    first: np.ndarray
    line: np.ndarray
    control_m: np.ndarray
    pull: np.ndarray
    junctions: Junctions
    added_m: np.ndarray

    @property
    def size(self) -> int:
        return int(self.control_m.size)

    def slot(self, line: np.ndarray, piece: np.ndarray) -> np.ndarray:
        """Return the slot after `piece` pieces of a line: 0 is its first end, per_line its last."""
        slot: np.ndarray = self.first[line] + piece
        return slot

    def beside(self, spots: Spots) -> tuple[np.ndarray, np.ndarray]:
        """Return the slot before each spot, and how far it lies towards the next one, from 0 to 1."""
        pieces = self.per_line[spots.line]
        at = spots.along_m / self.network.lengths_m[spots.line] * pieces
        before = np.clip(np.floor(at).astype(np.int64), 0, pieces - 1)
        return self.first[spots.line] + before, np.clip(at - before, 0.0, 1.0)

    def per_metre(self, mass: np.ndarray) -> np.ndarray:
        """Return mass as density; what lies on the slots of one node is that node's together."""
        ends = self.junctions
        density = mass / self.control_m
        if ends.slot.size:
            size = np.diff(ends.start)
            at_node = np.add.reduceat(mass[ends.slot], ends.start[:-1])
            length = np.add.reduceat(self.control_m[ends.slot], ends.start[:-1])
            density[ends.slot] = np.repeat(at_node / length, size)
        return np.asarray(density.astype(self.pull.dtype, copy=False))

    def in_single(self) -> "Pieces":
        """Return the same operator in single precision."""
        ends = replace(self.junctions, weight=self.junctions.weight.astype(np.float32))
        return replace(self, pull=self.pull.astype(np.float32), junctions=ends)

    def step(
        self, current: np.ndarray, previous: np.ndarray, scale: float, sums: np.ndarray, weights: np.ndarray
    ) -> None:
        """Do one step of the recurrence; see `geo.chebyshev.Operator`."""
        ends = self.junctions
        _inside(self.pull, scale, current, previous, (sums, weights))
        _at_junctions((ends.start, ends.slot, ends.inner, ends.weight), scale, current, previous, (sums, weights))


def pieces_of(network: Network, *, step_m: float) -> Pieces:
    """Cut every line into pieces of at least one step, as short as they can be.

    Raises
    ------
    GeoError
        If the step is not longer than 0.
    """
    if not step_m > 0:
        msg = f"a step is {step_m} m long; it must be longer than 0"
        raise GeoError(msg)
    true_m = network.lengths_m
    length_m = _long_enough(network, step_m)
    count = np.maximum(1, np.floor(length_m / step_m + 1e-9).astype(np.int64))
    piece_m = length_m / count
    first = _in_order(network, count + 1)
    order = np.argsort(first)
    line = np.repeat(order, count[order] + 1)
    control, pull = piece_m[line].copy(), (step_m / piece_m[line]) ** 2
    ends = np.r_[first, first + count]
    control[ends] /= 2
    pull[ends] = 0.0
    junctions = _junctions(network, (first, count), piece_m, step_m)
    return Pieces(network, step_m, count, first, line, control, pull, junctions, length_m - true_m)


def _long_enough(network: Network, step_m: float) -> np.ndarray:
    """Lengthen lines shorter than a step to one step; those they meet give half of it at either end, if they can.

    Then ways that lead through a short line keep their length, and the network nearly its sum.
    """
    true_m = network.lengths_m
    lacks = np.maximum(step_m - true_m, 0.0)
    spare = np.maximum(true_m - step_m, 0.0)
    ends = network.ends
    wanted = np.bincount(ends.ravel(), np.repeat(lacks / 2, 2), minlength=network.nodes)
    offered = np.bincount(ends.ravel(), np.repeat(spare / 2, 2), minlength=network.nodes)
    share = np.minimum(1.0, wanted / np.maximum(offered, 1e-300))
    given = spare / 2 * share[ends].sum(axis=1)
    length: np.ndarray = true_m + lacks - given
    return length


def _in_order(network: Network, slots: np.ndarray) -> np.ndarray:
    """First slot of each line, with lines that meet close to each other in memory."""
    a, b = network.ends.T
    meets = coo_array((np.ones(2 * a.size), (np.r_[a, b], np.r_[b, a])), shape=(network.nodes,) * 2).tocsr()
    rank = np.empty(network.nodes, dtype=np.int64)
    rank[reverse_cuthill_mckee(meets, symmetric_mode=True)] = np.arange(network.nodes)
    order = np.lexsort((rank[network.ends].max(axis=1), rank[network.ends].min(axis=1)))
    first = np.empty(slots.size, dtype=np.int64)
    first[order] = np.r_[0, np.cumsum(slots[order])[:-1]]
    return first


def _junctions(
    network: Network, layout: tuple[np.ndarray, np.ndarray], piece_m: np.ndarray, step_m: float
) -> Junctions:
    first, count = layout
    node, line = network.ends.ravel(), np.repeat(np.arange(count.size), 2)
    at_end = np.tile([False, True], count.size)
    slot = first[line] + np.where(at_end, count[line], 0)
    inner = slot + np.where(at_end, -1, 1)
    nearest = np.full(network.nodes, np.iinfo(np.int64).max)
    np.minimum.at(nearest, node, slot)
    order = np.lexsort((slot, nearest[node]))
    node, slot, inner, line = (a[order] for a in (node, slot, inner, line))
    start = np.flatnonzero(np.r_[True, node[1:] != node[:-1]]) if node.size else np.empty(0, dtype=np.int64)
    around = np.add.reduceat(piece_m[line], start) if node.size else np.empty(0)
    size = np.diff(np.r_[start, node.size])
    weight = step_m**2 / (piece_m[line] * np.repeat(around, size))
    return Junctions(np.r_[start, node.size].astype(np.int32), slot.astype(np.int32), inner.astype(np.int32), weight)


@compiled
def _inside(
    pull: np.ndarray,
    scale: float,
    current: np.ndarray,
    previous: np.ndarray,
    sums_weights: tuple[np.ndarray, np.ndarray],
) -> None:
    """All slots but junctions, which only take ``scale * current - (scale - 1) * previous`` here."""
    sums, weights = sums_weights
    last = current.size - 1
    scale_ = current.dtype.type(scale)
    less = current.dtype.type(scale - 1)
    half = current.dtype.type(scale / 2)
    only = current.dtype.type(weights[0])
    first_sum = sums[0]
    for i in (0, last):
        value = scale_ * current[i] - less * previous[i]
        previous[i] = value
        first_sum[i] += only * value
    for i in range(1, last):
        bent = half * (current[i - 1] + current[i + 1]) - scale_ * current[i]
        value = scale_ * current[i] + pull[i] * bent - less * previous[i]
        previous[i] = value
        first_sum[i] += only * value
    for b in range(1, weights.size):
        weight, band = current.dtype.type(weights[b]), sums[b]
        for i in range(last + 1):
            band[i] += weight * previous[i]


@compiled
def _at_junctions(
    junctions: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    scale: float,
    current: np.ndarray,
    previous: np.ndarray,
    sums_weights: tuple[np.ndarray, np.ndarray],
) -> None:
    start, slot, inner, weight = junctions
    sums, weights = sums_weights
    for j in range(start.size - 1):
        taken = 0.0
        here = current[slot[start[j]]]
        for e in range(start[j], start[j + 1]):
            taken += weight[e] * (current[inner[e]] - here)
        taken *= scale
        for e in range(start[j], start[j + 1]):
            previous[slot[e]] += taken
            for b in range(weights.size):
                sums[b, slot[e]] += weights[b] * taken
