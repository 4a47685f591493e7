"""Places beside untouched districts and patterns beside patterns, as findings without a verdict. Computes no figure."""

import numpy as np

from geo.effects.similarity import similarity
from geo.errors import GeoError
from layers.city import Words
from layers.description import words_others
from layers.description.about import About, beside_placebos
from layers.description.against_others import FEWEST_DISTRICTS, FEWEST_WEEKS, Beside
from layers.description.sentences import placebo_words
from layers.disclosure.release import Finding
from layers.findings import templates
from layers.findings.numbers import Language, direction, number, percent
from layers.findings.sentences import places_named, receivers_named

Span = tuple[slice, slice]


def pattern_finding(about: About, counts: np.ndarray, area: np.ndarray, spans: tuple[Span, ...]) -> Finding:
    """Tell in how many areas the share of the series is like before, beside year pairs without an event.

    Parameters
    ----------
    counts : ndarray, shape (units, days)
    area : ndarray of int, shape (units,)
        What units add up to: scenes and the districts around them.
    spans : the step's pair of windows, then placebo pairs
    """
    found, *quiet = (_alike(counts, area, span) for span in spans)
    parts = beside_placebos([one for one in quiet if one is not None])
    return _told(about, "pattern_similarity", "none", Beside(found, parts=parts, refused=None if found else "count"))


def _alike(counts: np.ndarray, area: np.ndarray, span: Span) -> float | None:
    both = [np.bincount(area, weights=counts[:, days].sum(axis=1)).round().astype(int) for days in span]
    try:
        return similarity(*both).robust_index
    except GeoError:  # a window without incidents
        return None


def place_finding(about: About, adjustment: str, found: Beside) -> Finding:
    """Tell the change at a step's places beside untouched districts."""
    return _told(about, "change_at_places", adjustment, found)


def _told(about: About, kind: str, adjustment: str, found: Beside) -> Finding:
    said = Words(**{name: _say(about, (kind, adjustment), found, name) for name in ("nb", "en")})
    assumptions = words_others.ASSUMPTIONS[kind, adjustment]
    return about.finding(
        kind,
        adjustment=adjustment,
        unit="share",
        estimate=found.value,
        p_value=_known_p(found),
        parts=found.parts,
        question=words_others.QUESTIONS[kind, adjustment],
        method=words_others.METHODS[kind, adjustment],
        assumptions=assumptions if kind == "pattern_similarity" else (*assumptions, words_others.NO_CORRECTION),
        statement=said,
    )


def wording(kind: str, value: float) -> str:
    """Choose the wording by the figure as it is written."""
    if kind == "pattern_similarity":
        return ""
    return {1: "up", 0: "level", -1: "down"}[direction(100.0 * value)]


def _say(about: About, key: tuple[str, str], found: Beside, language: Language) -> str:
    values = _values(about, found, language)
    if found.value is None:
        said = [_fill(words_others.REFUSED[found.refused or "count"], language, values)]
    else:
        said = [_fill(words_others.SENTENCES[*key, wording(key[0], found.value)], language, values) + "."]
        said.append(_fill(_beside(key[0], found), language, values))
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if about.city.simulated else ""
    return stamp + " ".join(sentence[:1].upper() + sentence[1:] for sentence in said)


def _beside(kind: str, found: Beside) -> Words:
    if kind == "pattern_similarity":
        return placebo_words(found.parts.get("placebo_pairs", 0.0))
    return words_others.ROLES["unknown" if _known_p(found) is None else "tested"]


def _known_p(found: Beside) -> float | None:
    return found.p_value if found.p_value is not None and np.isfinite(found.p_value) else None


def _fill(text: Words, language: Language, values: dict[str, str]) -> str:
    template: str = getattr(text, language)
    return template.format(**values)


def _values(about: About, found: Beside, language: Language) -> dict[str, str]:
    parts, step = found.parts, about.step
    noun = templates.INCIDENTS if about.series.recorded_by == "police_initiated" else templates.HARM
    return {
        "what": f"{getattr(noun, language)} ({getattr(about.series.name, language)})",
        "value": percent(found.value or 0.0, language),
        "size": percent(abs(found.value or 0.0), language),
        "origin": places_named(step.origin, about.city, language),
        "receivers": receivers_named(step, about.city, language),
        "pairs": number(parts.get("placebo_pairs", 0.0), language, decimals=0),
        "low": percent(parts.get("placebo_low", 0.0), language),
        "high": percent(parts.get("placebo_high", 0.0), language),
        "p": number(_known_p(found) or 0.0, language, decimals=2),
        "least_p": number(parts.get("least_p", 0.0), language, decimals=2),
        "districts": number(parts.get("districts", 0.0), language, decimals=0),
        "weeks": number(parts.get("weeks", 0.0), language, decimals=0),
        "fewest": number(FEWEST_DISTRICTS, language, decimals=0),
        "fewest_weeks": number(FEWEST_WEEKS, language, decimals=0),
        "after": number(parts.get("after", 0.0), language, decimals=2),
        "expected": number(parts.get("expected", 0.0), language, decimals=2),
    }
