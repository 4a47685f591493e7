"""Displaced points and counts follow the laws they state, and those are the reference's."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from geo.errors import GeoError
from geo.masking import Donut, PlanarLaplace, _discrete_laplace, displaced, noisy_counts

GOLDEN = Path(__file__).parents[2] / "../shared/data/reference/golden-privacy/expected.json"
DONUT, LAPLACE = Donut(50.0, 150.0), PlanarLaplace(0.02)
POINTS = np.tile([500.0, -200.0], (20_000, 1))


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.is_file(), reason="no reference data beside the checkout")
class TestAgainstReferenceValues:
    def test_donut(self):
        expected = json.loads(GOLDEN.read_text(encoding="utf-8"))["donut"]
        law = Donut(expected["r_min"], expected["r_max"])
        for radius, share in expected["cdf"].items():
            assert law.share_within(float(radius)) == pytest.approx(share, abs=1e-12)
        for share, radius in expected["quantiles"].items():
            assert law.quantile_m(float(share)) == pytest.approx(radius, rel=1e-12)
        ring, disc = law.people_hidden_among(expected["pop_density_per_m2"])
        assert ring == pytest.approx(expected["k_ring"], rel=1e-12)
        assert disc == pytest.approx(expected["expected_k_pop_within_rmax"], rel=1e-12)
        radii = np.hypot(*(displaced(POINTS, law, np.random.default_rng(1)) - POINTS).T)
        assert radii.mean() == pytest.approx(expected["mean_displacement"], rel=0.01)
        assert np.sqrt((radii**2).mean()) == pytest.approx(expected["rms_displacement"], rel=0.01)

    def test_planar_laplace(self):
        expected = json.loads(GOLDEN.read_text(encoding="utf-8"))["planar_laplace"]
        law = PlanarLaplace(expected["epsilon_per_m"])
        for share, radius in expected["quantiles"].items():
            assert law.quantile_m(float(share)) == pytest.approx(radius, rel=1e-9)
        radii = np.hypot(*(displaced(POINTS, law, np.random.default_rng(2)) - POINTS).T)
        assert radii.mean() == pytest.approx(expected["mean_radius"], rel=0.02)

    def test_laplace_counts(self):
        expected = json.loads(GOLDEN.read_text(encoding="utf-8"))["laplace_count"]
        noise = noisy_counts(np.zeros(200_000), expected["epsilon"], np.random.default_rng(3))
        assert expected["scale"] == expected["sensitivity"] / expected["epsilon"]
        assert noise.var() == pytest.approx(expected["variance"], rel=0.03)
        assert (np.abs(noise) >= 5).mean() == pytest.approx(expected["p_abs_noise_ge_5"], rel=0.15)
        law = stats.laplace(scale=expected["scale"])
        assert stats.kstest(noise[:20_000], law.cdf).pvalue > 0.001


def test_radii_and_bearings_follow_the_law():
    moved = displaced(POINTS, DONUT, np.random.default_rng(4)) - POINTS
    assert stats.kstest(np.hypot(*moved.T), DONUT.share_within).pvalue > 0.001
    bearing = np.arctan2(moved[:, 1], moved[:, 0])
    assert stats.kstest(bearing, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 0.001


def test_planar_laplace_radii_are_gamma():
    """Density r exp(-epsilon r) epsilon^2: a gamma law with shape 2."""
    share = np.array([0.1, 0.5, 0.9, 0.999])
    assert LAPLACE.quantile_m(share) == pytest.approx(stats.gamma(2, scale=50).ppf(share), rel=1e-9)
    assert LAPLACE.quantile_m(np.array(0.0)) == pytest.approx(0.0, abs=1e-6)


def test_one_seed_one_displacement():
    first, second = (displaced(POINTS[:5], LAPLACE, np.random.default_rng(5)) for _ in range(2))
    assert (first == second).all()


def test_a_person_in_several_counts_needs_more_noise():
    noise = noisy_counts(np.full(50_000, 7.0), 0.5, np.random.default_rng(6), most=3) - 7.0
    assert noise.std() == pytest.approx(np.sqrt(2) * 6.0, rel=0.03)


def test_a_sequence_of_whole_draws_has_the_law_it_states():
    """P(k) = (1 - q) / (1 + q) q^|k|, q = exp(-2/3): grains so coarse that every value is counted."""
    drawn, q = _discrete_laplace(2, 3, 60_000, np.random.default_rng(7)), np.exp(-2 / 3)
    values = np.arange(-6, 7)
    law = (1 - q) / (1 + q) * q ** np.abs(values)
    seen = np.array([(drawn == k).sum() for k in values])
    rest = len(drawn) - seen.sum(), len(drawn) * (1 - law.sum())
    assert stats.chisquare([*seen, rest[0]], [*(law * len(drawn)), rest[1]]).pvalue > 0.001


def test_noise_lies_on_one_grid_whatever_the_count():
    """Floating-point noise betrays a count by the gaps of its last bits; here the same results follow any count."""
    counts = np.array([0, 1, 37, 2**20])
    noisy = noisy_counts(counts, 0.3, np.random.default_rng(8))
    assert (noisy * 2**20 == np.rint(noisy * 2**20)).all()
    shift = noisy_counts(counts + 5, 0.3, np.random.default_rng(8)) - noisy
    assert (shift == 5.0).all()
    assert noisy_counts(np.zeros((2, 0), dtype=int), 1.0, np.random.default_rng(9)).shape == (2, 0)


def test_mistakes_are_told():
    with pytest.raises(GeoError, match="has no area"):
        Donut(150.0, 50.0)
    with pytest.raises(GeoError, match="smaller hides more"):
        PlanarLaplace(0.0)
    with pytest.raises(GeoError, match="epsilon above 0"):
        noisy_counts(np.zeros(2), 0.0, np.random.default_rng(0))
    with pytest.raises(GeoError, match="epsilon inf with 1 counts"):
        noisy_counts(np.zeros(2), np.inf, np.random.default_rng(0))
    with pytest.raises(GeoError, match="whole counts"):
        noisy_counts(np.array([0.5]), 1.0, np.random.default_rng(0))
