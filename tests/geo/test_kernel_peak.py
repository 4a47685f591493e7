"""The effective number is never overstated: its bound against the exact largest kernel on awkward land."""

import numpy as np
import pytest

from geo.ground import ground_of, spread
from geo.kernel_peak import effective_number, largest_kernel

N, SIGMA = 30, 4.0


def largest_by_trying(land, **cuts):
    """Put one incident in every cell in turn."""
    cells = np.flatnonzero(land)
    one_each = np.zeros((cells.size, *land.shape))
    one_each.reshape(cells.size, -1)[np.arange(cells.size), cells] = 1
    return spread(ground_of(land, **cuts), one_each, bandwidth_cells=SIGMA).max(axis=0)


def shores():
    row, col = np.mgrid[:N, :N]
    everywhere = np.ones((N, N), bool)
    islet = (row < 10) | ((abs(row - 14) < 2) & (abs(col - 14) < 2)) | (row > 20)
    return {
        "half_plane": row > 12,
        "corner": (row > 12) & (col > 12),
        "cape": (row > 12) | (col > 12),
        "slanting_coast": row + col > N,
        "islet": islet,
        "quay": (col != 12) & (col != 14) | (row == 0),
        "gap": everywhere & ~((row == 14) & (abs(col - 15) > 3)),
        "serpentine": ~((row % 6 == 2) & (col < N - 4)) & ~((row % 6 == 5) & (col > 3)),
        "lakes": np.random.default_rng(2).random((N, N)) < 0.8,
        "one_cell": (row == 7) & (col == 7),
    }


@pytest.mark.parametrize("shore", shores())
def test_bound_is_never_below_the_largest_kernel(shore):
    land = shores()[shore]
    exact, bound = largest_by_trying(land), largest_kernel(land, bandwidth_cells=SIGMA)
    assert (bound[land] >= exact[land] * (1 - 1e-6)).all()
    assert (bound <= 1).all()


def test_bound_is_close_where_land_is_plain():
    open_country = largest_kernel(np.ones((65, 65), bool), bandwidth_cells=SIGMA)[32, 32]
    assert open_country * 2 * np.pi * SIGMA**2 == pytest.approx(1, abs=5e-3)
    coast = shores()["half_plane"]
    assert np.median(largest_kernel(coast, bandwidth_cells=SIGMA)[coast] / largest_by_trying(coast)[coast]) < 1.15


def test_one_incident_on_an_islet_stays_one():
    land = shores()["islet"]
    mass = np.zeros(land.shape)
    mass[14, 14] = 1
    behind = effective_number(land, spread(ground_of(land), mass, bandwidth_cells=SIGMA), bandwidth_cells=SIGMA)
    assert 0.1 < behind[14, 14] <= 1
    assert (behind[~land] == 0).all()


def test_incidents_at_one_point_are_counted_there():
    land = np.ones((65, 65), bool)
    mass = np.zeros(land.shape)
    mass[32, 32] = 12
    behind = effective_number(land, spread(ground_of(land), mass, bandwidth_cells=SIGMA), bandwidth_cells=SIGMA)
    assert behind.max() == behind[32, 32] == pytest.approx(12, rel=5e-3)
    assert behind.min() >= 0


def fences():
    row, col = np.mgrid[:N, :N]
    nothing = np.zeros((N, N), bool)
    return {
        "straight": (col == 14, nothing),
        "corner": ((col == 14) & (row > 12), (row == 12) & (col > 14)),
        "pen": (
            ((col == 9) | (col == 18)) & (row > 9) & (row < 19),
            ((row == 9) | (row == 18)) & (col > 9) & (col < 19),
        ),
        "stairs": (col == row, col == row + 1),
        "serpentine": (nothing, ((row % 6 == 2) & (col < N - 4)) | ((row % 6 == 5) & (col > 3))),
        "scattered": (np.random.default_rng(3).random((N, N)) < 0.1, np.random.default_rng(4).random((N, N)) < 0.1),
    }


@pytest.mark.parametrize("fence", fences())
def test_bound_is_never_below_the_largest_kernel_beside_fences(fence):
    cut_east, cut_south = fences()[fence]
    land = np.ones((N, N), bool)
    exact = largest_by_trying(land, cut_east=cut_east, cut_south=cut_south)
    bound = largest_kernel(land, bandwidth_cells=SIGMA, cut_east=cut_east, cut_south=cut_south)
    assert (bound >= exact * (1 - 1e-6)).all()
