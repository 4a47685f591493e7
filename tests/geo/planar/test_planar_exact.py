"""Direct sums, closed-form edge masses and the row sweep: against formulas, each other and the golden values."""

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from geo.errors import GeoError
from geo.grid import Grid
from geo.planar.edge_mass import edge_mass_at
from geo.planar.exact import direct_sum
from geo.planar.kernels import EPANECHNIKOV, GAUSSIAN, KERNELS, QUARTIC, kernel_of
from geo.planar.points import points_of
from geo.planar.sweep import exact_grid

ALL = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
GRID = Grid(0.0, 400.0, 10.0, 40, 50, "EPSG:25832")


def some_points(n=60, seed=5):
    draw = np.random.default_rng(seed)
    return points_of(draw.uniform(-20, 520, n), draw.uniform(-20, 420, n), draw.uniform(0, 3, (2, n)))


def centres():
    x, y = GRID.centres()
    return np.repeat(x[None], y.size, 0).ravel(), np.repeat(y, x.size)


@pytest.mark.parametrize(
    ("kernel", "value"),
    [
        (GAUSSIAN, np.exp(-0.125) / (2 * np.pi * 1e4)),
        (QUARTIC, 3 * 0.75**2 / np.pi / 1e4),
        (EPANECHNIKOV, 1.5 / np.pi / 1e4),
    ],
    ids=lambda case: getattr(case, "name", ""),
)
def test_one_point_by_hand(kernel, value):
    found = direct_sum((np.array([30.0]), np.array([40.0])), points_of([0.0], [0.0]), kernel, bandwidth_m=100.0)
    assert found[0, 0] == pytest.approx(value, rel=1e-14)


@ALL
def test_kernels_integrate_to_one_and_convert_by_their_spread(kernel):
    h = kernel.bandwidth_of_sd_m(10.0)
    x = np.arange(-80, 80, 0.5) + 0.25
    d2 = x[:, None] ** 2 + x**2
    values = kernel.peak_per_m2(h) * kernel.shape(d2 / h**2)
    assert values.sum() * 0.25 == pytest.approx(1, abs=1e-4)
    assert (values * x**2).sum() * 0.25 == pytest.approx(100, rel=1e-4)


def test_an_unknown_kernel_is_refused():
    with pytest.raises(GeoError, match=r"no kernel 'cone'; use one of gaussian, quartic, epanechnikov"):
        kernel_of("cone")


def test_leaving_out_is_the_sum_without_oneself():
    points = points_of([0.0, 3.0, 3.0], [0.0, 0.0, 0.0])
    found = direct_sum((points.x, points.y), points, GAUSSIAN, bandwidth_m=1.0, leave_out=True)[0]
    k0, k3 = 1 / (2 * np.pi), np.exp(-4.5) / (2 * np.pi)
    np.testing.assert_allclose(found, [2 * k3, k0 + k3, k0 + k3], rtol=1e-14)


@pytest.mark.parametrize("kernel", [QUARTIC, EPANECHNIKOV], ids=lambda kernel: kernel.name)
@pytest.mark.parametrize("bandwidth_m", [4.0, 33.0, 900.0])
def test_the_sweep_is_the_direct_sum(kernel, bandwidth_m):
    points = some_points()
    truth = direct_sum(centres(), points, kernel, bandwidth_m=bandwidth_m).reshape(2, *GRID.shape)
    found = exact_grid(points, GRID, kernel, bandwidth_m=bandwidth_m)
    assert np.abs(found - truth).max() < 2e-11 * truth.max()


def test_the_sweep_refuses_a_kernel_without_edge():
    with pytest.raises(GeoError, match="needs a kernel with an edge"):
        exact_grid(some_points(), GRID, GAUSSIAN, bandwidth_m=50.0)


@ALL
def test_edge_mass_in_a_half_plane_a_corner_and_beside_a_lake(kernel):
    wide = shapely.box(0, 0, 1e6, 1e6)
    lake = shapely.box(5e5 - 40, 5e5 - 40, 5e5 + 40, 5e5 + 40)
    at = np.array([5e5, 0.0, -1e5, 5e5, 5e5]), np.array([0.0, 0.0, 0.0, 2e5, 5e5])
    found = edge_mass_at(wide.difference(lake), at, kernel, bandwidth_m=100.0)
    inside = edge_mass_at(lake, (at[0][4:], at[1][4:]), kernel, bandwidth_m=100.0)
    np.testing.assert_allclose(found, [0.5, 0.25, 0, 1, 1 - inside[0]], atol=1e-12)


