"""How numbers are written in Norwegian and English sentences. Knows no finding."""

import math
from typing import Literal

Language = Literal["nb", "en"]
_THOUSANDS = {"nb": "\u202f", "en": ","}  # Norwegian: a thin space that does not break the line
_DECIMAL = {"nb": ",", "en": "."}


def number(value: float, language: Language, *, decimals: int = 1, signed: bool = False) -> str:
    """Write a number with decimal comma and thin spaces (nb) or point and commas (en), and a true minus sign."""
    rounded = round_as_shown(value, decimals)
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    text = f"{abs(rounded):,.{decimals}f}"
    return sign + text.replace(",", "\0").replace(".", _DECIMAL[language]).replace("\0", _THOUSANDS[language])


def percent(share: float, language: Language, *, decimals: int = 1, signed: bool = False) -> str:
    """Write a share as per cent."""
    return number(100 * share, language, decimals=decimals, signed=signed) + {"nb": "\u00a0%", "en": "%"}[language]


def rate(per_day: float, language: Language) -> str:
    """Write a number per day, with enough decimals to see small ones change."""
    return number(per_day, language, decimals=2 if abs(per_day) < 10 else 1)


def round_as_shown(value: float, decimals: int) -> float:
    """Round as `number` writes it, half away from zero, so that words and figures agree on the sign."""
    scaled = math.floor(abs(value) * 10**decimals + 0.5) / 10**decimals
    return math.copysign(scaled, value) if scaled else 0.0


def direction(value: float, *, decimals: int = 1) -> int:
    """Return the sign of a value as it is written: 1, -1, or 0 if it is written as zero."""
    shown = round_as_shown(value, decimals)
    return (shown > 0) - (shown < 0)
