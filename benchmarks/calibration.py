"""Measures whether intervals and verdicts keep what they promise, in simulated towns whose truth is known.

Run: `python -m benchmarks.calibration [--replicates N] [--workers N] [--series ID] [--out FILE]`, or `make calibrate`.
Writes one row for each cell (scenario, drift between years, overdispersion of weeks, change of recording) and finding,
and docs/images/calibration.svg beside them when the file is benchmarks/calibration.json.

Estimators, intervals and verdicts are those of a run, without the multiverse, which can only veto. `coverage` is that
of the 95 % interval; where recording changed, of the detection band against the truth before recording. `rejected`:
that interval leaves out no change; for 365 nights, the share of towns where it ever left out the truth, at the level of
its review. A town has a trend, so its crude change is real though nothing happened; towns of 365 nights have none.
Verdicts withstand the detection ratios under `declared`; [1, 1] is a city that declares its recording known. Gains and
losses are the parts of a movement, tested by themselves.
"""

import argparse
import json
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import dask
import numpy as np

from benchmarks.calibration_plot import IMAGE, draw
from benchmarks.simulated_towns import (
    SAME_RECORDING,
    SCENARIOS,
    UNTIL,
    Cell,
    Town,
    drawn,
    frame_until,
    level_town,
    town,
)  # fmt: skip
from geo.displacement import gain_and_loss
from geo.threads import each_anywhere
from layers.findings.detection import detection_ratios
from layers.findings.estimate import Figure, Movement, figures
from layers.findings.evidence import Frame, evidence
from layers.findings.kinds import QUANTITIES, Quantity
from layers.findings.verdicts import judge
from layers.reviews import looks, review_level

HERE = Path(__file__).parent
ROWS = HERE / "calibration.json"
DRIFTS, DISPERSIONS = (0.0, 0.08), (1.0, 2.5)
CHANGED_RECORDING = ((0.5, 2.0), (2.0, 0.5))  # after / before at origin and receivers
JUDGED = tuple(q for q in QUANTITIES if not q.is_descriptive)
PARTS = ("gain of the receivers", "loss of the origin")
NAMES = (*(f"{q.kind} ({q.adjustment})" for q in JUDGED), *PARTS)
VERDICTS = ("supported", "refuted", "no practical change", "cannot be decided")
BATCH = 25
TINY = 1e-9  # a ratio of two smaller ones has no truth
CLEAR = 4.0  # errors of the loss from which the bias of a ratio counts
NIGHTS = "365 nights"
LATE, LATE_DAYS = 0.05, 120.0  # share of records that come late, and by how much on average
# columns of what is kept of a town and finding
VALUE, LOW, HIGH, BAND_LOW, BAND_HIGH, CLEARNESS, VERDICT, KNOWN = range(8)


def seen(made: Town, laid: Frame, counts: np.ndarray, *, level: float) -> np.ndarray:
    """Return the figures and verdicts of a town, shape (names, 8); verdicts are read at `level`."""
    settings, series = made.city.inference, made.city.harm.series[0]
    proof = evidence(counts, laid)
    ratios = detection_ratios(laid, settings, series.recorded_by)
    both = [figures(q, proof, settings, ratios=ratios, levels=(settings.level, level)) for q in JUDGED]
    moved = [next((f.movement for f in at if f.movement is not None), Movement()) for at in zip(*both, strict=True)]
    say = partial(judge, series=series, settings=settings, choices=None)
    rows = []
    for quantity, (published, judged) in zip(JUDGED, both, strict=True):
        sure = replace(judged, detection_band=judged.interval), replace(moved[1], loss_band=moved[1].loss)
        verdicts = say(quantity, judged, movement=moved[1]), say(quantity, sure[0], movement=sure[1])
        codes = [VERDICTS.index(v.verdict or "cannot be decided") for v in verdicts]
        rows.append([*_numbers(quantity, published, moved[0]), *codes])
    parts = gain_and_loss(proof.pair.harm)
    for part, span in zip(parts, (moved[0].gain, moved[0].loss), strict=True):
        ends = span or (-np.inf, np.inf)
        rows.append([float(part), *ends, *ends, np.nan, np.nan, np.nan])
    return np.array(rows)


