"""Spreading along streets: the hand-worked Y, the line, what is kept and what never matters."""

import numpy as np
import pytest
from shapely import LineString

from geo.errors import GeoError
from geo.street import network_of
from geo.street_kernel import gaussian, largest_kernel, pieces_of, series_of, spread_along

Y = (LineString([(0, 0), (0, -100)]), LineString([(0, 0), (-80, 60)]), LineString([(0, 0), (80, 60)]))


def cut(*lines, piece_m):
    return pieces_of(network_of(np.array(lines), np.zeros(len(lines), int)), piece_m=piece_m)


def epanechnikov(piece_m, support=100.0):
    d = np.arange(int(support / piece_m) + 1) * piece_m
    return series_of(np.where(d < support, 0.75 / support * (1 - (d / support) ** 2), 0), piece_m)


def unit_at(pieces, line, along_m):
    mass = np.zeros(pieces.control_m.size)
    mass[pieces.node_at(np.array([line]), np.array([along_m]))] = 1
    return mass


@pytest.mark.parametrize("piece_m", [10.0, 5.0, 2.5, 1.0])
def test_the_hand_worked_y(piece_m):
    pieces = cut(*Y, piece_m=piece_m)
    found = spread_along(pieces, unit_at(pieces, 0, 20.0)[None], epanechnikov(piece_m))[0]
    own, other = (found[pieces.node_at(np.array([line]), np.array([d]))][0] for line, d in ((0, 70.0), (1, 10.0)))
    assert own == pytest.approx(0.00515, abs=1e-15)  # K(50) - K(90) / 3
    assert other == pytest.approx(0.00455, abs=1e-15)  # 2 K(30) / 3
    at = {(0, 100.0): 0.0054, (1, 50.0): 0.00255, (2, 50.0): 0.00255, (1, 80.0): 0.0}
    for (line, along), value in at.items():
        assert found[pieces.node_at(np.array([line]), np.array([along]))][0] == pytest.approx(value, abs=1e-15)


def test_a_dead_end_reflects():
    pieces = cut(*Y, piece_m=1.0)
    found = spread_along(pieces, unit_at(pieces, 0, 90.0)[None], epanechnikov(1.0))[0]
    for along, value in ((99.0, 0.0148485), (95.0, 0.0148125), (50.0, 0.0111)):
        assert found[pieces.node_at(np.array([0]), np.array([along]))][0] == pytest.approx(value, abs=1e-14)


def test_on_a_long_street_it_is_the_gaussian():
    pieces = cut(LineString([(0, 0), (2000, 0)]), piece_m=5.0)
    found = spread_along(pieces, unit_at(pieces, 0, 1000.0)[None], gaussian(100.0, 5.0))[0]
    along = np.arange(401) * 5.0
    node = pieces.node(np.zeros(401, int), np.arange(401))
    truth = np.exp(-((along - 1000) ** 2) / 2 / 100**2) / (np.sqrt(2 * np.pi) * 100)
    np.testing.assert_allclose(found[node], truth, atol=5e-6 * truth.max())


def town(seed=0):
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(6) * 80.0, np.arange(5) * 90.0), axis=-1) + rng.normal(0, 9, (5, 6, 2))
    lines = [LineString(xy[i, j : j + 2]) for i in range(5) for j in range(5)]
    lines += [LineString(xy[i : i + 2, j]) for i in range(4) for j in range(6)]
    return [line for line in lines if rng.random() < 0.85]


def test_mass_is_kept_and_the_kernel_is_symmetric():
    pieces = cut(*town(), piece_m=5.0)
    rng = np.random.default_rng(1)
    mass = rng.random((2, pieces.control_m.size)) * (rng.random((2, pieces.control_m.size)) < 0.05)
    density = spread_along(pieces, mass, gaussian(120.0, 5.0))
    np.testing.assert_allclose((density * pieces.control_m).sum(axis=1), mass.sum(axis=1), rtol=1e-12)
    assert (density[0] * mass[1]).sum() == pytest.approx((density[1] * mass[0]).sum(), rel=1e-12)
    assert density.min() > -1e-9


def test_separate_networks_share_nothing():
    pieces = cut(*Y, LineString([(500, 0), (600, 0)]), piece_m=5.0)
    far = int(np.flatnonzero(pieces.network.lengths_m == 100)[-1])
    found = spread_along(pieces, unit_at(pieces, far, 50.0)[None], gaussian(100.0, 5.0))[0]
    inside = pieces.node(np.full(21, far), np.arange(21))
    assert found[np.setdiff1d(np.arange(found.size), inside)].max() == 0


def test_division_and_direction_of_a_street_do_not_matter():
    divided = [LineString([(0, -40), (0, 0)]), LineString([(0, -40), (0, -100)]), *(line.reverse() for line in Y[1:])]
    reference = cut(*Y, piece_m=7.0)
    found = cut(*divided, piece_m=7.0)
    values = []
    for pieces in (reference, found):
        low = next(k for k, line in enumerate(pieces.network.lines) if line.bounds[1] == -100)
        up = float(pieces.network.lines[low].coords[0] == (0, 0))
        mass = unit_at(pieces, low, 21.0 if up else 79.0)
        values.append(np.sort(spread_along(pieces, mass[None], gaussian(30.0, 7.0))[0]))
    np.testing.assert_allclose(values[0], values[1], atol=1e-16)


def test_no_incident_leaves_more_than_the_bound():
    pieces = cut(*town(3), LineString([(900, 0), (930, 0)]), piece_m=15.0)
    everywhere = np.eye(pieces.control_m.size)
    density = spread_along(pieces, everywhere, gaussian(60.0, 15.0))
    assert (density.max(axis=0) <= largest_kernel(pieces, sigma_m=60.0)).all()


def test_pieces_need_a_length():
    with pytest.raises(GeoError, match="must be longer than 0"):
        cut(*Y, piece_m=0.0)
