"""Lots and tiles: cut up or whole, in threads or in processes, the same figures."""

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from layers.density.spreading import binned, lots, spread_and_weigh
from layers.frame.window import StudyArea, mass_of, places_of, study_area
from tests.layers.small_city import SOUTH, WEST, city, tables


def case(number: int = 4000) -> tuple[StudyArea, object, np.ndarray]:
    """A town with a fjord and a fence, incidents in three groups and some in none."""
    area = study_area(tables(), city())
    cut = np.zeros(area.land.shape, dtype=bool)
    cut[5:30, 20] = True
    area = StudyArea(area.grid, area.land, area.polygon, cut, np.zeros_like(cut))
    rng = np.random.default_rng(5)
    places = places_of(area, WEST + rng.uniform(0, 2000, number), SOUTH + rng.uniform(0, 1000, number))
    return area, places, rng.integers(-1, 3, number)


def test_lots_are_all_rows_once():
    assert list(lots(7, size=3)) == [slice(0, 3), slice(3, 6), slice(6, 7)]
    assert list(lots(0)) == [slice(0, 0)]


@pytest.mark.parametrize("lot", [1, 97, 10_000])
def test_lots_change_no_bit(lot):
    area, places, group = case(400)
    whole = mass_of(area, places, [np.flatnonzero(group == k) for k in range(3)])
    assert np.array_equal(binned(area, places, group, groups=3, lot=lot), whole)


def test_no_incident_no_mass():
    area, places, group = case()
    assert not binned(area, places, np.full(group.size, -1), groups=2).any()
    assert not binned(area, places[:0], group[:0], groups=2).any()


def test_tiles_meet_the_whole_within_what_they_say():
    area, places, group = case()
    mass = binned(area, places, group, groups=3)
    whole, behind = spread_and_weigh(area, mass, bandwidth_cells=2.0)
    tiled, tiled_behind = spread_and_weigh(area, mass, bandwidth_cells=2.0, tiled_from=0, tile_cells=17)
    assert np.abs(tiled - whole).max() < 3e-7 * whole.max()
    assert np.abs(tiled_behind - behind).max() < 1e-6 * behind.max()
    assert not np.array_equal(tiled, np.zeros_like(tiled))
    assert (tiled[:, ~area.land] == 0).all()


@pytest.mark.slow
def test_processes_of_a_cluster_give_the_bits_that_threads_give():
    area, places, group = case()

    def both() -> tuple[np.ndarray, ...]:
        mass = binned(area, places, group, groups=3, lot=500)
        return mass, *spread_and_weigh(area, mass, bandwidth_cells=2.0, tiled_from=0, tile_cells=30)

    here = both()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        assert dask.config.get("scheduler") == "dask.distributed"
        there = both()
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(one, other)
