"""Weighted differences and quotients of readings of harm: the statistics that findings put week-block errors on.

`harm[..., window, role, functional]` is laid out in geo/functionals.py, in incidents per day; results keep the leading
axes. Origin and receivers are the treated place and its buffer, the controls their comparison.
"""

import numpy as np

from geo.effects.weighted_difference import COMPARABLE
from geo.functionals import AFTER, BEFORE, CONTROL, ORIGIN, RECEIVERS, TOTAL


def together(harm: np.ndarray) -> np.ndarray:
    """Harm per day of origin and receivers together, before and after; shape (..., 2)."""
    return np.asarray(harm[..., :, ORIGIN, TOTAL] + harm[..., :, RECEIVERS, TOTAL])


def absolute_difference(harm: np.ndarray) -> np.ndarray:
    """(Ta + Da - Tb - Db) - (Ca - Cb): change at origin and receivers together beyond the controls' own, per day."""
    both, control = together(harm), harm[..., :, CONTROL, TOTAL]
    return np.asarray(both[..., AFTER] - both[..., BEFORE] - control[..., AFTER] + control[..., BEFORE])


def local_and_displaced(harm: np.ndarray) -> np.ndarray:
    """Return the parts of the absolute difference: the origin's against the controls, and the receivers'; (..., 2)."""
    total = harm[..., TOTAL]
    change = total[..., AFTER, :] - total[..., BEFORE, :]
    return np.stack([change[..., ORIGIN] - change[..., CONTROL], change[..., RECEIVERS]], axis=-1)


def is_of_unlike_size(harm: np.ndarray) -> np.ndarray:
    """Whether origin and receivers together had, before, under half or over twice what the controls had."""
    before, control = together(harm)[..., BEFORE], harm[..., BEFORE, CONTROL, TOTAL]
    low, high = COMPARABLE
    return np.asarray(~((control > 0) & (before >= low * control) & (before <= high * control)))


def log_ratio(harm: np.ndarray) -> np.ndarray:
    """log((Ta + Da) / (Tb + Db)) - log(Ca / Cb): the same on the ratio scale, for areas of any size."""
    with np.errstate(divide="ignore", invalid="ignore"):
        both, control = np.log(together(harm)), np.log(harm[..., :, CONTROL, TOTAL])
        return np.asarray(both[..., AFTER] - both[..., BEFORE] - control[..., AFTER] + control[..., BEFORE])


def quotient_parts(harm: np.ndarray) -> np.ndarray:
    """Buffer measure Da/Ca - Db/Cb and success measure Ra/Ca - Rb/Cb, whose quotient is the WDQ; shape (..., 2)."""
    total = harm[..., TOTAL]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = total[..., [RECEIVERS, ORIGIN]] / total[..., [CONTROL]]
        return np.asarray(shares[..., AFTER, :] - shares[..., BEFORE, :])


def has_no_success(harm: np.ndarray) -> np.ndarray:
    """Whether the origin lost nothing against the controls: then the quotient says nothing, and is refused."""
    return np.asarray(~(quotient_parts(harm)[..., 1] < 0))
