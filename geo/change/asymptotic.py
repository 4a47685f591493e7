"""The asymptotic test of the log relative risk: fast, and conservative for few incidents. Simulates nothing."""

import numpy as np
from scipy import stats

from geo.change.relative_risk import Change
from geo.errors import GeoError


def asymptotic_p(
    change: Change, *, sharpness: np.ndarray, incidents_before: float, incidents_after: float
) -> np.ndarray:
    """Return the upper-tail p of the log relative risk; that of a decrease is 1 - p.

    z = rho / sqrt(R (1/n1 + 1/n0) / f) with f the pooled density and R the sum of the kernel's squares (Hazelton &
    Davies 2009). Pointwise: thousands of cells are tested, and nothing is corrected for that here.

    Parameters
    ----------
    change : Change
    sharpness : rows x cols
        R; `geo.change.smoothing.sharpness` on land, `planar_sharpness` with uniform edge correction.
    incidents_before, incidents_after : float
        Numbers of incidents; of weighted ones (sum w)^2 / sum w^2.

    Returns
    -------
    rows x cols, NaN where the change is not shown
    """
    if not (incidents_before > 0 and incidents_after > 0):
        msg = f"{incidents_before} incidents before and {incidents_after} after; both periods need some"
        raise GeoError(msg)
    density = change.pooled / change.pooled.sum()
    each = 1 / incidents_before + 1 / incidents_after
    p = np.full(density.shape, np.nan)
    at = change.shown
    p[at] = stats.norm.sf(change.log_relative_risk[at] / np.sqrt(sharpness[at] * each / density[at]))
    return p
