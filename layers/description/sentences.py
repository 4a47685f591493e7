"""Descriptive findings in plain words, from their own figures. Owns the filling-in; the texts are in words.py."""

from dataclasses import dataclass

from layers.city import City, Series, Words
from layers.description import words
from layers.disclosure.release import Finding
from layers.findings import templates
from layers.findings.coarse import STEP, told_apart
from layers.findings.numbers import Language, direction, number, percent

_MIN_LEFT_OUT = 0.005
_LEAST = ("harm_moved_mean_distance_m", "burden_transfer")


@dataclass(frozen=True)
class Told:
    """A finding and what its sentence may use beside it."""

    finding: Finding
    series: Series
    city: City
    on_streets: bool


def statement(told: Told) -> Words:
    """Say a finding in both languages; simulated ones carry their stamp first."""
    return Words(nb=_say(told, "nb"), en=_say(told, "en"))


def wording(finding: Finding) -> str:
    """Choose the wording by the figures as they are written."""
    if finding.kind == "burden_transfer":
        low, high = (direction(finding.parts.get(f"net_{end}", 0.0)) for end in ("low", "high"))
        return {1: "up", 0: "level", -1: "down"}[low] if low == high else "open"
    if finding.kind == "centre_shift_m":
        return "" if direction(finding.estimate or 0.0, decimals=0) else "level"
    if finding.kind == "concentration_index_change":
        return {1: "up", 0: "level", -1: "down"}[direction(finding.estimate or 0.0, decimals=3)]
    return ""


def _say(told: Told, language: Language) -> str:
    finding, values = told.finding, _values(told, language)
    if finding.estimate is None:
        said = [_fill(words.NOT_COMPUTED, language, values)]
    else:
        first = _fill(words.SENTENCES[finding.kind, wording(finding)], language, values) + "."
        said = [first, *(_fill(text, language, values) for text in _context(finding))]
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if told.city.simulated else ""
    return stamp + " ".join(sentence[:1].upper() + sentence[1:] for sentence in said)


def _fill(text: Words, language: Language, values: dict[str, str]) -> str:
    template: str = getattr(text, language)
    return template.format(**values)


def _is_rounded(finding: Finding) -> bool:
    parts = finding.parts
    after = parts.get("before", 0.0) + (finding.estimate or 0.0)
    return STEP in parts and told_apart([(after, parts.get("after", 0.0))], parts[STEP])


def _context(finding: Finding) -> list[Words]:
    said: list[Words] = []
    if finding.kind == "concentration_index_change":
        said += [words.ROUNDED] if _is_rounded(finding) else []
        said += [words.OTHER_SCALE] if finding.adjustment == "resident" else []
    else:
        said.append(placebo_words(finding.parts.get("placebo_pairs", 0.0)))
    if "error_m" in finding.parts:
        said.append(words.ERROR)
    if "ended_per_day" in finding.parts:
        said.append(words.ENDING)
    if finding.parts.get("share_left_out", 0.0) > _MIN_LEFT_OUT:
        said.append(words.LEFT_OUT)
    if finding.kind in _LEAST:
        said.append(words.NOT_OBSERVED)
    return said


def placebo_words(pairs: float) -> Words:
    """Choose the sentence that sets a figure beside so many year pairs without an event."""
    return words.PLACEBO if pairs > 1 else words.ONE_PLACEBO if pairs else words.NO_PLACEBO


def _values(told: Told, language: Language) -> dict[str, str]:
    finding, parts = told.finding, told.finding.parts
    noun = templates.INCIDENTS if told.series.recorded_by == "police_initiated" else templates.HARM
    low, high = finding.interval or (0.0, 0.0)
    interval = templates.INTERVAL if finding.interval else templates.NO_INTERVAL
    ends = {"low": _amount(finding, low, language, signed=True), "high": _amount(finding, high, language, signed=True)}
    level = {"level": percent(finding.level, language, decimals=0)}
    decimals = 3 if finding.kind == "concentration_index_change" else 0
    return {
        "step": f"{parts.get(STEP, 0.0):g}".replace(".", {"nb": ",", "en": "."}[language]),
        "what": f"{getattr(noun, language)} ({getattr(told.series.name, language)})",
        "value": _amount(finding, finding.estimate or 0.0, language),
        "size": _amount(finding, abs(finding.estimate or 0.0), language),
        "interval": _fill(interval, language, ends | level),
        "low": _amount(finding, parts.get("placebo_low", 0.0), language),
        "high": _amount(finding, parts.get("placebo_high", 0.0), language),
        "pairs": number(parts.get("placebo_pairs", 0.0), language, decimals=0),
        "way": getattr(words.WAY[told.on_streets], language),
        "elsewhere": percent(parts.get("elsewhere", 0.0), language),
        "to_more": _range(finding, "to_more", language),
        "to_less": _range(finding, "to_less", language),
        "compass": getattr(words.COMPASS[round(parts.get("bearing_deg", 0.0) / 45.0) % 8], language),
        "before": number(parts.get("before", 0.0), language, decimals=decimals),
        "after": number(parts.get("after", 0.0), language, decimals=decimals),
        "error": number(parts.get("error_m", 0.0), language, decimals=0),
        "price": number(parts.get("price_m", 0.0), language, decimals=0),
        "open": number(parts.get("open_per_day", 0.0), language, decimals=2),
        "ended": number(parts.get("ended_per_day", 0.0), language, decimals=2),
        "arisen": number(parts.get("arisen_per_day", 0.0), language, decimals=2),
        "left_out": percent(parts.get("share_left_out", 0.0), language),
        "people": getattr(words.PEOPLE.get(finding.adjustment, words.PEOPLE["resident"]), language),
    }


def _amount(finding: Finding, value: float, language: Language, *, signed: bool = False) -> str:
    if finding.unit == "share":
        return percent(value, language, signed=signed)
    decimals = {"metres": 0, "percentage points": 1, "index points": 3}[finding.unit]
    return number(value, language, decimals=decimals, signed=signed)


def _range(finding: Finding, name: str, language: Language) -> str:
    ends = [number(finding.parts.get(f"{name}_{end}", 0.0), language) for end in ("low", "high")]
    to = {"nb": "til", "en": "to"}[language]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} {to} {ends[1]}"
