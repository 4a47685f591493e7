"""The criterion of Cronie and van Lieshout: sums of 1 / intensity should give the area of the window."""

import numpy as np

from geo.bandwidth.places import Places
from geo.bandwidth.selection import Selection, candidates_m, selected
from geo.bandwidth.values import others_at_places
from geo.errors import GeoError
from geo.planar.kernels import GAUSSIAN


def cronie_van_lieshout(places: Places, *, area_m2: float, bandwidths_m: np.ndarray | None = None) -> Selection:
    """Return ``CvL(h) = (sum_i w_i / lambda_h(x_i) - |W|)^2``, the smaller the better.

    Parameters
    ----------
    places : Places
        Each point counts in its own intensity, and edges are not corrected: the criterion is defined so.
    area_m2 : float
        Of the window W; its shape does not matter.

    Raises
    ------
    GeoError
        If the area is not positive.

    Notes
    -----
    Cronie and van Lieshout (2018), Biometrika 105, 455. Points on one spot raise the intensity there but do not break
    the criterion. It tends to wide bandwidths.
    """
    if not area_m2 > 0:
        msg = f"the window's area is {area_m2} m2; it must be positive"
        raise GeoError(msg)
    candidates = candidates_m(places, bandwidths_m)
    curve = []
    for bandwidth, others in zip(candidates, others_at_places(places, candidates), strict=True):
        intensity = others + places.mass * GAUSSIAN.peak_per_m2(float(bandwidth))
        present = places.mass > 0
        curve.append(float((places.mass[present] / intensity[present]).sum() - area_m2) ** 2)
    return selected("cronie-van-lieshout", candidates, np.array(curve), places=places, is_maximum=False)
