"""The short sentence: the answer first, then the figure; short, neutral, stamped, and never more than the verdict."""

import re
from dataclasses import replace

import pytest

from layers.city import Words
from layers.disclosure.release import Finding
from layers.findings import findings
from layers.findings.sentences import told
from tests.made_city import END, city, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
SIMULATED = {"kind": "simulated", "id": "s", "licence": "x", "attribution": "x"}
SETTINGS = city(inference__detection_ratios=[0.8, 1.25])
KINDS = {
    "harm_total_change": "decrease",
    "deprivation_of_harm_shift": "increase",
    "harm_moved_share": "increase",
    "share_in_most_deprived_fifth_change": "increase",
    "deterrence_vs_displacement": "increase",
}


def all_of(settings=SETTINGS, after=AFTER, **changes) -> list[Finding]:
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **after), seed=3)
    found = findings(made_exposure(counts), made_units(settings), settings, data_until=END)
    return [told(replace(f, **changes), settings) for f in found]


def of(kind: str, **changes) -> Words:
    found = next(f for f in all_of() if f.kind == kind and f.headline)
    said = told(replace(found, **changes), SETTINGS).short
    assert said is not None
    return said


def test_a_supported_movement_says_so_first():
    found = next(f for f in all_of() if f.kind == "harm_moved_share" and f.headline)
    assert found.verdict == "supported"
    low, high = (f"{100 * end:.0f}" for end in found.interval)
    figure = f"{100 * found.estimate:.0f}% ({low} to {high})"
    assert found.short.en == f"Of what was at the park, so much moved to the market and the underpass: {figure}."
    assert found.short.nb.startswith("Av det som var på Parken, flyttet så mye til Torget og Undergangen: ")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_undecided_is_said_plainly(kind):
    said = of(kind, verdict="cannot be decided")
    assert said.en.startswith("It cannot be decided whether ")
    assert said.nb.startswith("Det kan ikke avgjøres om ")
    assert not re.search(r"\bmoved\b|flytte", said.en + said.nb)


def test_movement_is_never_said_without_a_loss_or_a_rise():
    """Exact words for what the verdict alone does not tell: more at the receivers, but not from the origin."""
    found = next(f for f in all_of() if f.kind == "harm_moved_share" and f.headline)
    for parts in ({"G_low": 2.0, "L_high": 1.0}, {"receivers_after": 1.0, "receivers_before": 1.2}):
        said = told(replace(found, parts=found.parts | parts), SETTINGS)
        for words in (said.short, said.statement):
            assert not re.search(r"\bmoved\b|flytte", words.en + words.nb)
    assert (
        "More came on top than was lost"
        in told(replace(found, parts=found.parts | {"G_low": 2.0, "L_high": 1.0}), SETTINGS).statement.en
    )


@pytest.mark.parametrize(
    ("kind", "changes", "en"),
    [
        ("harm_total_change", {"verdict": "supported", "estimate": -0.123, "interval": (-0.2, -0.051)},
         "The city had less recorded harm than expected: −12% (−20 to −5)."),
        ("harm_total_change", {"verdict": "refuted", "estimate": 0.083, "interval": (0.06, 0.095)},
         "The city had more recorded harm than expected: +8.3% (+6.0 to +9.5)."),
        ("harm_total_change", {"verdict": "no practical change", "estimate": 0.004, "interval": (-0.01, 0.02)},
         "Recorded harm in the city came out as expected: +0.4% (−1.0 to +2.0)."),
        ("deprivation_of_harm_shift", {"verdict": "supported", "estimate": 12.4, "interval": (8.0, 16.6)},
         "More deprived districts have more of the recorded harm: +12 points (+8 to +17)."),
        ("deprivation_of_harm_shift", {"verdict": "refuted", "estimate": -5.0, "interval": (-6.0, -4.0)},
         "Less deprived districts have more of the recorded harm: −5.0 points (−6.0 to −4.0)."),
        ("harm_moved_share", {"verdict": "refuted", "estimate": -0.4, "interval": (-0.6, -0.2)},
         "The market and the underpass had less than expected: −40% (−60 to −20)."),
        ("deterrence_vs_displacement", {"verdict": "supported", "estimate": 0.66, "interval": (0.32, 1.01)},
         "Some of what the park lost came up at the market and the underpass: 66% (32 to 101)."),
        ("deterrence_vs_displacement", {"verdict": "cannot be decided", "estimate": None, "interval": None},
         "It cannot be decided whether some of what the origin lost came up at the receivers: "
         "the ratio cannot be stated."),
        ("harm_moved_share", {"verdict": "cannot be decided", "estimate": None, "interval": None},
         "It cannot be decided whether the market and the underpass gained, as a share of what the park had."),
    ],
)  # fmt: skip
def test_exact_words(kind, changes, en):
    assert of(kind, **changes).en == en


def test_without_a_loss_a_ratio_is_not_told():
    found = next(f for f in all_of() if f.kind == "deterrence_vs_displacement" and f.headline)
    parts = found.parts | {"L": -0.4, "L_low": -0.6, "L_high": -0.2, "G_low": 0.2}
    said = told(replace(found, parts=parts, estimate=-1.79, verdict="cannot be decided"), SETTINGS)
    assert said.short.en.endswith(": no certain loss.")
    assert "A loss at the origin is not shown for certain; the gain may have other reasons." in said.statement.en


def test_too_little_history_is_said_instead_of_an_interval():
    found = next(f for f in all_of() if f.kind == "deprivation_of_harm_shift" and f.headline)
    said = told(replace(found, parts=found.parts | {"placebo_pairs": 0.0}, verdict="cannot be decided"), SETTINGS).short
    assert said.en.endswith(" points (too few earlier years).")


def test_what_the_police_record_is_not_called_harm():
    said = [told(replace(f, route="police_initiated"), SETTINGS).short for f in all_of()]
    assert not any("harm" in words.en or "skade" in words.nb for words in said)


@pytest.mark.parametrize("after", [AFTER, BEFORE, {**BEFORE, "d1_park": 1.0}])
def test_all_are_short_and_stamped(after):
    settings = city(sources=[SIMULATED])
    for finding in all_of(settings, after):
        for text, stamp in ((finding.short.en, "SIMULATED: "), (finding.short.nb, "SIMULERT: ")):
            assert text.startswith(stamp)
            assert len(text) <= 125, text
            assert "{" not in text
            assert text.endswith(".")


def test_long_names_give_way_to_general_ones():
    scenes = [s.model_dump() for s in SETTINGS.scenes]
    long = {"nb": "Den lange gaten mellom torget og kaien", "en": "The long street between market and quay"}
    settings = city(scenes=[scene | {"name": long} for scene in scenes])
    said = next(f for f in all_of(settings) if f.kind == "harm_moved_share").short
    assert "the receivers" in said.en
    assert "mottakerstedene" in said.nb
