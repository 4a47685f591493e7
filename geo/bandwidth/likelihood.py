"""Likelihood cross-validation of an intensity: how well each place is foretold by all others."""

import numpy as np

from geo.bandwidth.places import Places
from geo.bandwidth.selection import Selection, candidates_m, selected
from geo.bandwidth.values import Window, others_at_places
from geo.planar.density import Edge


def likelihood(
    places: Places,
    *,
    window: Window | None = None,
    edge: Edge = "none",
    bandwidths_m: np.ndarray | None = None,
) -> Selection:
    """Return ``LCV(h) = sum w_i log lambda_{-i}(x_i) - sum w_i``, the larger the better.

    Parameters
    ----------
    places : Places
        A whole place is left out, so snapped coordinates do not drive the optimum to 0. Weights enter both terms.
    window, edge :
        Edge correction of the intensity; `uniform` and `diggle` need the polygon.
    bandwidths_m : optional, standard deviations to try

    Notes
    -----
    Loader (1999), section 5.3. The second term is the integral of the intensity, exact for `diggle` and for the whole
    plane; for `uniform` it stands in for it, as other software has it, and moves the curve by little. One lonely place
    can decide the optimum: look at the curve.
    """
    candidates = candidates_m(places, bandwidths_m)
    curve = [
        float(places.mass @ np.log(values)) - places.total
        for values in others_at_places(places, candidates, window=window, edge=edge)
    ]
    return selected(f"likelihood ({edge})", candidates, np.array(curve), places=places, is_maximum=True)
