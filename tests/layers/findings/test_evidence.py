"""Placebo pairs: what those that are kept have in common, whatever is left out."""

from dataclasses import replace

import numpy as np
import pytest

from layers.findings.estimate import _placebos
from layers.findings.evidence import evidence, frame
from layers.findings.kinds import QUANTITIES
from tests.made_city import city, level, made_exposure, made_units, noisy_counts

SETTINGS = city(inference__min_placebo_pairs=2)
MOVED = next(q for q in QUANTITIES if q.kind == "harm_moved_share")
BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}


@pytest.fixture(scope="module")
def made():
    rates = level(SETTINGS, **BEFORE)
    counts = noisy_counts(rates, rates, seed=1)
    units, step = made_units(SETTINGS), SETTINGS.steps[-1]
    laid = frame(made_exposure(counts), units, SETTINGS, step)
    return counts, laid


def test_pairs_share_a_window_with_the_pairs_that_are_kept(made):
    _, laid = made
    spans = (laid.spans[0], *((slice(364 * k, 364 * k + 364), slice(364 * k + 364, 364 * k + 728)) for k in range(4)))
    chain = replace(laid, spans=spans)  # four pairs in a row: three times one ends where the next begins
    assert chain.shared(np.ones(4, dtype=bool)) == 6
    assert chain.shared(np.array([True, False, True, True])) == 2
    assert chain.shared(np.array([True, False, True, False])) == 0
    assert chain.shared(np.zeros(4, dtype=bool)) == 0


def test_an_undefined_placebo_takes_its_shared_windows_with_it(made):
    counts, laid = made
    whole = _placebos(MOVED, evidence(counts, laid), 1)
    assert whole.shared == laid.shared(np.ones(len(laid.spans) - 1, dtype=bool)) > 0
    dropped = 1
    emptied = counts.copy()
    emptied[np.ix_(laid.role == 0, np.arange(counts.shape[1])[laid.spans[1 + dropped][0]])] = 0
    proof = evidence(emptied, laid)
    kept = np.isfinite([float(MOVED.figure(pair.harm)) for pair in proof.placebos])
    assert not kept.all()
    found = _placebos(MOVED, proof, 1)
    assert (len(found.effects), found.shared) == (kept.sum(), laid.shared(kept))
    assert found.shared < whole.shared


def test_a_window_without_any_incident_is_no_drift(made):
    """Records that begin later leave a window empty: what follows it is no district that doubled."""
    counts, laid = made
    late = counts.copy()
    late[:, laid.spans[1][0]] = 0
    spans = tuple(span for span in laid.spans if not _meets(span, laid.spans[1][0]) or span == laid.spans[0])
    assert evidence(late, laid).drift == evidence(late, replace(laid, spans=spans)).drift


def _meets(span: tuple[slice, slice], empty: slice) -> bool:
    return any(part.start < empty.stop and empty.start < part.stop for part in span)
