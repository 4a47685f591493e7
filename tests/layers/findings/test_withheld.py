"""No finding gives a small count of a scene away: an attacker with every formula and every published figure tries."""

import re
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest
from pandas import DataFrame

from layers.disclosure.gate import gate_findings, gate_multiverse
from layers.findings import findings
from layers.findings.sentences import told
from layers.frame.chain import matched_windows
from tests.made_city import END, FIRST_DAY, PROTECTION, city, level, made_exposure, made_units, noisy_counts

BEFORE = {"d1_park": 4.0, "d2_market": 0.8, "d3_tunnel": 0.4}
AFTER = {"d1_park": 0.6, "d2_market": 1.2, "d3_tunnel": 2.8}
CELLS = ("origin_before", "origin_after", "receivers_before", "receivers_after")
SOURCE = {"kind": "file", "id": "r", "table": "incidents", "path": "r.csv", "licence": "x", "attribution": "x",
          "protection": PROTECTION}  # fmt: skip

SETTINGS = city(sources=[SOURCE], inference__detection_ratios=[0.8, 1.25])


def prepared(scene: str, window: int, count: int, *, is_open: bool = False):
    """Return gated and plain findings of the first step, where one scene has exactly `count` in one of its windows."""
    opened = {"open_counts_as_published": is_open}
    settings = city(sources=[{**SOURCE, "open": is_open}], inference__detection_ratios=[0.8, 1.25], disclosure=opened)
    settings = settings.model_copy(update={"steps": settings.steps[:1]})
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    made = made_units(settings)
    windows = matched_windows(settings, settings.steps[0], data_until=END)
    first, last = ((day - FIRST_DAY).days for day in (windows[window].start, windows[window].end))
    row = list(made.pieces["scene_id"]).index(scene)
    counts[row, first:last] = 0
    counts[row, first : first + 7 * count : 7] = 1
    found = findings(made_exposure(counts), made, settings, data_until=END)
    return gate_findings(found, settings), found, (windows[window].end - windows[window].start).days


def solutions(gated) -> list[float]:
    """Solve every formula of METHODS for every cell that is not shown; what is unknown is NaN."""
    known = {name: value for finding in gated for name, value in finding.parts.items()}
    estimate = {f.kind: f.estimate for f in gated if f.adjustment != "crude"}
    tip = {f.kind: f.tipping_point for f in gated if isinstance(f.tipping_point, float)}
    ob, oa, rb, ra = (known.get(cell, np.nan) for cell in CELLS)
    kappa, gain, loss = (known.get(name, np.nan) for name in ("control_ratio", "G", "L"))
    gains = [gain, (known.get("G_low", np.nan) + known.get("G_high", np.nan)) / 2]
    losses = [loss, (known.get("L_low", np.nan) + known.get("L_high", np.nan)) / 2]
    share, ratio = (estimate.get(kind) or np.nan for kind in ("harm_moved_share", "deterrence_vs_displacement"))
    found = [ob, oa, rb, ra, share * ob + kappa * rb]
    for g, lost in product([*gains, share * ob, *(ratio * x for x in losses)], [*losses, *(x / ratio for x in gains)]):
        found += [g + kappa * rb, (ra - g) / kappa, kappa * ob - lost, (oa + lost) / kappa, g / share]
    turning = tip.get("harm_moved_share", tip.get("deterrence_vs_displacement", np.nan))
    return [*found, turning * kappa * rb, ra / (turning * kappa)]


@pytest.mark.parametrize(
    ("scene", "window"), [("park", 0), ("park", 1), ("market", 0), ("market", 1), ("tunnel", 0), ("tunnel", 1)]
)
@pytest.mark.parametrize("count", [1, 4])
def test_a_small_count_cannot_be_solved_for(scene, window, count):
    gated, plain, days = prepared(scene, window, count)
    role = "origin" if scene == "park" else "receivers"
    cell = f"{role}_{('before', 'after')[window]}"
    assert cell in plain[0].parts
    for finding in gated:
        assert cell not in finding.parts
        assert not any(name.startswith("smallest") for name in finding.parts)
        assert f"{count / days:.2f}" not in re.findall(r"\d\.\d+", finding.statement.en)
    if scene == "park":  # the origin is one scene, so its rate is the count
        exact = count / days
        assert not np.isclose(solutions(gated), exact, rtol=1e-6, atol=1e-9).any()
        assert np.isclose(solutions(plain), exact, rtol=1e-6, atol=1e-9).any()  # the attack works where nothing is held


