"""Hot and cold blocks and their histories: where they are, and where nothing may be said."""

from datetime import date, timedelta

import numpy as np
import pytest
import shapely

from geo.hotspot.gi_star import gi_star
from geo.hotspot.neighbours import grid_neighbours
from layers.city import Period, Window, Words
from layers.internal.blocks import Blocks, Counts
from layers.internal.cells import emerging_cells, gi_star_cells
from tests.layers.small_city import city

SIDE = 12


def blocks() -> Blocks:
    inside = np.ones((SIDE, SIDE), dtype=bool)
    row, col = np.nonzero(inside)
    ids = np.array([f"r{r}c{c}" for r, c in zip(row, col, strict=True)], dtype=object)
    return Blocks(inside, np.arange(SIDE * SIDE), ids, shapely.box(col, -row - 1, col + 1, -row))


def counts(*planes: np.ndarray) -> Counts:
    spans = []
    for k in range(len(planes)):
        start = date(2012, 1, 1) + timedelta(days=365 * k)
        end = start + timedelta(days=365)
        spans.append(
            (Period(id=f"p{k}", name=Words(nb=f"p{k}", en=f"p{k}"), start=start, end=end), Window(start=start, end=end))
        )
    return Counts("violence", tuple(spans), np.array([plane.ravel() for plane in planes]))


def hill(row: int, col: int) -> np.ndarray:
    plane = np.full((SIDE, SIDE), 1)
    plane[row - 1 : row + 2, col - 1 : col + 2] = 30
    return plane


def test_a_hill_of_counts_is_hot_with_the_z_of_the_formula_and_the_plain_is_not_told():
    plane = hill(4, 5)
    found = gi_star_cells(blocks(), (counts(plane),), city()).set_index("block_id")
    assert found.loc["r4c5", ["state", "incidents", "period"]].tolist() == ["hot", 30, "p0"]
    assert found.loc["r4c5", "z_score"] == gi_star(plane.ravel(), grid_neighbours(np.ones((SIDE, SIDE), bool))).z[53]
    assert (found["q_value"] <= 0.05).all()
    assert "r11c0" not in found.index
    assert set(found["state"]) == {"hot"}
    assert found.loc["r4c5"].geometry.equals(shapely.box(5, -5, 6, -4))


def test_where_nothing_varies_nothing_is_hot():
    flat = counts(*[np.ones((SIDE, SIDE), dtype=int)] * 3)
    assert gi_star_cells(blocks(), (flat,), city()).empty
    assert emerging_cells(blocks(), (flat,), city()).empty


def test_histories_say_what_a_place_has_been_period_by_period():
    chain = counts(hill(3, 3), hill(3, 3), hill(8, 8))
    found = emerging_cells(blocks(), (chain,), city()).set_index("block_id")
    assert found.loc["r8c8", ["history", "states"]].tolist() == ["new_hot", "00+"]
    assert found.loc["r8c8", "incidents"] == 32
    assert found["states"].str.len().unique().tolist() == [3]
    # Gi* looks one period back, so the place that was left is hot for one period more
    assert found.loc["r3c3", "states"] == "+++"


@pytest.mark.parametrize("periods", [1, 2])
def test_two_periods_are_no_history(periods):
    chain = counts(*[hill(3, 3)] * periods)
    found = emerging_cells(blocks(), (chain,), city())
    assert found.empty
    assert found.columns.tolist() == ["block_id", "series", "history", "states", "incidents", "geometry"]


def test_two_blocks_are_not_compared():
    two = Blocks(np.ones((1, 2), bool), np.arange(2), np.array(["r0c0", "r0c1"]), shapely.box([0, 1], 0, [1, 2], 1))
    few = counts(*[np.array([[1, 9]])] * 3)
    assert gi_star_cells(two, (few,), city()).empty
    assert emerging_cells(two, (few,), city()).empty
