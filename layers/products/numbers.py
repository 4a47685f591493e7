"""Figures and dates as Norwegian and English readers write them. Knows no finding's meaning, only its unit."""

from datetime import date

from layers.disclosure.release import Finding
from layers.findings.numbers import Language, number

LANGUAGES: tuple[Language, ...] = ("nb", "en")
NO_BREAK = "\u00a0"
_RATIOS = ("gain per loss", "G/L")
_MONTHS = {
    "nb": "januar,februar,mars,april,mai,juni,juli,august,september,oktober,november,desember",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}


def decimal_mark(language: Language) -> str:
    """Comma in Norwegian, point in English."""
    return "," if language == "nb" else "."


def whole(value: float, language: Language) -> str:
    """Return a figure without decimals."""
    return number(value, language, decimals=0)


def short(value: float, language: Language) -> str:
    """Return a figure of three significant decimals or so, without trailing zeros."""
    size = abs(value)
    decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2 if size >= 0.1 else 3
    shown = number(value, language, decimals=decimals)
    return shown.rstrip("0").rstrip(",.") if decimals else shown


def day(when: date, language: Language) -> str:
    """Return a date in words: 25. august 2014, 25 August 2014."""
    dot = "." if language == "nb" else ""
    return f"{when.day}{dot}{NO_BREAK}{_month(when, language)}{NO_BREAK}{when.year}"


def short_day(when: date, language: Language) -> str:
    """Return a date in figures, narrow enough for a map's caption: 25.08.2014, 25 Aug 2014."""
    if language == "nb":
        return f"{when:%d.%m.%Y}"
    return f"{when.day}{NO_BREAK}{_month(when, language)[:3]}{NO_BREAK}{when.year}"


def span(start: date, end: date, language: Language) -> str:
    """Return a half-open span of days, both ends as written."""
    return f"{short_day(start, language)}{NO_BREAK}– {short_day(end, language)}"


# ---------------------------------------------------------------- findings


def scale_of(unit: str) -> float:
    """Return what a finding's figures are multiplied by for readers: shares are shown as per cent."""
    return 100.0 if unit.startswith("share") else 1.0


def unit_words(unit: str, language: Language) -> str:
    """Return the unit behind a figure, with the space that belongs before it; empty for a plain ratio."""
    if scale_of(unit) == 100:
        return "%" if language == "en" else NO_BREAK + "%"
    words = {
        "percentile points": {"nb": "persentilpoeng", "en": "percentile points"},
        "percentage points": {"nb": "prosentpoeng", "en": "percentage points"},
        "metres": {"nb": "meter", "en": "metres"},
        **{ratio: {"nb": "", "en": ""} for ratio in _RATIOS},
    }.get(unit, {"nb": unit, "en": unit})[language]
    return NO_BREAK + words if words else ""


def _decimals(unit: str, shown: float) -> int:
    """Fewer where the figure is large: nobody acts on a tenth of two hundred per cent."""
    if abs(shown) >= 100:
        return 0
    return 2 if unit in _RATIOS and abs(shown) < 10 else 1


def value_of(finding: Finding, value: float, language: Language, *, with_unit: bool = True) -> str:
    """Return a figure in the finding's unit; changes carry their sign, ratios and shares of the origin only a minus."""
    signed = not finding.kind.startswith(("harm_moved", "deterrence"))
    figure = value * scale_of(finding.unit)
    shown = number(figure, language, decimals=_decimals(finding.unit, figure), signed=signed)
    return shown + (unit_words(finding.unit, language) if with_unit else "")


def estimate_words(finding: Finding, language: Language) -> str:
    """Return the estimate with its unit; a dash where there is none, or where nothing was lost that could be gained."""
    if finding.estimate is None or lost_nothing(finding):
        return "–"
    return value_of(finding, finding.estimate, language)


def lost_nothing(finding: Finding) -> bool:
    """Whether a gain per loss has no loss to be divided by: its figure would be read as one all the same."""
    return finding.kind == "deterrence_vs_displacement" and finding.parts.get("L", 1.0) <= 0


def interval_words(finding: Finding, language: Language) -> str:
    """Return the interval as "low to high", or empty."""
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
        return "∞" if value > 0 else "−∞"
    return value_of(finding, value, language, with_unit=False)


def _month(when: date, language: Language) -> str:
    return _MONTHS[language].split(",")[when.month - 1]