def test_a_figure_that_gives_a_count_away_is_withheld_and_says_so():
    gated, _, _ = prepared("tunnel", 0, 3)
    by_kind = {f.kind: f for f in gated if f.adjustment != "crude"}
    for kind in ("harm_moved_share", "deterrence_vs_displacement"):
        held = by_kind[kind]
        assert (held.estimate, held.interval, held.detection_band, held.verdict) == (
            None,
            None,
            None,
            "cannot be decided",
        )
        assert "withheld" in held.statement.en
        assert "holdes tallet tilbake" in held.statement.nb
        assert held.short.en.endswith(": the figure is withheld.")
    shift = by_kind["deprivation_of_harm_shift"]
    assert shift.estimate is not None
    assert not {"origin", "receivers", "rest"} & shift.parts.keys()
    assert "contributes" not in shift.statement.en


def test_the_moved_share_stands_when_only_the_origin_fell_to_a_few():
    gated, plain, _ = prepared("park", 1, 2)
    moved = next(f for f in gated if f.kind == "harm_moved_share")
    assert moved.estimate == next(f for f in plain if f.kind == "harm_moved_share").estimate
    assert "a day" not in moved.statement.en


@pytest.mark.parametrize("count", [0, 5])
def test_none_and_five_are_shown(count):
    gated, plain, _ = prepared("park", 1, count)
    for shown, whole in zip(gated, plain, strict=True):
        parts = {n: v for n, v in whole.parts.items() if not n.startswith("smallest")}
        if shown.kind in ("deprivation_of_harm_shift", "share_in_most_deprived_fifth_change"):
            # sums over districts are told in steps of what the least count weighs in them
            unit = shown.parts["rounded_to"]
            assert unit in (0.1, 0.2, 0.5, 1.0)
            assert shown.estimate == pytest.approx(unit * round(whole.estimate / unit))
            assert shown.parts == pytest.approx(parts | {"rounded_to": unit}, abs=unit / 2 + 1e-9)
            assert shown == told(shown, SETTINGS)
            continue
        assert (shown.estimate, shown.parts) == (whole.estimate, parts)
        assert shown.statement == whole.statement


@pytest.mark.parametrize("kind", ["deprivation_of_harm_shift", "share_in_most_deprived_fifth_change"])
@pytest.mark.parametrize(("behind", "unit"), [(5000.0, 0.1), (600.0, 1.0), (60.0, 10.0)])
def test_ranked_figures_move_in_steps_of_what_five_incidents_weigh(kind, behind, unit):
    _, plain, _ = prepared("park", 1, 5)
    choices = {"min": -1.234, "median": 2.345, "max": 33.456, "share_agreeing_in_sign": 0.93, "choices": 1344.0}
    one = replace(next(f for f in plain if f.kind == kind), multiverse=choices)
    held = gate_findings([replace(one, parts=one.parts | {"smallest_window": behind})], SETTINGS)[0]
    figures = [held.estimate, *held.interval, *held.detection_band, *(held.multiverse[n] for n in ("min", "max"))]
    assert held.parts["rounded_to"] == unit
    assert [x / unit for x in figures] == pytest.approx([round(x / unit) for x in figures])
    assert held.multiverse["choices"] == one.multiverse["choices"]
    assert f"{abs(held.estimate):.{0 if unit >= 1 else 1}f} percent" in held.statement.en or held.estimate == 0.0
    if held.verdict in ("supported", "refuted"):
        assert held.interval[0] * held.interval[1] > 0


def test_a_verdict_that_the_rounded_figure_no_longer_shows_is_not_said():
    _, plain, _ = prepared("park", 1, 5)
    one = next(f for f in plain if f.kind == "deprivation_of_harm_shift")
    for verdict, estimate, interval in (("supported", 3.0, (2.0, 4.0)), ("no practical change", 5.1, (4.9, 5.2))):
        made = replace(one, verdict=verdict, estimate=estimate, interval=interval, would_decide=None)
        held = gate_findings([replace(made, parts=one.parts | {"smallest_window": 60.0})], SETTINGS)[0]
        assert (held.verdict, held.would_decide is None) == ("cannot be decided", False)


