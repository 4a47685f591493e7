"""Figures and dates as Norwegian and English readers write them. Knows no finding's meaning, only its unit."""

from datetime import date
from typing import Literal

from layers.release import Finding

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = ("nb", "en")

_MONTHS = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}
NO_BREAK = "\u00a0"
_MINUS = "\u2212"


def decimal_mark(language: Language) -> str:
    """Comma in Norwegian, point in English."""
    return "," if language == "nb" else "."


def number(value: float, language: Language, *, digits: int = 0, signed: bool = False) -> str:
    """A figure with grouped thousands and a true minus sign; `signed` shows a plus as well. Zero has no sign."""
    plain = f"{abs(value):,.{digits}f}"
    if language == "nb":
        plain = plain.replace(",", NO_BREAK).replace(".", ",")
    if not plain.strip("0,. " + NO_BREAK):
        return plain
    return (_MINUS if value < 0 else "+" if signed else "") + plain


def short(value: float, language: Language) -> str:
    """A figure of three significant digits or so, without trailing zeros."""
    size = abs(value)
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2 if size >= 0.1 else 3
    shown = number(value, language, digits=digits)
    return shown.rstrip("0").rstrip(",.") if digits else shown


def percent(share: float, language: Language, *, digits: int = 0) -> str:
    """A share as per cent."""
    return number(100 * share, language, digits=digits) + ("%" if language == "en" else NO_BREAK + "%")


def day(when: date, language: Language) -> str:
    """A date in words: 25. august 2014, 25 August 2014."""
    dot = "." if language == "nb" else ""
    return f"{when.day}{dot}{NO_BREAK}{_MONTHS[language][when.month - 1]}{NO_BREAK}{when.year}"


def short_day(when: date, language: Language) -> str:
    """A date in figures, narrow enough for a map's caption: 25.08.2014, 25 Aug 2014."""
    if language == "nb":
        return f"{when:%d.%m.%Y}"
    return f"{when.day}{NO_BREAK}{_MONTHS[language][when.month - 1][:3]}{NO_BREAK}{when.year}"


def span(start: date, end: date, language: Language) -> str:
    """A half-open span of days, both ends as written."""
    return f"{short_day(start, language)}{NO_BREAK}– {short_day(end, language)}"


# ---------------------------------------------------------------- findings


def scale_of(unit: str) -> float:
    """What a finding's figures are multiplied by for readers: shares are shown as per cent."""
    return 100.0 if unit.startswith("share") or unit in {"relative", "ratio - 1"} else 1.0


def unit_words(unit: str, language: Language) -> str:
    """The unit behind a figure, with the space that belongs before it; empty for a plain ratio."""
    if scale_of(unit) == 100:
        return "%" if language == "en" else NO_BREAK + "%"
    words = {
        "percentile points": {"nb": "prosentilpoeng", "en": "percentile points"},
        "percentage points": {"nb": "prosentpoeng", "en": "percentage points"},
        "G/L": {"nb": "", "en": ""},
        "ratio": {"nb": "", "en": ""},
    }.get(unit, {"nb": unit, "en": unit})[language]
    return NO_BREAK + words if words else ""


def _digits(unit: str) -> int:
    return 2 if unit in {"G/L", "ratio"} else 1


def value_of(finding: Finding, value: float, language: Language, *, with_unit: bool = True) -> str:
    """A figure in the finding's unit. Changes carry their sign, shares of the origin and ratios do not need one."""
    signed = not finding.kind.startswith(("harm_moved", "deterrence"))
    shown = number(value * scale_of(finding.unit), language, digits=_digits(finding.unit), signed=signed)
    return shown + (unit_words(finding.unit, language) if with_unit else "")


def estimate_words(finding: Finding, language: Language) -> str:
    """The estimate with its unit, or a dash."""
    return "–" if finding.estimate is None else value_of(finding, finding.estimate, language)


def interval_words(finding: Finding, language: Language) -> str:
    """The interval as "low to high", or empty."""
    return range_words(finding, finding.interval, language)


def range_words(finding: Finding, ends: tuple[float, float] | None, language: Language) -> str:
    """Two ends in the finding's unit as "low to high"; unbounded ends are said as such."""
    if ends is None:
        return ""
    to = "til" if language == "nb" else "to"
    low, high = (_end(finding, end, language) for end in ends)
    return f"{low} {to} {high}"


def _end(finding: Finding, value: float, language: Language) -> str:
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else _MINUS + "∞"
    return value_of(finding, value, language, with_unit=False)
