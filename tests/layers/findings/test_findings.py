"""Findings as a whole on a made city: which there are, what they say, and that words follow figures."""

import re
from datetime import date

import numpy as np
import pytest

from layers.city import City
from layers.disclosure.release import Finding
from layers.errors import ConfigError
from layers.findings import findings
from layers.findings.templates import HOW
from layers.frame.exposure import Exposure
from tests.made_city import END, FIRST_DAY, city, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
HEADLINES = [
    "harm_total_change",
    "deprivation_of_harm_shift",
    "harm_moved_share",
    "share_in_most_deprived_fifth_change",
    "deterrence_vs_displacement",
]
MOVED = re.compile(r"\bmoved\b|flytte[rt]?\b", re.IGNORECASE)
SIMULATED = {"kind": "simulated", "id": "s", "licence": "x", "attribution": "x"}


def route(settings: City, recorded_by: str) -> City:
    series = (settings.harm.series[0].model_copy(update={"recorded_by": recorded_by}),)
    return settings.model_copy(update={"harm": settings.harm.model_copy(update={"series": series})})


def found_in(settings: City, before: dict, after: dict, **more) -> tuple[Finding, ...]:
    counts = noisy_counts(level(settings, **before), level(settings, **after), seed=3, **more)
    return findings(made_exposure(counts), made_units(settings), settings, data_until=END)


def constant(settings: City, before: dict, after: dict) -> tuple[Finding, ...]:
    """Return findings of counts without any noise."""
    counts = noisy_counts(level(settings, **before), level(settings, **after), seed=0, drift_sd=0.0)
    edge = (date(2014, 8, 25) - FIRST_DAY).days
    counts = np.repeat(level(settings, **before)[:, None], counts.shape[1], axis=1)
    counts[:, edge:] = level(settings, **after)[:, None]
    return findings(made_exposure(counts), made_units(settings), settings, data_until=END)


@pytest.fixture(scope="module")
def moved() -> tuple[Finding, ...]:
    return found_in(city(inference__detection_ratios=[0.8, 1.25]), BEFORE, AFTER)


def headline(found: tuple[Finding, ...]) -> dict[str, Finding]:
    return {f.kind: f for f in found if f.headline}


def verdicts(found: tuple[Finding, ...]) -> set[str]:
    """Verdicts of all but the figures that are given for comparison, which have none."""
    assert {f.kind for f in found if f.verdict is None} <= {"displacement_wdd", "displacement_wdq"}
    assert all(f.verdict for f in found if f.adjustment == "log ratio")
    return {f.verdict for f in found if f.verdict is not None}


def test_there_are_five_headlines_and_all_ids_are_unique(moved):
    assert [f.id for f in moved if f.headline] == HEADLINES
    assert len({(f.id, f.series, f.adjustment) for f in moved}) == len(moved) == 18
    beside = ["displacement_wdd", "displacement_wdd", "displacement_wdq"]
    kinds = ["harm_total_change", *HEADLINES, *beside]
    assert [f.id for f in moved if f.step == "b->c"] == [f"{k}:b->c" for k in kinds]
    assert [f.id for f in moved if f.step == "a->c"][-3:] == [f"{k}:a->c" for k in beside]
    assert [f.adjustment for f in moved[:3]] == ["control", "crude", "none"]


def test_exact_values_without_noise():
    found = headline(constant(city(), BEFORE, AFTER))
    assert found["harm_moved_share"].estimate == pytest.approx(2.8 / 4.0)
    assert found["deterrence_vs_displacement"].estimate == pytest.approx(2.8 / 3.4)
    assert found["harm_total_change"].estimate == pytest.approx(12.6 / 13.2 - 1)
    # most deprived fifth: d3 whole, six tenths of d7
    fifth = 100 * ((1 + 2.8 + 0.6) / 12.6 - (1 + 0.4 + 0.6) / 13.2)
    assert found["share_in_most_deprived_fifth_change"].estimate == pytest.approx(fifth)
    # ranks: d1 3/16, d2 7/16, d3 15/16; the eight districts alone have mean 1/2
    after = (8 * 0.5 + 0.6 * 3 / 16 + 1.2 * 7 / 16 + 2.8 * 15 / 16) / 12.6
    before = (8 * 0.5 + 4.0 * 3 / 16 + 0.8 * 7 / 16 + 0.4 * 15 / 16) / 13.2
    shift = found["deprivation_of_harm_shift"]
    assert shift.estimate == pytest.approx(100 * (after - before))
    assert sum(shift.parts[p] for p in ("origin", "receivers", "rest")) == pytest.approx(shift.estimate)
    assert found["harm_moved_share"].tipping_point == pytest.approx(4.0 / 1.2)
    assert shift.tipping_point == "none"  # the origin's loss alone shifts it


