"""Survey figures with Wilson's interval where it is known how many answered. Draws no map."""

from pandas import DataFrame
from scipy.stats import binomtest

from layers.city.facts import SurveyFigure
from layers.findings.numbers import Language, number

LEVEL = 0.95
_BOUNDS = {">": "more than", "<": "less than"}


def survey_table(figures: tuple[SurveyFigure, ...]) -> DataFrame:
    """Return every figure with its interval, or why it has none.

    Returns
    -------
    DataFrame
        figure_id, topic, statement_nb, statement_en, bound (exact, more than, less than), percent, n, low, high (Wilson
        at `LEVEL`, per cent; missing where n is unknown or only a bound is told), interval_nb, interval_en, population,
        period, source, confidence, note.
    """
    rows = []
    for figure in figures:
        bound = _BOUNDS.get(figure.value[0], "exact")
        percent = float(figure.value.lstrip("<>"))
        low, high = _ends(percent, figure.n) if bound == "exact" else (None, None)
        row = {
            "figure_id": figure.figure_id,
            "topic": figure.topic,
            "statement_nb": figure.statement_nb,
            "statement_en": figure.statement_en,
            "bound": bound,
            "percent": percent,
            "n": figure.n,
            "low": low,
            "high": high,
            "interval_nb": _in_words(figure.n, low, high, "nb"),
            "interval_en": _in_words(figure.n, low, high, "en"),
            "population_nb": figure.population_nb,
            "population_en": figure.population_en,
            "period": figure.period,
            "source": figure.source_id,
            "confidence": figure.confidence,
            "note": figure.note,
        }
        rows.append(row)
    table = DataFrame(rows)
    return table if table.empty else table.astype({"n": "Int64", "low": float, "high": float})


def wilson(percent: float, n: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval of a published share, in per cent.

    The count is the whole number nearest to the share of n, as published shares are rounded.
    """
    found = binomtest(round(percent / 100 * n), n).proportion_ci(confidence_level=level, method="wilson")
    return 100 * float(found.low), 100 * float(found.high)


def _ends(percent: float, n: int | None) -> tuple[float | None, float | None]:
    return (None, None) if n is None else wilson(percent, n)


def _in_words(n: int | None, low: float | None, high: float | None, language: Language) -> str:
    if n is None:
        return {"nb": "n er ikke oppgitt", "en": "n unknown"}[language]
    if low is None or high is None:
        return f"n = {n}"
    ends = [number(end, language, decimals=0) for end in (low, high)]
    return f"{ends[0]}–{ends[1]} %, n = {n}" if language == "nb" else f"{ends[0]}–{ends[1]}%, n = {n}"
