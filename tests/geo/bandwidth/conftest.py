"""The golden case of bandwidth selection (the planar density's) and clustered points made from a seed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.bandwidth.places import places_of

GOLDEN = Path(__file__).parents[1] / "planar" / "golden"
METRIC = "EPSG:25832"


def clustered(n, seed=3, side=5000.0):
    draw = np.random.default_rng(seed)
    centres = draw.uniform(0.1, 0.9, (8, 2)) * side
    near = centres[draw.integers(0, 8, n)] + draw.normal(size=(n, 2)) * 250
    near[draw.random(n) < 0.2] = draw.uniform(0, side, (1, 2))
    spread = draw.random(n) < 0.25
    near[spread] = draw.uniform(0, side, (int(spread.sum()), 2))
    near += draw.normal(size=(n, 2)) * 10  # one spot with a fifth of all, but nothing lies twice
    return np.clip(near, 1, side - 1).T


@pytest.fixture(scope="session")
def golden_places():
    table = pd.read_csv(GOLDEN / "points.csv")
    return places_of(table["x"].to_numpy(), table["y"].to_numpy(), crs=METRIC)


@pytest.fixture(scope="session")
def golden_window():
    return shapely.from_wkt((GOLDEN / "window.wkt").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def golden_curves():
    return pd.read_csv(GOLDEN / "criterion_curves.csv")


@pytest.fixture(scope="session")
def many():
    """More places than are summed directly."""
    return places_of(*clustered(1500), crs=METRIC)