def _numbers(quantity: Quantity, found: Figure, movement: Movement) -> list[float]:
    ends = [*(found.interval or (-np.inf, np.inf)), *(found.detection_band or (-np.inf, np.inf))]
    clearness = np.inf
    if quantity.is_ratio:
        low, high = movement.loss or (-np.inf, np.inf)
        clearness = (low + high) / (high - low) * 1.96 if np.isfinite(high) else 0.0
    return [np.nan if found.value is None else found.value, *ends, clearness]


def generator(cell: Cell, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, *(ord(letter) for letter in repr(cell))])


def batch(made: Town, cell: Cell, seeds: range) -> np.ndarray:
    """Return what is seen of some towns, shape (towns, names, 8)."""
    level = review_level(made.city, made.city.steps[0], UNTIL)
    return np.array([seen(made, made.laid, drawn(made, cell, generator(cell, s)), level=level) for s in seeds])


def nights(made: Town, cell: Cell, seeds: range) -> np.ndarray:
    """Return what is seen of some towns through the first year of nights, shape (towns, nights, names, 8).

    Between two reviews nothing but late records can change what a night sees: the first and the last night after each
    review are looked at. Verdicts and intervals are those at the level of the review.
    """
    step, rest = made.city.steps[0], made.city.disclosure.min_age_days
    reviews = [(day, review_level(made.city, step, day), frame_until(made, day)) for day, _ in looks(made.city, step)]
    found = []
    for seed in seeds:
        rng = generator(cell, seed)
        counts, told = drawn(made, cell, rng), []
        for day, level, laid in reviews:
            known = counts[:, : made.day(day)]
            age = made.day(day) + rest - np.arange(known.shape[1])
            late = rng.binomial(known, LATE * np.exp(-age / LATE_DAYS))
            later = rng.binomial(late, np.exp(-rest / LATE_DAYS))
            told += [_at_review(made, laid, known - missing, level) for missing in (late, later)]
        found.append(told)
    return np.array(found)


def _at_review(made: Town, laid: Frame | None, counts: np.ndarray, level: float) -> np.ndarray:
    if laid is None:
        raise SystemExit("a review of Fjordby has no days to compare; correct its periods")
    at_level = made.city.inference.model_copy(update={"level": level})
    return seen(replace(made, city=made.city.model_copy(update={"inference": at_level})), laid, counts, level=level)


def rows(made: Town, cell: Cell, found: np.ndarray) -> list[dict[str, Any]]:
    """Summarise a cell by finding, and its verdicts once more as of a city that declares its recording known."""
    harm = made.laid.reading(made.expected(cell.scenario))
    true = [
        float(q.figure(harm)) if np.abs(q.statistic(harm)).max() > TINY or not q.is_ratio else np.nan for q in JUDGED
    ]
    true += list(gain_and_loss(harm))
    declared = {VERDICT: made.city.inference.detection_ratios}
    if cell.detection == SAME_RECORDING:
        declared[KNOWN] = SAME_RECORDING
    return [
        _row(cell, name, true[i], found[:, i], declared=ratios, column=column)
        for column, ratios in declared.items()
        for i, name in enumerate(NAMES)
        if name not in PARTS or (column == VERDICT and cell.detection == SAME_RECORDING)  # parts have no band
    ]


def _row(
    cell: Cell, name: str, true: float, found: np.ndarray, *, declared: tuple[float, float], column: int
) -> dict[str, Any]:
    first = LOW if cell.detection == SAME_RECORDING else BAND_LOW
    low, high = found[:, first], found[:, first + 1]
    off = (found[:, VALUE] - true)[found[:, CLEARNESS] > CLEAR] if "deterrence" in name else found[:, VALUE] - true
    off = off[np.isfinite(off)]
    has_truth = np.isfinite(true) and len(off) > 0
    bias = float(np.median(off) if "deterrence" in name else off.mean()) if has_truth else None
    return {
        **_head(cell, name, len(found), declared),
        "truth": round(true, 6) if has_truth else None,
        "coverage": float(((low <= true) & (true <= high)).mean()) if has_truth else None,
        "bias": bias,
        "bias_in_se": None if bias is None else float(bias / max(off.std(), TINY)),
        "rejected": float(((low > 0) | (high < 0)).mean()),
        **({} if name in PARTS else _verdicts(found[:, column])),
    }


