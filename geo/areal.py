"""Figures of one set of areas carried to another: by area, by where people or streets are, and the bounds of both.

Mass is kept: what lies in the sources lies in the targets and outside them. Owns no population and no street.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array

from geo.errors import GeoError

_NOTHING = 1e-9  # of a source's measure: touching borders


@dataclass(frozen=True)
class Overlay:
    """How sources and targets lie over each other.

    Attributes
    ----------
    common : csr array, shape (sources, targets)
        Measure (m2, metres of street, floor area, people) that both share.
    whole : ndarray, shape (sources,)
        Measure of each source, targets or not.
    measured : ndarray, shape (targets,)
        Measure of each target within the sources.
    """

    common: csr_array
    whole: np.ndarray
    measured: np.ndarray

    @property
    def covered(self) -> np.ndarray:
        """Share of each source's measure that lies in some target, shape (sources,)."""
        inside = np.asarray(self.common.sum(axis=1))
        return np.asarray(np.divide(inside, self.whole, out=np.zeros(len(self.whole)), where=self.whole > 0))


def by_area(sources: np.ndarray, targets: np.ndarray) -> Overlay:
    """Overlay two sets of polygons by their common area, in m2.

    Parameters
    ----------
    sources, targets : ndarray of shapely polygons, in one metric CRS
        Neither set overlaps itself.
    """
    source, target = shapely.STRtree(targets).query(sources, predicate="intersects")
    common = shapely.area(shapely.intersection(sources[source], targets[target]))
    return _laid(source, target, common, shapely.area(sources), len(targets))


def by_ancillary(sources: np.ndarray, targets: np.ndarray, ancillary: np.ndarray, density: np.ndarray) -> Overlay:
    """Overlay by what stands in them (dasymetric): floor area of buildings, land that people live on, metres of street.

    Ancillary shapes are cut at the borders of sources and targets. A street that runs along a border is shared by
    the areas on both sides, so that none counts twice.

    Parameters
    ----------
    ancillary : ndarray of shapely polygons or lines
        They do not overlap each other; of one kind.
    density : ndarray, shape (ancillary,)
        Weight of a square metre (of polygons) or of a metre (of lines): floors, people per m2, 1.

    Raises
    ------
    GeoError
        If polygons and lines are mixed, or a density is negative.
    """
    kinds = np.unique(shapely.get_dimensions(ancillary))
    if len(kinds) > 1 or (len(kinds) and kinds[0] == 0):
        raise GeoError("ancillary shapes must all be polygons, or all lines; divide them by kind")
    if (np.asarray(density) < 0).any():
        raise GeoError("a density of ancillary shapes is negative; correct that column")
    size = shapely.length if len(kinds) and kinds[0] == 1 else shapely.area
    tree = shapely.STRtree(ancillary)
    within, piece = tree.query(sources, predicate="intersects")
    cut = shapely.intersection(sources[within], ancillary[piece])
    weight = np.asarray(density, dtype=float)[piece] * _shared(piece, size(cut), size(ancillary))
    whole = np.bincount(within, weights=size(cut) * weight, minlength=len(sources))
    part, target = shapely.STRtree(targets).query(cut, predicate="intersects")
    held = size(shapely.intersection(cut[part], targets[target]))
    common = held * _shared(part, held, size(cut)) * weight[part]
    return _laid(within[part], target, common, whole, len(targets))


def _shared(of: np.ndarray, held: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return what each part of a shape counts: less than 1 where the parts are more than the whole, on borders."""
    parts = np.bincount(of, weights=held, minlength=len(whole))
    once = np.divide(whole, parts, out=np.ones(len(whole)), where=parts > 0)
    return np.asarray(np.minimum(once, 1.0)[of])


def extensive(values: np.ndarray, overlay: Overlay, *, allocate_all: bool = False) -> np.ndarray:
    """Carry counts over: v_t = sum over sources of (common / whole) v_s.

    Parameters
    ----------
    values : ndarray, shape (sources, ...)
        Counts, masses: what adds up.
    allocate_all : bool
        Give what lies outside every target to the targets as well, in proportion: for targets that should tile the
        sources and miss slivers of them. Sources that meet no target lose theirs either way.

    Raises
    ------
    GeoError
        If a source that holds something has nothing to spread it by.
    """
    v = np.asarray(values, dtype=float)
    lost = (overlay.whole <= 0) & (v.reshape(len(v), -1) != 0).any(axis=1)
    if lost.any():
        msg = (
            f"{int(lost.sum())} of {len(v)} areas hold something but nothing to spread it by; "
            "spread these by area, or complete the buildings, land or streets"
        )
        raise GeoError(msg)
    base = np.asarray(overlay.common.sum(axis=1)) if allocate_all else overlay.whole
    share = np.divide(1.0, base, out=np.zeros(len(v)), where=base > 0)
    return np.asarray(overlay.common.T @ (v * share.reshape(-1, *[1] * (v.ndim - 1))))


def intensive(values: np.ndarray, overlay: Overlay) -> np.ndarray:
    """Carry rates and shares over: the mean of the sources, weighted by what they share with the target.

    Targets that meet no source with a value are NaN; sources without a value (NaN) do not count.

    Parameters
    ----------
    values : ndarray, shape (sources,)
    """
    v = np.asarray(values, dtype=float)
    known = np.isfinite(v)
    total = np.asarray(overlay.common.T @ np.where(known, v, 0.0))
    weight = np.asarray(overlay.common.T @ known.astype(float))
    return np.asarray(np.divide(total, weight, out=np.full(len(weight), np.nan), where=weight > 0))


def extensive_bounds(values: np.ndarray, overlay: Overlay) -> tuple[np.ndarray, np.ndarray]:
    """Least and most that each target can hold, however counts lie inside their sources.

    Least: the sources that lie wholly inside the target. Most: all that meet it.

    Parameters
    ----------
    values : ndarray, shape (sources,)
        At least 0.
    """
    v = np.asarray(values, dtype=float)
    share = overlay.common.tocoo()
    source, target = share.coords
    touched = share.data > _NOTHING * overlay.whole[source]
    is_whole = share.data >= (1.0 - 1e-6) * overlay.whole[source]
    n = overlay.common.shape[1]
    least = np.bincount(target, weights=v[source] * (is_whole & touched), minlength=n)
    return least, np.bincount(target, weights=v[source] * touched, minlength=n)


def intensive_bounds(values: np.ndarray, overlay: Overlay) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest rate among the sources that each target meets; NaN where it meets none with a value."""
    v = np.asarray(values, dtype=float)
    share = overlay.common.tocoo()
    source, target = share.coords
    held = (share.data > _NOTHING * overlay.whole[source]) & np.isfinite(v[source])
    low, high = np.full(overlay.common.shape[1], np.inf), np.full(overlay.common.shape[1], -np.inf)
    np.minimum.at(low, target[held], v[source[held]])
    np.maximum.at(high, target[held], v[source[held]])
    return np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan)


def _laid(source: np.ndarray, target: np.ndarray, common: np.ndarray, whole: np.ndarray, n_targets: int) -> Overlay:
    kept = common > 0
    shape = len(whole), n_targets
    table = coo_array((common[kept], (source[kept], target[kept])), shape=shape).tocsr()
    table.sum_duplicates()
    return Overlay(table, np.asarray(whole, dtype=float), np.asarray(table.sum(axis=0)))
