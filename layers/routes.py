"""Routes into the records side by side: did the police's own records change where others' did not? Gives no verdict.

Two readings of one change: harm moved, or enforcement did. What the police find themselves cannot tell them apart; what
others report, at the same places and over the same days, is the evidence beside it.
"""

from typing import Any

import numpy as np
from pandas import DataFrame

from geo.functionals import ORIGIN, RECEIVERS, TOTAL
from layers.city import City, Step, Words
from layers.disclosure.openness import shown_as_published
from layers.errors import ConfigError
from layers.findings.estimate import figures
from layers.findings.evidence import Evidence, evidence, frame
from layers.findings.kinds import change_of
from layers.findings.numbers import percent
from layers.findings.reviewed import cut
from layers.frame.exposure import Exposure, end_day
from layers.frame.units import Units
from layers.reviews import last_review, review_level

COLUMNS = (
    "step", "series", "route", "place", "before_per_day", "after_per_day", "change_to_control", "low", "high",
    "placebo_pairs", "smallest", "text_nb", "text_en",
)  # fmt: skip
_PLACES = (("origin", ORIGIN), ("receivers", RECEIVERS))
_TEXTS = {
    (True, True): Words(
        nb="Ved mottakerne økte både det politiet selv finner og det andre melder: økningen er ikke bare politiarbeid.",
        en="At the receivers, what the police find themselves rose and so did what others report: the rise is not "
        "police work alone.",
    ),
    (True, False): Words(
        nb="Ved mottakerne økte bare det politiet selv finner; det andre melder, viser ingen sikker økning. Flyttet "
        "politiarbeid forklarer tallene like godt som flyttet skade.",
        en="At the receivers, only what the police find themselves rose; what others report shows no certain rise. "
        "Moved enforcement explains the figures as well as moved harm does.",
    ),
    (False, True): Words(
        nb="Ved mottakerne økte det andre melder, uten sikker økning i det politiet selv finner.",
        en="At the receivers, what others report rose, without a certain rise of what the police find themselves.",
    ),
    (False, False): Words(
        nb="Ved mottakerne viser verken det politiet selv finner eller det andre melder, en sikker økning; hverken "
        "flyttet skade eller flyttet politiarbeid er vist.",
        en="At the receivers, neither what the police find themselves nor what others report shows a certain rise: "
        "neither moved harm nor moved enforcement is shown.",
    ),
}


def routes(exposure: Exposure, units: Units, city: City) -> DataFrame:
    """Return the change at origin and receivers against the controls, for every series of every step.

    Returns
    -------
    DataFrame, `COLUMNS`
        By step, series and place. `change_to_control` is after / (kappa before) - 1 with its interval at
        `inference.level`; without enough placebo pairs the interval holds weekly noise alone and `text` does not speak.
        `text` is read at the last review, at the level of its verdicts.
        `smallest` is the least count behind the row that its rates would give away, for the gate. Empty for steps whose
        days are not in the data.
    """
    rows: list[dict[str, Any]] = []
    for step in city.steps:
        laid = frame(exposure, units, city, step)
        if laid is None:
            continue
        said = _said(exposure, units, city, step)
        for series in city.harm.series:
            proof = evidence(exposure.counts[series.id], laid)
            head = {"step": step.id, "series": series.id, "route": series.recorded_by}
            texts = {"text_nb": said.nb, "text_en": said.en}
            rows += [{**head, "place": name, **_row(proof, city, name, role), **texts} for name, role in _PLACES]
    return DataFrame(rows, columns=list(COLUMNS))


def _said(exposure: Exposure, units: Units, city: City, step: Step) -> Words:
    """Say what the routes showed at the last review, at the level of its verdicts; it stands until the next."""
    until = end_day(exposure)
    reviewed = last_review(city, until)
    then = exposure if reviewed == until else cut(exposure, reviewed)
    try:
        laid = frame(then, units, city, step)
    except ConfigError:  # no days to compare yet
        laid = None
    level = review_level(city, step, reviewed)
    rows = (
        []
        if laid is None
        else [
            {
                "route": series.recorded_by,
                **_row(evidence(then.counts[series.id], laid), city, *_PLACES[1], level=level),
            }
            for series in city.harm.series
        ]
    )
    said = _reading(rows, city, level=level)
    if reviewed == until:
        return said
    return Words(nb=f"{said.nb} Lest ved gjennomgangen {reviewed}.", en=f"{said.en} Read at the review of {reviewed}.")


def _row(proof: Evidence, city: City, place: str, role: int, *, level: float | None = None) -> dict[str, Any]:
    unchanged = np.ones((1, len(proof.frame.role_of_group)))
    levels = (level or city.inference.level,)
    found = figures(change_of(role), proof, city.inference, ratios=unchanged, levels=levels)[0]
    low, high = found.interval or (np.nan, np.nan)
    before, after = proof.pair.harm[:, role, TOTAL]
    counts = [proof.smallest[f"smallest_{place}_{when}"] for when in ("before", "after")]
    return {
        "before_per_day": float(before),
        "after_per_day": float(after),
        "change_to_control": np.nan if found.value is None else found.value,
        "low": low,
        "high": high,
        "placebo_pairs": found.placebo_pairs,
        "smallest": min((count for count in counts if count > 0), default=0.0),
    }


def _reading(rows: list[dict[str, Any]], city: City, *, level: float) -> Words:
    """Say what routes show together, from rows of the receivers; nothing of one route alone or too short a history.

    What is withheld is evidence for nothing here.
    """
    fewest = 0 if shown_as_published(city) else city.disclosure.min_count
    judged = [
        row for row in rows if row["placebo_pairs"] and np.isfinite(row["low"]) and not 0 < row["smallest"] < fewest
    ]
    own = [_rose(row) for row in judged if row["route"] == "police_initiated"]
    others = [_rose(row) for row in judged if row["route"] != "police_initiated"]
    if not own or not others:
        nb, en = percent(level, "nb"), percent(level, "en")
        return Words(
            nb=f"Veiene inn i registrene kan ikke holdes mot hverandre med {nb} sikkerhet.",
            en=f"Routes into the records cannot be held against each other at {en}.",
        )
    return _TEXTS[any(own), any(others)]


def _rose(row: dict[str, Any]) -> bool:
    """Tell whether there is more than the controls let expect for certain, and more than before."""
    return bool(row["low"] > 0 and row["after_per_day"] > row["before_per_day"])
