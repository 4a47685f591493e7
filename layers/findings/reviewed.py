"""Verdicts between reviews: the last review's stand, the figures go on. Judges nothing anew."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from layers.city import City, Words
from layers.disclosure.release import Finding
from layers.findings.numbers import percent
from layers.findings.sentences import told
from layers.findings.words import WOULD_DECIDE
from layers.frame.exposure import Exposure

LEFT = Words(  # among the assumptions of a finding whose verdict is not said until the next review
    nb="Tallet har siden forlatt den siden konklusjonen lå på; den sies derfor ikke før neste gjennomgang.",
    en="The figure has since left the side its verdict lay on, so the verdict is not said before the next review.",
)
_FELL = "origin_fell"  # judged at reviews, as verdicts are: readings rest on it


def cut(counts: Exposure, until: date) -> Exposure:
    """Return the counts of the days before a date."""
    n_days = max((until - counts.first_day) // timedelta(days=1), 0)
    return Exposure(counts.first_day, {series: daily[:, :n_days] for series, daily in counts.counts.items()})


def read_at(level: float, published: float) -> tuple[Words, ...]:
    """Say at which level a verdict is read where reviews share their error; nothing where one review has all of it."""
    if level == published:
        return ()
    nb, en = percent(level, "nb"), percent(level, "en")
    return (
        Words(
            nb=f"Konklusjonen leses av {nb}-intervaller: flere gjennomganger deler på sjansen for å ta feil.",
            en=f"The verdict is read from {en} intervals: several reviews share the chance to err.",
        ),
    )


def fell(kind: str, loss: tuple[float, float] | None) -> dict[str, float]:
    """Return the part that tells whether the origin lost something for certain; its ratio of gain to loss carries it.

    Parameters
    ----------
    loss : interval at the level that verdicts are read from
    """
    return {_FELL: float(loss is not None and loss[0] > 0)} if kind == "deterrence_vs_displacement" else {}


def kept(found: Finding, reviewed: Finding, city: City, *, on: date) -> Finding:
    """Return a finding with the verdict of the last review, and the day of that review among its assumptions.

    A verdict on a side, or of no practical change, that the figure has left since is no longer said: until the next
    review it cannot be decided.
    """
    has_left = _has_left(found, reviewed, city)
    day = Words(nb=f"Konklusjonen er fra gjennomgangen {on}.", en=f"The verdict is that of the review of {on}.")
    stands = replace(
        found,
        verdict="cannot be decided" if has_left else reviewed.verdict,
        would_decide=WOULD_DECIDE["noise"] if has_left else reviewed.would_decide,
        assumptions=(*reviewed.assumptions, *([LEFT] if has_left else []), day),
        parts=found.parts if _FELL not in found.parts else found.parts | {_FELL: reviewed.parts.get(_FELL, 0.0)},
    )
    return told(stands, city)


def _has_left(found: Finding, reviewed: Finding, city: City) -> bool:
    """Tell whether a figure is no longer where its verdict says it is."""
    now = found.estimate
    if reviewed.verdict == "no practical change":
        band = {str(kind): half_width for kind, half_width in city.inference.no_practical_change.items()}
        return now is None or abs(now) > band[found.kind]
    if reviewed.verdict in {"supported", "refuted"}:
        return bool(np.sign(now or 0.0) != np.sign(reviewed.estimate or 0.0))
    return False
