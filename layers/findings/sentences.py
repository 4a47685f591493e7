"""Every finding in plain words, generated from its numbers, so that no sentence can say other than its figure.

"Moved" is said of a supported movement alone; what the police record on their own initiative is called registered
incidents, not harm.
"""

from dataclasses import dataclass

from layers.city import City, Series, Step, Words
from layers.findings import templates
from layers.findings.estimate import Figure, Interval
from layers.findings.kinds import Quantity
from layers.findings.numbers import Language, direction, number, percent, rate
from layers.findings.verdicts import Judgement
from layers.findings.words import WOULD_DECIDE

_MIN_LEFT_OUT = 0.005  # a smaller share of unranked harm is not spoken of


@dataclass(frozen=True)
class Telling:
    """All that a sentence may use."""

    quantity: Quantity
    figure: Figure
    judgement: Judgement
    parts: dict[str, float]
    gain: Interval | None
    series: Series
    step: Step
    city: City


def statement(telling: Telling) -> Words:
    """Say a finding in both languages; simulated ones carry their stamp first."""
    return Words(nb=_say(telling, "nb"), en=_say(telling, "en"))


def _say(telling: Telling, language: Language) -> str:
    said = [_figure_sentence(telling, language), *_context(telling, language), _verdict_sentence(telling, language)]
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if telling.city.simulated else ""
    return stamp + " ".join(_capital(sentence) for sentence in said)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _fill(template: Words, language: Language, values: dict[str, str]) -> str:
    text: str = getattr(template, language)
    return text.format(**values)


def _figure_sentence(telling: Telling, language: Language) -> str:
    values = _values(telling, language)
    figure, kind = telling.figure, telling.quantity.kind
    if figure.value is None:
        return _fill(templates.NOT_COMPUTED, language, values)
    how = _fill(templates.HOW[kind, _wording(telling)], language, values)
    interval = _fill(templates.INTERVAL if figure.interval else templates.NO_INTERVAL, language, values)
    template = templates.SENTENCES[kind, telling.quantity.adjustment]
    return _fill(template, language, {**values, "how": f"{how} ({interval})"}) + "."


def _wording(telling: Telling) -> str:
    """Choose the wording by what was found: the sign as written, the adjustment, whether movement is supported."""
    quantity, value = telling.quantity, telling.figure.value or 0.0
    sign = {1: "up", 0: "level", -1: "down"}[direction(value * (100 if _is_share(quantity) else 1))]
    if quantity.kind == "harm_total_change":
        return f"{quantity.adjustment} {sign}"
    if quantity.kind == "deterrence_vs_displacement":
        gain, loss = (direction(telling.parts[key], decimals=2) for key in ("G", "L"))
        return f"{'up' if gain >= 0 else 'down'} {'down' if loss >= 0 else 'up'}"
    if quantity.kind == "harm_moved_share" and telling.judgement.verdict == "supported" and value > 0:
        return "moved"
    return sign


def _is_share(quantity: Quantity) -> bool:
    return quantity.kind in ("harm_total_change", "harm_moved_share")


def _values(telling: Telling, language: Language) -> dict[str, str]:
    """Write every number and name a template may ask for."""
    parts, figure, step = telling.parts, telling.figure, telling.step
    noun = templates.INCIDENTS if _is_police(telling) else templates.HARM
    rates = ("before", "after", "origin_before", "origin_after", "receivers_before", "receivers_after", "expected")
    shown = {key: rate(parts[key], language) for key in rates if key in parts}
    shown |= {key: rate(abs(parts[key]), language) for key in ("G", "L") if key in parts}
    for key in ("share_before", "share_after", "rank_before", "rank_after"):
        if key in parts:
            shown[key] = number(parts[key], language)
    for key in ("origin", "receivers", "rest"):
        if key in parts:
            shown[f"part_{key}"] = number(parts[key], language, signed=True)
    lowest, highest = telling.city.inference.detection_ratios
    return shown | {
        "what": f"{getattr(noun, language)} ({getattr(telling.series.name, language)})",
        "origin_name": _places(step.origin, telling.city, language),
        "receivers_name": _places(step.receivers, telling.city, language),
        "value": _amount(telling, figure.value or 0.0, language),
        "size": _amount(telling, abs(figure.value or 0.0), language),
        "low": _amount(telling, figure.interval[0], language, signed=True) if figure.interval else "",
        "high": _amount(telling, figure.interval[1], language, signed=True) if figure.interval else "",
        "level": percent(telling.city.inference.level, language, decimals=0),
        "left_out": percent(parts.get("share_left_out", 0.0), language),
        "claim": getattr(templates.CLAIMS[telling.city.inference.claim[telling.quantity.kind]], language),
        "band": _amount(telling, telling.city.inference.no_practical_change[telling.quantity.kind], language),
        "lowest": number(lowest, language),
        "highest": number(highest, language),
    }


def _is_police(telling: Telling) -> bool:
    return telling.series.recorded_by == "police_initiated"


def _amount(telling: Telling, value: float, language: Language, *, signed: bool = False) -> str:
    if _is_share(telling.quantity):
        return percent(value, language, signed=signed)
    return number(value, language, decimals=2 if telling.quantity.is_ratio else 1, signed=signed)


def _places(ids: tuple[str, ...], city: City, language: Language) -> str:
    names = {scene.id: getattr(scene.name, language) for scene in city.scenes}
    quoted = [f"«{names[i]}»" if language == "nb" else f"“{names[i]}”" for i in ids]
    joint = {"nb": " og ", "en": " and "}[language]
    return joint.join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _context(telling: Telling, language: Language) -> list[str]:
    """Add what keeps a figure from being read as more than it is."""
    values = _values(telling, language)
    said: list[str] = []
    figure = telling.figure
    if figure.value is None:
        return said
    if telling.quantity.kind == "deprivation_of_harm_shift" and "part_origin" in values:
        said.append(_fill(templates.PARTS, language, values))
    if telling.quantity.is_ranked and not (telling.gain and telling.gain[0] > 0):
        certain = figure.interval is not None and (figure.interval[0] > 0 or figure.interval[1] < 0)
        remaining = templates.REMAINING_INCIDENTS if _is_police(telling) else templates.REMAINING_HARM
        said.append(_fill(remaining if certain else templates.NO_GAIN, language, values))
    if telling.quantity.is_ranked and telling.parts.get("share_left_out", 0.0) > _MIN_LEFT_OUT:
        said.append(_fill(templates.LEFT_OUT, language, values))
    if figure.interval and not figure.placebo_pairs:
        said.append(_fill(templates.NO_DRIFT, language, values))
    return said


def _verdict_sentence(telling: Telling, language: Language) -> str:
    values = _values(telling, language)
    if telling.judgement.verdict == "cannot be decided":
        record = getattr(WOULD_DECIDE[telling.judgement.reason], language)
        return _fill(templates.VERDICTS["cannot be decided"], language, {**values, "record": record})
    return _fill(templates.VERDICTS[telling.judgement.verdict], language, values)
