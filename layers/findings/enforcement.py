"""How intense declared enforcement was at every scene in the days compared. Draws no conclusion from it."""

from datetime import date

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from layers.city import Window
from layers.city.enforcement import Enforcement


def enforced_share(
    interventions: GeoDataFrame, scenes: GeoDataFrame, windows: tuple[Window, Window], *, declared: Enforcement
) -> np.ndarray:
    """Return how intense enforcement was at every scene in two windows, 0 none to 1 full, shape (2, scenes).

    Each intervention of a declared kind counts with the share of the window it lasted, the share of the scene it
    covers (touching is enough for points and lines) and its intensity; several add up, to full at most. One without
    intensity is full.
    """
    found = np.zeros((2, len(scenes)))
    kinds = interventions[interventions["kind"].isin(declared.kinds)] if len(interventions) else interventions
    areas = scenes.geometry.to_numpy()
    for row in kinds.itertuples(index=False):
        if row.geometry is None or row.geometry.is_empty:
            covered = np.ones(len(scenes))  # of the whole city
        elif row.geometry.area > 0:
            covered = shapely.area(shapely.intersection(areas, row.geometry)) / shapely.area(areas)
        else:
            covered = shapely.intersects(areas, row.geometry).astype(float)
        strength = 1.0 if pd.isna(row.intensity) else min(float(row.intensity) / declared.full_intensity, 1.0)
        lasted = [_share_of_window(row.start, row.end, window) for window in windows]
        found += np.outer(lasted, covered) * strength
    return np.minimum(found, 1.0)


def _share_of_window(start: date, end: date | None, window: Window) -> float:
    """Return the share of a window's days between two dates; without an end, it goes on."""
    last = window.end if pd.isna(end) else min(end, window.end)
    days = (last - max(start, window.start)).days
    return max(float(days) / (window.end - window.start).days, 0.0)