def test_a_move_is_found_and_said(moved):
    found = headline(moved)
    assert {k: found[k].verdict for k in ("deprivation_of_harm_shift", "harm_moved_share")} == {
        "deprivation_of_harm_shift": "supported", "harm_moved_share": "supported",
    }  # fmt: skip
    moved_share = found["harm_moved_share"]
    assert "moved to “The market” and “The underpass”" in moved_share.statement.en
    assert "flyttet" in moved_share.statement.nb
    assert moved_share.detection_band[0] < moved_share.interval[0] < 0.7 < moved_share.interval[1]
    assert moved_share.would_decide is None


def test_halving_the_origin_alone_shifts_but_never_moves():
    quiet = city(inference__detection_ratios=[1.0, 1.0])
    found = found_in(quiet, BEFORE, {**BEFORE, "d1_park": 1.0}, drift_sd=0.0, dispersion=1.0)
    shift = headline(found)["deprivation_of_harm_shift"]
    assert shift.interval[0] > 0
    assert "The remaining harm is distributed differently" in shift.statement.en
    assert "Den gjenværende skaden fordeler seg annerledes" in shift.statement.nb
    for finding in found:
        assert not MOVED.search(finding.statement.en + finding.statement.nb), finding.id
        if finding.kind in ("harm_moved_share", "deterrence_vs_displacement"):
            assert finding.verdict != "supported"


def test_nothing_changed_is_not_called_a_change():
    assert verdicts(found_in(city(), BEFORE, BEFORE)) <= {"cannot be decided", "no practical change"}


def test_what_the_police_record_is_never_harm_that_moved():
    found = found_in(route(city(), "police_initiated"), BEFORE, AFTER)
    assert verdicts(found) <= {"cannot be decided", "no practical change"}
    for finding in found:
        assert not MOVED.search(finding.statement.en + finding.statement.nb)
        assert "egistered incidents" in finding.statement.en
        assert "egistrerte hendelser" in finding.statement.nb
        assert "harm" not in finding.statement.en
        assert "skade" not in finding.statement.nb
    assert any("ambulance" in f.would_decide.en for f in found if f.would_decide)


def test_too_little_history_is_undecided_and_said():
    short = city(inference__min_placebo_pairs=9)
    finding = headline(found_in(short, BEFORE, AFTER))["harm_moved_share"]
    assert (finding.verdict, finding.parts["placebo_pairs"]) == ("cannot be decided", 0.0)
    assert finding.interval is not None
    assert "leaves out what varies from year to year" in finding.statement.en
    assert "whole years" in finding.would_decide.en


def test_simulated_findings_are_stamped():
    for finding in found_in(city(sources=[SIMULATED]), BEFORE, AFTER):
        assert finding.statement.nb.startswith("SIMULERT: ")
        assert finding.statement.en.startswith("SIMULATED: ")


def test_real_findings_are_not(moved):
    assert not any("SIMUL" in f.statement.nb + f.statement.en for f in moved)


@pytest.mark.parametrize("after", [AFTER, BEFORE, {**BEFORE, "d1_park": 8.0, "d3_tunnel": 0.1}])
def test_no_sentence_contradicts_its_figure(after):
    words = {
        "harm_total_change": (("rise of", "above"), ("fall of", "below")),
        "deprivation_of_harm_shift": (("towards more deprived",), ("towards less deprived",)),
        "share_in_most_deprived_fifth_change": (("percentage points more",), ("percentage points less",)),
        "harm_moved_share": (("rose by", "moved to"), ("fell by",)),
    }
    for finding in found_in(city(), BEFORE, after):
        up, down = words.get(finding.kind, ((), ()))
        figure = finding.statement.en.split("interval", maxsplit=1)[0]
        if any(word in figure for word in up):
            assert finding.estimate > 0, finding.statement.en
        if any(word in figure for word in down):
            assert finding.estimate < 0, finding.statement.en
        assert finding.verdict == "cannot be decided" or "cannot be decided" not in finding.statement.en
        assert "{" not in finding.statement.nb + finding.statement.en


