"""Excess, moved share and Fieller's set against hand-made cases, published counts and the textbook formula."""

import numpy as np
import pytest

from geo.displacement import (
    control_ratio,
    excess,
    fieller_set,
    gain_and_loss,
    log_total_ratio,
    log_total_ratio_to_control,
    moved_share,
)
from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST, collect


def city(origin, receivers, control, rest=(0.0, 0.0)):
    """Return a reading of four units, one per role, given as (before, after)."""
    counts = np.array([origin, receivers, control, rest], dtype=float)
    return collect(counts, np.array([ORIGIN, RECEIVERS, CONTROL, REST]), np.ones((4, 4)))


def test_excess_is_measured_against_the_controls():
    harm = city((100, 40), (20, 70), (200, 180), (10, 9))
    assert float(control_ratio(harm)) == pytest.approx(0.9)
    assert excess(harm) == pytest.approx([-50.0, 52.0, 0.0, 0.0])
    assert float(moved_share(harm)) == pytest.approx(0.52)
    assert gain_and_loss(harm) == pytest.approx([52.0, 50.0])


def test_total_change_crude_and_against_control():
    harm = city((100, 50), (50, 50), (50, 40))
    assert np.expm1(log_total_ratio(harm)) == pytest.approx(140 / 200 - 1)
    assert np.expm1(log_total_ratio_to_control(harm)) == pytest.approx(140 / (0.8 * 200) - 1)


def test_moved_share_is_not_floored():
    assert float(moved_share(city((10, 10), (20, 15), (100, 100)))) == pytest.approx(-0.5)


# Treated, displacement and control counts before/after with the total net effect of Guerette (2009), which is
# minus the sum of both excesses. Values computed for this project.
@pytest.mark.parametrize(
    ("treated", "buffer", "control", "net_effect"),
    [((207, 110), (178, 157), (308, 318), 130.5), ((100, 50), (40, 90), (500, 500), 0.0),
     ((100, 60), (50, 40), (400, 420), 57.5), ((80, 80), (30, 30), (200, 200), 0.0)],
)  # fmt: skip
def test_total_net_effect_is_minus_the_sum_of_excesses(treated, buffer, control, net_effect):
    delta = excess(city(treated, buffer, control))
    assert -(delta[ORIGIN] + delta[RECEIVERS]) == pytest.approx(net_effect, abs=1e-9)


def test_without_controls_or_origin_there_is_no_number_and_no_error():
    assert np.isnan(control_ratio(city((1, 1), (1, 1), (0, 0))))
    assert np.isinf(moved_share(city((0, 0), (1, 2), (1, 1))))


def test_leading_axes_go_through():
    harm = np.stack([city((100, 40), (20, 70), (200, 180)), city((10, 10), (20, 15), (100, 100))])
    assert moved_share(harm) == pytest.approx([0.52, -0.5])


def test_fieller_interval_is_the_textbook_closed_form():
    gain, loss, v11, v12, v22, t = 3.0, 5.0, 0.4, 0.1, 0.3, 2.0
    g = t**2 * v22 / loss**2
    ratio = gain / loss
    centre = (ratio - g * v12 / v22) / (1 - g)
    half = t / loss / (1 - g) * np.sqrt(v11 - 2 * ratio * v12 + ratio**2 * v22 - g * (v11 - v12**2 / v22))
    found = fieller_set(np.array([gain, loss]), np.array([[v11, v12], [v12, v22]]), quantile=t)
    assert found.kind == "interval"
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half))


@pytest.mark.parametrize(
    ("gain", "loss", "kind"), [(3.0, 5.0, "interval"), (5.0, 0.5, "complement"), (0.1, 0.1, "line")]
)
def test_fieller_set_is_bounded_only_when_the_loss_is_certain(gain, loss, kind):
    assert fieller_set(np.array([gain, loss]), np.eye(2), quantile=1.96).kind == kind


def test_fieller_set_does_not_depend_on_both_signs_turning():
    covariance = np.array([[0.4, 0.1], [0.1, 0.3]])
    one = fieller_set(np.array([3.0, 5.0]), covariance, quantile=2.0)
    other = fieller_set(np.array([-3.0, -5.0]), covariance, quantile=2.0)
    assert (one.low, one.high) == pytest.approx((other.low, other.high))