@ALL
def test_edge_mass_by_a_fine_grid_in_a_triangle(kernel):
    triangle = shapely.Polygon([(0, 0), (90, 10), (30, 80)])
    x = np.arange(-50, 130, 0.25) + 0.125
    inside = shapely.contains_xy(triangle, *np.meshgrid(x, x))
    at = np.array([40.0, 10.0, 85.0]), np.array([30.0, 40.0, 12.0])
    h = kernel.bandwidth_of_sd_m(15.0)
    for u, v, found in zip(*at, edge_mass_at(triangle, at, kernel, bandwidth_m=h), strict=True):
        q = ((x[:, None] - v) ** 2 + (x - u) ** 2) / h**2
        assert found == pytest.approx((kernel.shape(q) * kernel.peak_per_m2(h) * inside).sum() / 16, abs=5e-4)


def test_golden_at_the_points(golden):
    at = golden.points.x, golden.points.y
    wanted = golden.at_points
    mass = edge_mass_at(golden.window, at, GAUSSIAN, bandwidth_m=golden.sigma_m)
    np.testing.assert_allclose(mass, wanted["edge_mass"], rtol=1e-8)
    others = {"bandwidth_m": golden.sigma_m, "leave_out": True}
    plain = direct_sum(at, golden.unit(), GAUSSIAN, **others)[0]
    np.testing.assert_allclose(direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=75.0)[0], wanted["none"], rtol=1e-8)
    np.testing.assert_allclose(plain, wanted["none_loo"], rtol=1e-8)
    np.testing.assert_allclose(plain / mass, wanted["uniform_loo"], rtol=1e-8)
    np.testing.assert_allclose(
        direct_sum(at, golden.unit(1 / mass), GAUSSIAN, **others)[0], wanted["diggle_loo"], rtol=1e-8
    )
    assert mass.sum() == pytest.approx(67.396800002926, rel=1e-10)


@pytest.mark.real
def test_golden_on_the_grid(golden, reference):
    table = pd.read_csv(reference / "exact_grid.csv")
    everywhere = table["x"].to_numpy(), table["y"].to_numpy()
    np.testing.assert_array_equal(shapely.intersects_xy(golden.window, *everywhere), table["inside"])
    table = table[table["inside"]]
    at = table["x"].to_numpy(), table["y"].to_numpy()
    own = edge_mass_at(golden.window, (golden.points.x, golden.points.y), GAUSSIAN, bandwidth_m=75.0)
    mass = edge_mass_at(golden.window, at, GAUSSIAN, bandwidth_m=75.0)
    none = direct_sum(at, golden.points, GAUSSIAN, bandwidth_m=75.0)
    diggle = direct_sum(at, golden.unit(golden.points.weights / own), GAUSSIAN, bandwidth_m=75.0)
    found = {"none": none, "uniform": none / mass, "diggle": diggle}
    np.testing.assert_allclose(mass, table["edge_mass"], rtol=1e-8)
    for edge, values in found.items():
        np.testing.assert_allclose(values[0], table[edge], rtol=1e-8)
        np.testing.assert_allclose(values[1], table[f"{edge}_w"], rtol=1e-8)


@pytest.mark.real
def test_golden_raster(golden, reference):
    """The same three surfaces as a raster, north up."""
    own = edge_mass_at(golden.window, (golden.points.x, golden.points.y), GAUSSIAN, bandwidth_m=75.0)
    with rasterio.open(reference / "exact_grid.tif") as raster:
        assert raster.descriptions == ("none", "uniform", "diggle")
        bands = raster.read()
        rows, cols = np.nonzero(np.isfinite(bands[0]))
        at = 10.0 + 20.0 * cols, 990.0 - 20.0 * rows
        assert raster.transform.to_gdal() == (0.0, 20.0, 0.0, 1000.0, 0.0, -20.0)
    none = direct_sum(at, golden.unit(), GAUSSIAN, bandwidth_m=75.0)[0]
    diggle = direct_sum(at, golden.unit(1 / own), GAUSSIAN, bandwidth_m=75.0)[0]
    mass = edge_mass_at(golden.window, at, GAUSSIAN, bandwidth_m=75.0)
    for found, band in zip((none, none / mass, diggle), bands, strict=True):
        np.testing.assert_allclose(found, band[rows, cols], rtol=1e-8)