def test_every_wording_stands_in_both_languages_with_the_same_numbers():
    for words in HOW.values():
        names = [set(re.findall(r"{(\w+)}", text)) for text in (words.nb, words.en)]
        assert names[0] == names[1]


def test_without_controls_what_needs_them_is_not_computed():
    found = headline(found_in(city(inference__control_beyond_m=9000.0), BEFORE, AFTER))
    for kind in ("harm_total_change", "harm_moved_share", "deterrence_vs_displacement"):
        assert (found[kind].estimate, found[kind].verdict) == (None, "cannot be decided")
        assert "cannot be computed" in found[kind].statement.en
    assert found["deprivation_of_harm_shift"].estimate is not None


def test_windows_outside_the_data_are_not_computed():
    steps = [
        {"from": "a", "to": "c", "origin": ["park"], "receivers": ["tunnel"],
         "before": {"start": "2007-01-01", "end": "2008-01-01"}, "after": {"start": "2016-01-01", "end": "2017-01-01"}}
    ]  # fmt: skip
    found = found_in(city(steps=steps), BEFORE, AFTER)
    assert all(f.estimate is None for f in found)
    assert verdicts(found) == {"cannot be decided"}


def test_no_incidents_at_all_are_no_error():
    settings = city()
    nothing = made_exposure(np.zeros((11, (END - FIRST_DAY).days), dtype=np.int32))
    found = findings(nothing, made_units(settings), settings, data_until=END)
    assert verdicts(found) == {"cannot be decided"}


def test_the_same_input_gives_the_same_findings(moved):
    assert found_in(city(inference__detection_ratios=[0.8, 1.25]), BEFORE, AFTER) == moved


def test_the_multiverse_can_veto():
    settings = city(inference__detection_ratios=[1.0, 1.0])
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    exposure, made = made_exposure(counts), made_units(settings)
    swapped = counts[:, ::-1].astype(float)  # time runs backwards: every sign turns
    agreeing = findings(exposure, made, settings, data_until=END, smoothed={100.0: {"violence": counts * 1.0}})
    vetoed = findings(exposure, made, settings, data_until=END, smoothed={100.0: {"violence": swapped}})
    one, other = headline(agreeing)["harm_moved_share"], headline(vetoed)["harm_moved_share"]
    assert one.multiverse["share_agreeing_in_sign"] == 1.0
    assert one.multiverse["min"] == pytest.approx(one.estimate)
    assert (one.verdict, other.verdict) == ("supported", "cannot be decided")
    assert (other.multiverse["share_agreeing_in_sign"], other.multiverse["choices"]) == (0.5, 2.0)


def test_unranked_harm_is_left_out_and_said():
    settings = city()
    made = made_units(settings)
    made.pieces.loc[made.pieces["district_id"] == "d8", ["rank", "fifth"]] = np.nan
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    found = headline(findings(made_exposure(counts), made, settings, data_until=END))
    shift = found["deprivation_of_harm_shift"]
    assert 0.05 < shift.parts["share_left_out"] < 0.1
    assert "without a deprivation value and is left out" in shift.statement.en


def test_counts_must_end_where_findings_do():
    settings = city()
    with pytest.raises(ConfigError, match="counts end 2017-01-01, findings are asked for until 2016-01-01"):
        findings(made_exposure(np.zeros((11, 2922))), made_units(settings), settings, data_until=date(2016, 1, 1))


def test_series_are_kept_apart():
    settings = city()
    second = settings.harm.series[0].model_copy(update={"id": "other", "recorded_by": "health"})
    harm = settings.harm.model_copy(update={"series": (*settings.harm.series, second)})
    both = settings.model_copy(update={"harm": harm})
    one = noisy_counts(level(both, **BEFORE), level(both, **AFTER), seed=3)
    two = noisy_counts(level(both, **BEFORE), level(both, **BEFORE), seed=4)
    exposure = Exposure(FIRST_DAY, {"violence": one, "other": two})
    found = findings(exposure, made_units(both), both, data_until=END)
    assert [f.series for f in found[:18]] == ["violence"] * 9 + ["other"] * 9
    assert sum(f.headline for f in found) == 5
    alone = findings(Exposure(FIRST_DAY, {"violence": one}), made_units(settings), settings, data_until=END)
    assert found[:9] == alone[:9]