def withheld_pairs(found, settings, windows, ranks: np.ndarray, known: np.ndarray) -> list[int]:
    """Return the counts that the first of two withheld districts can have had, by the mean rank before."""
    shift = next(f for f in found if f.kind == "deprivation_of_harm_shift" and f.step == "b->c")
    days = (windows[0].end - windows[0].start).days
    total = round(shift.parts["before"] * days)
    left = total - int(known.sum())
    slack = shift.parts.get("rounded_to", 2e-6) / 2
    means = [100 * ((known * ranks[:-2]).sum() + [k, left - k] @ ranks[-2:]) / total for k in range(left + 1)]
    return [k for k, mean in enumerate(means) if abs(mean - shift.parts["rank_before"]) <= slack]


def test_counts_of_two_districts_cannot_be_solved_for_by_their_ranks():
    settings = city(sources=[SOURCE])
    made = made_units(settings)
    windows = matched_windows(settings, settings.steps[1], data_until=END)
    period = next(p for p in settings.periods if p.id == "b")
    assert (windows[0].start, windows[0].end) == (period.start, period.end)  # the districts' counts are of these days
    first, last = ((day - FIRST_DAY).days for day in (windows[0].start, windows[0].end))
    counts = noisy_counts(level(settings, **BEFORE), level(settings, **AFTER), seed=3)
    district = made.pieces["district_id"].to_numpy()
    for name, count in (("d7", 3), ("d8", 8)):
        row = int(np.flatnonzero(district == name)[0])
        counts[row, first:last] = 0
        counts[row, first : first + count] = 1
    found = findings(made_exposure(counts), made, settings, data_until=END)
    ids = [f"d{k}" for k in range(1, 9)]
    by_district = np.array([counts[district == name][:, first:last].sum() for name in ids])
    ranks = made.districts.set_index("district_id")["deprivation_rank"].loc[ids].to_numpy()
    attack = (settings, windows, ranks, by_district[:-2])
    assert withheld_pairs(found, *attack) == [3]
    assert len(withheld_pairs(gate_findings(found, settings), *attack)) > 3


def test_open_data_are_shown_as_they_are():
    gated, plain, _ = prepared("park", 1, 2, is_open=True)
    for shown, whole in zip(gated, plain, strict=True):
        assert asdict(shown) | {"parts": None} == asdict(whole) | {"parts": None}
        assert not any(name.startswith("smallest") for name in shown.parts)


def test_a_count_between_two_windows_is_not_given_away_either():
    """A second step counts the same scene in a window nested in the first's; between them lie two incidents."""
    base = city(sources=[SOURCE])
    first = {
        "from": "a",
        "to": "c",
        "origin": ["park"],
        "receivers": ["tunnel"],
        "before": {"start": "2012-01-01", "end": "2013-01-01"},
        "after": {"start": "2016-01-01", "end": "2017-01-01"},
    }
    inner = {"start": "2012-04-01", "end": "2013-01-01"}, {"start": "2016-04-01", "end": "2017-01-01"}
    second = first | {"before": inner[0], "after": inner[1]}
    settings = city(sources=[SOURCE], steps=[first])
    both = settings.model_copy(
        update={"steps": (*settings.steps, city(steps=[second]).steps[0].model_copy(update={"to_period": "c"}))}
    )
    counts = noisy_counts(level(base, **BEFORE), level(base, **AFTER), seed=3)
    row = list(made_units(base).pieces["scene_id"]).index("park")
    start = (matched_windows(settings, settings.steps[0], data_until=END)[1].start - FIRST_DAY).days
    counts[row, start : start + 91] = 0
    counts[row, [start + 3, start + 40]] = 1
    found = findings(made_exposure(counts), made_units(both), both, data_until=END)
    assert not any("origin_after" in finding.parts for finding in gate_findings(found, both))


def test_the_choices_of_a_ranked_figure_move_in_its_step():
    _, plain, _ = prepared("park", 1, 5)
    kinds = ("deprivation_of_harm_shift", "harm_total_change")
    some = [replace(f, parts=f.parts | {"smallest_window": 600.0}) for f in plain if f.headline and f.kind in kinds]
    told_of = gate_findings(some, SETTINGS)
    rows = [("deprivation_of_harm_shift", 2.345), ("harm_total_change", -0.12345), ("harm_moved_share", 0.5)]
    table = DataFrame(rows, columns=["finding", "estimate"]).assign(effective_incidents=1234.0)
    of = {"step": told_of[0].step, "series": told_of[0].series}
    shown = gate_multiverse(table.assign(**of), told_of, SETTINGS)
    assert gate_multiverse(table.assign(**of | {"step": "b->c"}), told_of, SETTINGS).empty
    assert shown["estimate"].tolist() == [2.0, -0.123]
    assert shown["effective_incidents"].tolist() == [1200.0, 1200.0]
