"""Bursts in moving windows: exact chances, simulation, and where the published code leaves the published formula."""

import json
from math import exp, factorial
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GeoError
from geo.hotspot.bursts import none_in_three, none_in_two, window_p_value

GOLDEN = Path(__file__).parents[3] / "../shared/data/reference/golden-displacement/wdd_harm.json"


def spaced(mean: float, length: int) -> float:
    """Chance that no two incidents on a line are within one window of each other, written out by their number."""
    by_number = (mean**k * (length - max(k - 1, 0)) ** k / factorial(k) for k in range(length + 1))
    return exp(-mean * length) * sum(by_number)


@pytest.mark.parametrize("mean", [0.1, 0.4, 1.3])
def test_no_two_within_a_window_are_counted_exactly(mean):
    assert none_in_two(2, mean) == pytest.approx(spaced(mean, 2), rel=1e-12)
    assert none_in_three(2, mean) == pytest.approx(spaced(mean, 3), rel=1e-12)


def test_a_window_seldom_holds_more_than_simulated():
    """Four incidents of 1.5 expected in some window of ten: 0.760 of 4,000 years, standard error 0.007."""
    rng, seen = np.random.default_rng(1), 0
    for _ in range(4000):
        time = np.sort(rng.uniform(0.0, 10.0, rng.poisson(15.0)))
        seen += len(time) >= 4 and (time[3:] - time[:-3]).min() < 1.0
    assert window_p_value(4, 1.5, 10) == pytest.approx(seen / 4000, abs=0.02)


def test_one_incident_somewhere_is_the_chance_of_any():
    assert window_p_value(1, 0.3, 2) == pytest.approx(1 - exp(-0.6))


def test_what_has_no_law_is_refused():
    for given in ((0, 1.0, 5.0), (2, 0.0, 5.0), (2, 1.0, 1.5)):
        with pytest.raises(GeoError, match="1 or more of a positive mean over 2 or more"):
            window_p_value(*given)


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.is_file(), reason="the reference set is not beside")
def test_the_reference_by_its_own_rule_and_how_far_the_paper_is_from_it():
    """The reference (ptools) drops the last term of Naus' fourth sum, and its power is L - k where his is windows - 2.

    With both its rules it is met to 1e-9; by the published formula p is up to 8e-7 more and up to 1.3e-3 less.
    """
    law = {n: lambda k, n=n: exp(-n) * n**k / factorial(k) for n in (0.6, 1.0)}
    for row in json.loads(GOLDEN.read_text(encoding="utf-8"))["naus_scan"]:
        n, mean = row["n"], row["mu"]
        p = law[mean]
        last = p(n + 1) * p(n - 1) * ((n - 2) * sum(map(p, range(n - 2))) - mean * sum(map(p, range(n - 3))))
        two, three = none_in_two(n, mean), none_in_three(n, mean) + last
        assert 1.0 - two * (three / two) ** (row["L"] - row["k"]) == pytest.approx(row["p"], abs=1e-9)
        assert -1.3e-3 < window_p_value(n, mean, row["L"]) - row["p"] < 8e-7