def _head(cell: Cell, name: str, replicates: int, declared: tuple[float, float]) -> dict[str, Any]:
    return {
        "scenario": cell.scenario,
        "drift": cell.drift,
        "overdispersion": cell.overdispersion,
        "detection": cell.detection,
        "declared": declared,
        "finding": name,
        "replicates": replicates,
    }


def _verdicts(codes: np.ndarray) -> dict[str, float]:
    share = [float((codes == code).mean()) for code in range(len(VERDICTS))]
    return {"supported": share[0], "refuted": share[1], "no_practical_change": share[2], "undecided": share[3]}


def night_rows(made: Town, cell: Cell, found: np.ndarray) -> list[dict[str, Any]]:
    """Summarise a year of nights: the share of towns that ever, in any night, had a verdict or left out the truth."""
    told, expected = [], made.expected(cell.scenario)
    laid = [frame_until(made, day) for day, _ in looks(made.city, made.city.steps[0])]
    harm = np.stack([one.reading(expected) for one in laid if one is not None])
    figures_of = [np.full(len(harm), np.nan) if q.is_ratio else q.figure(harm) for q in JUDGED]  # nothing over nothing
    true = np.array(figures_of).repeat(found.shape[1] // len(laid), axis=1)  # names x nights
    for column, declared in ((VERDICT, made.city.inference.detection_ratios), (KNOWN, SAME_RECORDING)):
        for i, name in enumerate(NAMES[: len(JUDGED)]):
            codes, ends = found[:, :, i, column], found[:, :, i, [LOW, HIGH]]
            ever = {"supported": 0, "refuted": 1}
            outside = (ends[..., 0] > true[i]) | (ends[..., 1] < true[i])
            told.append(
                {
                    **_head(replace(cell, scenario=NIGHTS), name, len(found), declared),
                    "coverage": None,
                    "bias": None,
                    "bias_in_se": None,
                    "rejected": float(outside.any(axis=1).mean()) if np.isfinite(true[i]).all() else None,
                    **{verdict: float((codes == code).any(axis=1).mean()) for verdict, code in ever.items()},
                    "undecided": float((codes == VERDICTS.index("cannot be decided")).all(axis=1).mean()),
                }
            )
    return told


def cells() -> list[Cell]:
    """Return every design: all noises with recording unchanged, and changed recording in a noisy town."""
    plain = [Cell(s, t, d, SAME_RECORDING) for s, t, d in product(SCENARIOS, DRIFTS, DISPERSIONS)]
    return plain + [Cell(s, 0.08, 2.5, d) for s, d in product(SCENARIOS, CHANGED_RECORDING)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--series", default="disorder")
    parser.add_argument("--out", type=Path, default=ROWS)
    asked = parser.parse_args()
    made, table = town(asked.series), []
    seeds = [range(i, min(i + BATCH, asked.replicates)) for i in range(0, asked.replicates, BATCH)]

    def every(work: Any, cell: Cell, made: Town = made) -> np.ndarray:
        with dask.config.set(scheduler="processes" if asked.workers > 1 else "sync", num_workers=asked.workers):
            return np.concatenate(each_anywhere(partial(work, made), cell, seeds))

    for cell in cells():
        table += rows(made, cell, every(batch, cell))
        _write(table, asked.out)
    level = level_town(made)
    for drift, dispersion in ((0.0, 1.0), (0.08, 2.5)):
        cell = Cell("no change", drift, dispersion, SAME_RECORDING)
        table += night_rows(level, cell, every(nights, cell, level))
        _write(table, asked.out)
    if asked.out == ROWS:
        IMAGE.write_text(draw(table), encoding="utf-8")


def _write(table: list[dict[str, Any]], path: Path) -> None:
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in table) + "\n]\n", encoding="utf-8")
    last = table[-1]
    print(len(table), last["scenario"], last["drift"], last["overdispersion"], last["detection"], flush=True)


if __name__ == "__main__":
    main()
