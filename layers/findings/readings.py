"""Five ways to read one fall at the origin, each with what it needs, what speaks for or against it, and its verdict.

They do not exclude each other: some harm may have moved, some people got help, some records been withdrawn. Computes no
figure; every reading is read from published findings of its step and series.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from layers.city import City, Series, Words
from layers.disclosure.release import Finding, Reading, ReadingKind, Verdict
from layers.findings import texts_readings as texts

KINDS: tuple[ReadingKind, ...] = get_args(ReadingKind)


@dataclass(frozen=True)
class _Case:
    """The findings of a step and series, by kind and adjustment, and those of help in the step."""

    found: dict[tuple[str, str], Finding]
    of_help: tuple[Finding, ...]
    of_records: tuple[Finding, ...]
    is_police: bool

    def verdict(self, kind: str, adjustment: str = "control") -> Verdict | None:
        finding = self.found.get((kind, adjustment))
        return None if finding is None else finding.verdict

    @property
    def fell(self) -> bool:
        """Whether the origin lost something for certain against the controls, as recorded, at the last review."""
        ratio = self.found.get(("deterrence_vs_displacement", "control"))
        return ratio is not None and ratio.parts.get("origin_fell", 0.0) > 0


def readings(findings: Sequence[Finding], city: City) -> tuple[Reading, ...]:
    """Read every step and series in each of the five ways, in the order of steps, series and `KINDS`.

    Parameters
    ----------
    findings : sequence of Finding
        As they are published, after the disclosure gate: what is withheld there is evidence for nothing here.
    """
    read = []
    for step in city.steps:
        of_step = [f for f in findings if f.step == step.id]
        of_help = tuple(f for f in of_step if f.kind == "exit_into_help")
        for series in city.harm.series:
            found: dict[tuple[str, str], Finding] = {
                (f.kind, f.adjustment): f for f in of_step if f.series == series.id
            }
            case = _Case(
                found, of_help, _about_records(of_step, series, city), series.recorded_by == "police_initiated"
            )
            read += [_reading(kind, case, step=step.id, series=series.id) for kind in KINDS]
    return tuple(read)


def _about_records(of_step: list[Finding], series: Series, city: City) -> tuple[Finding, ...]:
    """Return what is known of a series' records: negative controls of its route, contrasts that it takes part in."""
    pairs = {pair.series: pair.beside for pair in city.inference.route_contrasts}
    return tuple(
        f
        for f in of_step
        if (f.kind == "negative_control" and f.route == series.recorded_by and f.series != series.id)
        or (f.kind == "route_contrast" and series.id in (f.series, pairs[f.series]))
    )


def _reading(kind: ReadingKind, case: _Case, *, step: str, series: str) -> Reading:
    verdict = _VERDICTS[kind](case)
    return Reading(
        kind=kind,
        step=step,
        series=series,
        name=texts.NAMES[kind],
        needs=texts.NEEDS[kind],
        evidence=_evidence(kind, case),
        verdict=verdict,
        would_decide=texts.WOULD_DECIDE[kind] if verdict == "cannot be decided" else None,
    )


def _displacement(case: _Case) -> Verdict:
    """Read the moved share: it is supported only with a gain at the receivers and a loss at the origin."""
    return case.verdict("harm_moved_share") or "cannot be decided"


def _diffusion(case: _Case) -> Verdict:
    """Decide it by the other side of the moved share: the receivers fell too, where the origin did."""
    moved = case.verdict("harm_moved_share")
    if moved == "supported":
        return "refuted"
    if moved == "refuted":
        return "supported" if case.fell else "cannot be decided"
    return moved or "cannot be decided"


def _deterrence(case: _Case) -> Verdict:
    """Claim it only when all else is excluded: places fell together, none moved, help and records explain nothing.

    Without a series on help it is never claimed; a rise, or no change, of the places together refutes it.
    """
    together = case.verdict("displacement_wdd", "log ratio")
    if together == "refuted":
        return "refuted"
    if together == "no practical change":
        return "no practical change"
    others = (_displacement(case), _exit_into_help(case), _withdrawn(case))
    explained = not case.of_help or any(verdict in ("supported", "cannot be decided") for verdict in others)
    return "supported" if together == "supported" and not explained else "cannot be decided"


def _exit_into_help(case: _Case) -> Verdict:
    """Decide it by the series on help: one that rose supports it, all without change or fallen refute it."""
    verdicts = [finding.verdict for finding in case.of_help]
    if not verdicts or not case.fell:
        return "cannot be decided"
    if "supported" in verdicts:
        return "supported"
    if all(verdict in ("refuted", "no practical change") for verdict in verdicts):
        return "refuted"
    return "cannot be decided"


def _withdrawn(case: _Case) -> Verdict:
    """Exclude it where the places' fall or the move withstands every declared change of recording; never support it.

    One route of recording tells only the product of what happened and what was recorded.
    """
    if case.is_police:
        return "cannot be decided"
    withstood = ("harm_moved_share", "control"), ("displacement_wdd", "log ratio")
    return "refuted" if any(case.verdict(*key) == "supported" for key in withstood) else "cannot be decided"


_VERDICTS = {
    "displacement": _displacement,
    "diffusion of benefit": _diffusion,
    "deterrence": _deterrence,
    "exit into help": _exit_into_help,
    "withdrawn recording": _withdrawn,
}
_RESTS_ON: dict[ReadingKind, tuple[tuple[str, str], ...]] = {
    "displacement": (("harm_moved_share", "control"), ("deterrence_vs_displacement", "control")),
    "diffusion of benefit": (("harm_moved_share", "control"), ("displacement_wdq", "as published")),
    "deterrence": (("displacement_wdd", "log ratio"), ("harm_total_change", "control")),
    "exit into help": (),
    "withdrawn recording": (("harm_moved_share", "control"), ("displacement_wdd", "log ratio")),
}


def _evidence(kind: ReadingKind, case: _Case) -> tuple[Words, ...]:
    rests: Iterable[Finding] = [case.found[key] for key in _RESTS_ON[kind] if key in case.found]
    if kind == "exit into help":
        rests = case.of_help
    if kind == "withdrawn recording":
        rests = [*case.of_records, *rests]
    lines = [f.short for f in rests if f.short is not None]
    lines += texts.BESIDE[kind] if case.of_help or kind not in ("exit into help", "deterrence") else [texts.NO_SERIES]
    return tuple(lines)
