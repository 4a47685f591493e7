"""How well a ranking of areas finds what happened in them: PAI, PEI and RRI. Makes no prediction."""

from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError


@dataclass(frozen=True)
class Accuracy:
    """Indices of the first 1, 2, ... n areas of the ranking, the best predicted first.

    Attributes
    ----------
    order : n int
        The areas, as positions in the input.
    count, predicted, area : n
        Sums over the areas so far.
    pai : n
        Share of incidents over share of area (Chainey et al. 2008); 1 is chance.
    pei : n
        PAI over the PAI of as many areas chosen knowing the counts (Hunt 2016); it misleads when areas differ in size.
    rri : n
        Predicted over observed; infinite before the first incident.
    """

    order: np.ndarray
    count: np.ndarray
    predicted: np.ndarray
    area: np.ndarray
    pai: np.ndarray
    pei: np.ndarray
    rri: np.ndarray


def accuracy(counts: np.ndarray, predicted: np.ndarray, *, area: np.ndarray | None = None) -> Accuracy:
    """Rank areas by what was predicted per area, and see what their counts say.

    Parameters
    ----------
    counts, predicted : n, not negative
        Observed incidents of a later period, and any score predicted for it.
    area : n, positive, optional
        Same unit for all; equal areas if not given.

    Returns
    -------
    Accuracy
        Of equal predictions per area, those with fewer incidents come first (the least the ranking is worth, as
        ptools has it); of equals in both, the earlier one.

    Raises
    ------
    GeoError
        If sizes differ, values are negative or not finite, an area is not positive, or nothing happened at all.
    """
    observed, score = np.asarray(counts, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    size = np.ones(observed.size) if area is None else np.asarray(area, dtype=np.float64)
    _require_usable(observed, score, size)
    order = np.lexsort((observed, -score / size))
    perfect = np.lexsort((size, -observed / size))
    count, so_far = np.cumsum(observed[order]), np.cumsum(size[order])
    pai = count / count[-1] / (so_far / so_far[-1])
    best = np.cumsum(observed[perfect]) / observed.sum() / (np.cumsum(size[perfect]) / size.sum())
    total = np.cumsum(score[order])
    with np.errstate(divide="ignore", invalid="ignore"):
        rri = total / count
    return Accuracy(order, count, total, so_far, pai, pai / best, rri)


def _require_usable(observed: np.ndarray, score: np.ndarray, size: np.ndarray) -> None:
    if not (observed.ndim == 1 and observed.shape == score.shape == size.shape):
        msg = f"{observed.shape} counts, {score.shape} predictions and {size.shape} areas; one of each is needed"
        raise GeoError(msg)
    for name, values in (("counts", observed), ("predictions", score), ("areas", size)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            msg = f"{name} must be finite and not negative"
            raise GeoError(msg)
    if not (size > 0).all() or observed.sum() == 0:
        msg = "areas must be larger than 0 and hold at least one incident between them"
        raise GeoError(msg)
