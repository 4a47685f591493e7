"""The declared rules, one by one and in their order."""

import pytest

from layers.city import Inference, Series
from layers.findings.estimate import Figure, Movement
from layers.findings.kinds import QUANTITIES
from layers.findings.verdicts import judge
from tests.made_city import city

BY_KIND = {(q.kind, q.adjustment): q for q in QUANTITIES}
SHIFT = BY_KIND["deprivation_of_harm_shift", "none"]  # band 1, claim increase
TOTAL = BY_KIND["harm_total_change", "control"]  # band 0.05, claim decrease
MOVED = BY_KIND["harm_moved_share", "control"]  # band 0.1, claim increase
RATIO = BY_KIND["deterrence_vs_displacement", "control"]
UP, UNSURE = (0.1, 0.5), (-0.1, 0.5)
BOTH = Movement(gain=UP, loss=UP, loss_band=UP)
NO_GAIN = Movement(gain=UNSURE, loss=UP, loss_band=UP)
NO_LOSS = Movement(gain=UP, loss=UNSURE, loss_band=UNSURE)
UNSURE_LOSS = Movement(gain=UP, loss=UP, loss_band=UNSURE)


def figure(interval, *, band=None, inner=None, pairs=4, value=1.0) -> Figure:
    return Figure(value, interval, inner or interval, band or interval, p_value=0.5, placebo_pairs=pairs)


def said(quantity, found: Figure, *, route="reactive", movement=BOTH, agree=1.0):
    settings: Inference = city().inference
    series: Series = city().harm.series[0].model_copy(update={"recorded_by": route})
    choices = {"share_agreeing_in_sign": agree}
    judgement = judge(quantity, found, series=series, settings=settings, movement=movement, choices=choices)
    return judgement.verdict, judgement.reason


@pytest.mark.parametrize(
    ("quantity", "found", "more", "expected"),
    [
        (SHIFT, figure((-0.9, 0.9)), {}, ("no practical change", "decided")),
        (SHIFT, figure((-1.1, 1.1), inner=(-0.9, 0.9)), {}, ("no practical change", "decided")),
        (SHIFT, figure((0.9, 2.0)), {}, ("cannot be decided", "noise")),
        (SHIFT, figure((1.1, 2.0)), {}, ("supported", "decided")),
        (SHIFT, figure((1.1, 2.0)), {"movement": NO_GAIN}, ("supported", "decided")),
        (SHIFT, figure((-2.0, -1.1)), {}, ("refuted", "decided")),
        (SHIFT, figure((1.1, 2.0), band=(-3.0, 4.0)), {}, ("cannot be decided", "recording")),
        (SHIFT, figure((1.1, 2.0)), {"agree": 0.89}, ("cannot be decided", "choices")),
        (SHIFT, figure((1.1, 2.0)), {"agree": 0.9}, ("supported", "decided")),
        (SHIFT, figure((-0.9, 0.9)), {"agree": 0.1}, ("no practical change", "decided")),
        (SHIFT, figure((1.1, 2.0), pairs=0), {}, ("cannot be decided", "placebos")),
        (SHIFT, figure((-0.1, 0.1), pairs=0), {}, ("cannot be decided", "placebos")),
        (SHIFT, Figure(None), {}, ("cannot be decided", "not computed")),
        (SHIFT, Figure(1.0, placebo_pairs=4), {}, ("cannot be decided", "few")),
        (RATIO, Figure(1.0, placebo_pairs=4), {}, ("cannot be decided", "unbounded")),
        (TOTAL, figure((-0.3, -0.1)), {}, ("supported", "decided")),
        (TOTAL, figure((0.1, 0.3)), {}, ("refuted", "decided")),
        (MOVED, figure((0.3, 0.9)), {}, ("supported", "decided")),
        (MOVED, figure((0.3, 0.9)), {"movement": NO_GAIN}, ("cannot be decided", "gain")),
        (MOVED, figure((0.3, 0.9)), {"movement": Movement()}, ("cannot be decided", "gain")),
        (RATIO, figure((0.3, 0.9)), {"movement": NO_GAIN}, ("cannot be decided", "gain")),
        (MOVED, figure((-0.9, -0.3)), {"movement": NO_GAIN}, ("refuted", "decided")),
        (MOVED, figure((0.3, 0.9)), {"movement": NO_LOSS}, ("cannot be decided", "loss")),
        (MOVED, figure((0.3, 0.9)), {"movement": UNSURE_LOSS}, ("cannot be decided", "loss")),
        (RATIO, figure((0.3, 0.9)), {"movement": UNSURE_LOSS}, ("cannot be decided", "loss")),
        (RATIO, figure((-0.9, -0.3)), {"movement": NO_LOSS}, ("cannot be decided", "loss")),
        (RATIO, figure((-0.05, 0.05)), {"movement": NO_LOSS}, ("cannot be decided", "loss")),
        (MOVED, figure((0.3, 0.9), pairs=0), {"route": "police_initiated"}, ("cannot be decided", "police")),
        (MOVED, figure((0.3, 0.9)), {"route": "police_initiated"}, ("cannot be decided", "police")),
        (MOVED, figure((-0.9, -0.3)), {"route": "police_initiated"}, ("cannot be decided", "police")),
        (SHIFT, figure((-0.9, 0.9)), {"route": "police_initiated"}, ("no practical change", "decided")),
    ],
)
def test_rules_in_their_order(quantity, found, more, expected):
    assert said(quantity, found, **more) == expected


@pytest.mark.parametrize("route", ["reactive", "health", "field"])
def test_other_routes_may_decide(route):
    assert said(MOVED, figure((0.3, 0.9)), route=route) == ("supported", "decided")
