"""The small counts that published sums must not give away, over the unknowns that the sums tell apart."""

from datetime import date
from itertools import pairwise

import numpy as np
from scipy import sparse

from layers.city import City
from layers.disclosure.audit.atoms import Atoms, spans_of
from layers.disclosure.audit.solve import Targets
from layers.disclosure.audit.sums import KEYS, Sum
from layers.disclosure.audit.system import System
from layers.frame.units import Units


def system_of(found: list[Sum], laid: Atoms) -> tuple[System, np.ndarray]:
    """Return the sums as a system of unknowns, atoms that no sum tells apart together, and the unknown of each atom."""
    parts = [_row(one, laid) for one in found]
    at, weights = (np.concatenate([part[end] for part in parts]) for end in (0, 1))
    ends = np.cumsum([0, *(len(part[0]) for part in parts)])
    columns = sparse.csr_array((weights, at, ends), shape=(len(found), laid.count.size)).tocsc()
    columns.sort_indices()
    kinds: dict[tuple[bytes, bytes], int] = {}
    cut = [(columns.indices[i:j].tobytes(), columns.data[i:j].tobytes()) for i, j in pairwise(columns.indptr)]
    unknown = np.array([kinds.setdefault(column, len(kinds)) for column in cut])
    _, first = np.unique(unknown, return_index=True)
    least, most = (np.array([getattr(one, end) for one in found]) for end in ("least", "most"))
    return System(sparse.csr_array(columns[:, first]), least, most), unknown


def _row(one: Sum, laid: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Return the atoms of a sum and their weights."""
    ground, spans, kinds = one.ground.nonzero()[0], one.spans.nonzero()[0], one.kinds.nonzero()[0]
    at = _flat(laid, ground, spans, kinds)
    return at, np.repeat(one.ground[ground].astype(float), len(spans) * len(kinds))


def _flat(laid: Atoms, ground: np.ndarray, spans: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Return the positions of atoms, of all `laid.count` in a row."""
    _, n, m = laid.count.shape
    return np.asarray(((ground[:, None, None] * n + spans[:, None]) * m + kinds).ravel())


def targets_of(laid: Atoms, units: Units, city: City, unknown: np.ndarray, *, until: date) -> Targets:
    """Return every count of 1 to `min_count` - 1 of a piece of ground in days and of a kind that can be told apart.

    Ground is a unit, district, scene or ring, and what of a unit lies in a ring; days are a published span, and what
    lies between two edges.
    """
    grounds, kinds = _grounds(laid, units), _kinds(laid, city)
    published = [laid.within(span) for span in spans_of(city, until)]
    spans = np.unique([*published, *np.eye(len(laid.edges) - 1, dtype=bool)], axis=0)
    of_ground = np.tensordot(grounds.astype(float), laid.count, 1)
    number = np.einsum("gsk,ts,hk->gth", of_ground, spans, kinds, optimize=True)
    size = np.bincount(unknown)
    found: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}
    for g, t, h in np.argwhere((number > 0) & (number < city.disclosure.min_count)):
        at = _flat(laid, grounds[g].nonzero()[0], spans[t].nonzero()[0], kinds[h].nonzero()[0])
        held, times = np.unique(unknown[at], return_counts=True)
        found.setdefault(held.tobytes() + times.tobytes(), (held[times == size[held]], held))
    least, most = ([pair[end] for pair in found.values()] for end in (0, 1))
    return Targets(_marks(least, len(size)), _marks(most, len(size)))


def _grounds(laid: Atoms, units: Units) -> np.ndarray:
    names = [np.append(units.pieces[key].astype(str).to_numpy(), "")[laid.unit] for key in KEYS.values()]
    held = [name == one for name, key in zip(names, KEYS.values(), strict=True) for one in units.pieces[key].dropna()]
    held += [laid.unit == unit for unit in range(len(units.pieces))]
    held += [ring == position for ring in laid.ring for position in range(int(ring.max(initial=-1)) + 1)]
    return np.unique([*held, *np.eye(len(laid.unit), dtype=bool)], axis=0)


def _kinds(laid: Atoms, city: City) -> np.ndarray:
    kinds = [laid.series == position for position in range(len(city.harm.series))]
    return np.unique([*kinds, *(laid.category == name for name in np.unique(laid.category))], axis=0)


def _marks(rows: list[np.ndarray], width: int) -> sparse.csr_array:
    ends = np.cumsum([0, *map(len, rows)])
    at = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
    return sparse.csr_array((np.ones(len(at)), at, ends), shape=(len(rows), width))
