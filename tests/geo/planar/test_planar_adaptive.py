"""Adaptive densities and sampled errors: against direct sums, golden values and what they must keep."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.accuracy import sampled_error
from geo.planar.adaptive import abramson_bandwidths_m, adaptive_intensity, groups_of
from geo.planar.density import smoother
from geo.planar.exact import direct_sum
from geo.planar.kernels import GAUSSIAN, QUARTIC

GRID = Grid(-40.0, 1040.0, 8.0, 135, 135, "EPSG:25832")


@pytest.fixture(scope="module")
def abramson(golden):
    unit = golden.unit()
    pilot = direct_sum((unit.x, unit.y), unit, GAUSSIAN, bandwidth_m=80.0)[0] / unit.x.size
    return pilot, abramson_bandwidths_m(pilot, bandwidth_m=90.0)


def test_golden_bandwidths(golden, abramson):
    wanted = pd.read_csv(f"{__file__.rsplit('/', 1)[0]}/golden/adaptive_bandwidths.csv")
    np.testing.assert_allclose(abramson[0], wanted["pilot"], rtol=1e-8)
    np.testing.assert_allclose(abramson[1], wanted["h"], rtol=1e-8)


def test_bandwidths_by_hand_and_their_trim():
    found = abramson_bandwidths_m(np.array([1.0, 4.0, 16.0]), bandwidth_m=10.0)
    np.testing.assert_allclose(found, [20, 10, 5])
    np.testing.assert_allclose(
        abramson_bandwidths_m(np.array([1.0, 4.0, 16.0]), bandwidth_m=10.0, trim=1.5), [15, 10, 5]
    )
    with pytest.raises(GeoError, match="not positive at 1 points"):
        abramson_bandwidths_m(np.array([1.0, 0.0]), bandwidth_m=10.0)


def test_shares_in_groups_reproduce_cubics_in_log_h():
    bandwidths = np.random.default_rng(0).uniform(20, 300, 50)
    groups = groups_of(bandwidths, ratio=1.3)
    logs = np.log(groups.bandwidths_m)
    found = sum(groups.of(group) * logs[group] ** 3 for group in range(logs.size))
    np.testing.assert_allclose(found, np.log(bandwidths) ** 3, rtol=1e-12)


def test_groups_come_near_the_direct_sum(golden, abramson):
    x, y = GRID.centres()
    at = np.repeat(x[None], y.size, 0).ravel(), np.repeat(y, x.size)
    truth = direct_sum(at, golden.points, GAUSSIAN, bandwidth_m=abramson[1]).reshape(2, *GRID.shape)
    found = adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1])
    error = np.abs(found - truth).max((1, 2)) / truth.max((1, 2))
    assert error.max() < 2e-4
    coarse = adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1], ratio=1.5)
    assert np.abs(coarse - truth).max() > 3 * np.abs(found - truth).max()


def test_equal_bandwidths_are_the_fixed_estimator(golden):
    same = np.full(golden.points.x.size, 60.0)
    of_cells = np.full(GRID.shape, 60.0)
    for edge in ("diggle", "uniform"):
        found = adaptive_intensity(
            golden.points,
            GRID,
            QUARTIC,
            bandwidths_m=same,
            window=golden.window,
            edge=edge,
            bandwidths_at_m=of_cells,
        )
        fixed = smoother(GRID, QUARTIC, bandwidth_m=60.0, window=golden.window).intensity(golden.points, edge=edge)
        np.testing.assert_allclose(found, fixed, rtol=1e-9, atol=1e-9 * np.nanmax(fixed))


def test_adaptive_diggle_keeps_mass(golden, abramson):
    found = adaptive_intensity(
        golden.points, GRID, GAUSSIAN, bandwidths_m=abramson[1], window=golden.window, edge="diggle"
    )
    mass = smoother(GRID, GAUSSIAN, bandwidth_m=60.0, window=golden.window).mass(found)
    np.testing.assert_allclose(mass, [80, 254], rtol=1e-12)


def test_edge_corrections_ask_for_what_they_need(golden):
    same = np.full(80, 60.0)
    with pytest.raises(GeoError, match="the diggle edge correction needs a window"):
        adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=same, edge="diggle")
    with pytest.raises(GeoError, match="uniform edge correction needs a bandwidth at each cell"):
        adaptive_intensity(golden.points, GRID, GAUSSIAN, bandwidths_m=same, window=golden.window, edge="uniform")


def test_bandwidths_elsewhere_share_the_points_mean_and_the_widest_is_where_nothing_is():
    pilot, at = np.array([1.0, 4.0, 16.0]), np.array([[4.0, 1.0], [64.0, 0.0]])
    found = abramson_bandwidths_m(pilot, bandwidth_m=10.0, trim=3.0, at=at)
    np.testing.assert_allclose(found, [[10, 20], [2.5, 30]])


@pytest.mark.parametrize("edge", ["none", "uniform", "diggle"])
def test_the_sampled_error_finds_the_binning(golden, edge):
    worst = {}
    for binning in ("linear", "cubic"):
        ready = smoother(GRID, GAUSSIAN, bandwidth_m=75.0, window=golden.window, binning=binning)
        found = ready.intensity(golden.points, edge=edge)
        error = sampled_error(ready, golden.points, found, edge=edge, generator=np.random.default_rng(4), cells=300)
        assert error.cells == 300
        assert (error.root_mean_square <= error.largest).all()
        worst[binning] = error.largest.max()
    assert worst["cubic"] < 2e-5
    assert 2e-4 < worst["linear"] < 3e-3


@pytest.mark.real
def test_golden_adaptive_grid(golden, reference, abramson):
    table = pd.read_csv(reference / "adaptive_exact_noedge_grid.csv")
    at = table["x"].to_numpy(), table["y"].to_numpy()
    exact = direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=abramson[1])[0] / 80
    np.testing.assert_allclose(exact, table["abramson_density"], rtol=1e-8)
    grid = Grid(-40.0, 1040.0, 4.0, 270, 270, "EPSG:25832")
    found = adaptive_intensity(golden.unit(), grid, GAUSSIAN, bandwidths_m=abramson[1])[0] / 80
    assert np.abs(found.ravel()[grid.cell_of(*at)] - exact).max() < 1e-4 * exact.max()


@pytest.fixture(scope="module")
def sparr(golden, reference):
    """Its pixels, whole or not at all, and its pilots: densities of counts by pixel, without and with edge."""
    table = pd.read_csv(reference / "adaptive_sparr_grid64.csv")
    grid = Grid(0.0, 1000.0, 1000 / 64, 64, 64, "EPSG:25832")
    x, y = grid.centres()
    whole = shapely.contains_xy(golden.window, *np.meshgrid(x, y))
    counts = np.bincount(grid.cell_of(golden.points.x, golden.points.y), minlength=64 * 64).reshape(64, 64)
    down, across = (np.exp(-((c[:, None] - c) ** 2) / 2 / 80.0**2) for c in (y, x))
    plain = down @ counts @ across
    edge = down @ whole @ across
    pilots = {"none": plain, "uniform": plain / edge}
    pilots = {name: pilot / pilot[whole].sum() / grid.cell_area_m2 for name, pilot in pilots.items()}
    return table, grid, whole, pilots


def at_points(plane, grid, whole, points):
    """The value of the nearest pixel that is in."""
    x, y = grid.centres()
    columns, rows = np.meshgrid(x, y)
    apart = np.hypot(columns[whole][:, None] - points.x, rows[whole][:, None] - points.y)
    return plane[whole][apart.argmin(0)]


def per_unit(values, grid):
    """It scales to one over the pixels."""
    return values / values.sum() / grid.cell_area_m2


@pytest.mark.real
@pytest.mark.parametrize("edge", ["none", "uniform"])
def test_golden_adaptive_of_sparr(golden, sparr, edge):
    """Its rule written out: our bandwidths from its pilot, our exact sums, masses of whole pixels; to 1e-8."""
    table, grid, whole, pilots = sparr
    at = table["x"].to_numpy(), table["y"].to_numpy()
    cells = grid.cell_of(*at)
    pilot = at_points(pilots[edge], grid, whole, golden.points)
    own = abramson_bandwidths_m(pilot, bandwidth_m=90.0)
    found = direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=own)[0]
    if edge == "uniform":
        there = abramson_bandwidths_m(pilot, bandwidth_m=90.0, at=pilots[edge].ravel()[cells])
        squares = (at[0][:, None] - at[0]) ** 2 + (at[1][:, None] - at[1]) ** 2
        found /= (np.exp(-squares / 2 / there[:, None] ** 2) / (2 * np.pi * there[:, None] ** 2)).sum(1)
    np.testing.assert_allclose(per_unit(found, grid), table[f"edge_{edge}"], rtol=1e-8)


@pytest.mark.real
@pytest.mark.parametrize("edge", ["none", "uniform"])
def test_golden_adaptive_of_sparr_on_the_grid(golden, sparr, edge):
    """The engine itself, by groups, on cells of a third of its pixels: 2 % above 1 % of the peak, 6 % elsewhere."""
    table, pixels, whole, pilots = sparr
    fine = Grid(0.0, 1000.0, pixels.cell_m / 3, 192, 192, "EPSG:25832")
    window = whole.repeat(3, 0).repeat(3, 1)
    cells = fine.cell_of(table["x"].to_numpy(), table["y"].to_numpy())
    window.ravel()[fine.cell_of(golden.points.x, golden.points.y)] = True  # a point on the shore needs land under it
    pilot = at_points(pilots[edge], pixels, whole, golden.points)
    found = adaptive_intensity(
        golden.unit(),
        fine,
        GAUSSIAN,
        bandwidths_m=abramson_bandwidths_m(pilot, bandwidth_m=90.0),
        window=window.astype(float),
        edge=edge,
        bandwidths_at_m=abramson_bandwidths_m(pilot, bandwidth_m=90.0, at=pilots[edge].repeat(3, 0).repeat(3, 1)),
    )[0].ravel()[cells]
    wanted = table[f"edge_{edge}"].to_numpy()
    error = np.abs(per_unit(found, pixels) / wanted - 1)
    assert error[wanted > 0.01 * wanted.max()].max() < 0.02
    assert error.max() < 0.06
