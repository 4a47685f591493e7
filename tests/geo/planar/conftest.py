"""The golden case of the planar density: 80 points in a window with a lake."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.planar.points import Points, points_of

GOLDEN = Path(__file__).parent / "golden"
REFERENCE = Path(__file__).parents[3] / "../shared/data/reference/golden-planar-kde"


@dataclass(frozen=True)
class Golden:
    points: Points
    window: shapely.Polygon
    at_points: pd.DataFrame
    sigma_m: float = 75.0

    def unit(self, weights=None):
        return points_of(self.points.x, self.points.y, weights)


@pytest.fixture(scope="session")
def golden():
    table = pd.read_csv(GOLDEN / "points.csv")
    weights = np.stack((np.ones(len(table)), table["weight"].to_numpy()))
    points = points_of(table["x"].to_numpy(), table["y"].to_numpy(), weights)
    window = shapely.from_wkt((GOLDEN / "window.wkt").read_text(encoding="utf-8"))
    return Golden(points, window, pd.read_csv(GOLDEN / "exact_at_points.csv"))


@pytest.fixture(scope="session")
def reference():
    if not REFERENCE.exists():
        pytest.skip("the reference data do not lie beside the checkout")
    return REFERENCE
