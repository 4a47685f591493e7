"""Five readings of one fall: what each needs, what excludes it, and that deterrence is never claimed lightly."""

from dataclasses import replace

import pytest

from layers.findings.readings import KINDS, readings
from tests.layers.findings.test_displacement_findings import MOVED, SETTINGS, noisy
from tests.layers.findings.test_trends import helped, of_help

FOUND = noisy(MOVED)
MOVED_SHARE, RATIO, TOGETHER = (
    ("harm_moved_share", "control"), ("deterrence_vs_displacement", "control"), ("displacement_wdd", "log ratio"),
)  # fmt: skip


def read(*, moved: str, together: str, fell: bool = True, of_people: tuple[str, ...] = (), route: str = "reactive"):
    """Verdicts of the five readings, from findings with these verdicts."""
    parts = {"origin_fell": float(fell), "L_low": -1.0 if fell else 1.0}  # tonight's bound decides nothing
    case = [
        replace(FOUND[MOVED_SHARE], verdict=moved),
        replace(FOUND[RATIO], parts=parts),
        replace(FOUND[TOGETHER], verdict=together),
        *(replace(of_help(0.5), verdict=verdict, step="a->c") for verdict in of_people),
    ]
    series = (SETTINGS.harm.series[0].model_copy(update={"recorded_by": route}),)
    settings = SETTINGS.model_copy(update={"harm": SETTINGS.harm.model_copy(update={"series": series})})
    return {r.kind: r for r in readings(case, settings) if r.step == "a->c"}


def verdicts(**case) -> dict[str, str]:
    return {kind: reading.verdict for kind, reading in read(**case).items()}


def test_a_supported_move_refutes_diffusion_and_withdrawn_recording():
    found = verdicts(moved="supported", together="cannot be decided")
    assert found["displacement"] == "supported"
    assert found["diffusion of benefit"] == found["withdrawn recording"] == "refuted"
    assert found["deterrence"] == found["exit into help"] == "cannot be decided"


def test_receivers_that_fell_with_the_origin_are_diffusion():
    assert verdicts(moved="refuted", together="supported")["diffusion of benefit"] == "supported"
    assert verdicts(moved="refuted", together="supported", fell=False)["diffusion of benefit"] == "cannot be decided"


def test_deterrence_needs_a_series_on_help_that_explains_nothing():
    fall = {"moved": "refuted", "together": "supported"}
    assert verdicts(**fall)["deterrence"] == "cannot be decided"
    assert verdicts(**fall, of_people=("supported",))["deterrence"] == "cannot be decided"
    assert verdicts(**fall, of_people=("cannot be decided",))["deterrence"] == "cannot be decided"
    assert verdicts(**fall, of_people=("no practical change", "refuted"))["deterrence"] == "supported"


@pytest.mark.parametrize("together", ["refuted", "no practical change"])
def test_without_a_fall_at_the_places_together_nobody_was_deterred(together):
    assert verdicts(moved="supported", together=together, of_people=("refuted",))["deterrence"] == together


def test_help_is_decided_by_its_series_where_the_origin_fell():
    case = {"moved": "cannot be decided", "together": "cannot be decided"}
    assert verdicts(**case, of_people=("supported", "refuted"))["exit into help"] == "supported"
    assert verdicts(**case, of_people=("no practical change",))["exit into help"] == "refuted"
    assert verdicts(**case, of_people=("supported",), fell=False)["exit into help"] == "cannot be decided"
    assert verdicts(**case)["exit into help"] == "cannot be decided"


def test_one_route_never_shows_that_recording_was_withdrawn():
    every = ("supported", "refuted", "no practical change", "cannot be decided")
    found = {verdicts(moved=a, together=b)["withdrawn recording"] for a in every for b in every}
    assert found == {"refuted", "cannot be decided"}
    police = verdicts(moved="supported", together="supported", route="police_initiated")
    assert police["withdrawn recording"] == "cannot be decided"


def test_every_reading_says_what_it_needs_rests_on_and_would_decide():
    found = read(moved="cannot be decided", together="cannot be decided")
    assert tuple(found) == KINDS
    for reading in found.values():
        assert reading.needs.nb != reading.needs.en
        assert (reading.would_decide is None) is (reading.verdict != "cannot be decided")
    assert any("declares no series on help" in line.en for line in found["exit into help"].evidence)
    assert FOUND[MOVED_SHARE].short in found["displacement"].evidence


def test_all_steps_and_series_are_read_even_without_findings():
    settings = helped()
    found = readings([], settings)
    assert len(found) == len(settings.steps) * len(settings.harm.series) * len(KINDS)
    assert {reading.verdict for reading in found} == {"cannot be decided"}
