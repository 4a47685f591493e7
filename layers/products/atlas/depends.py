"""The page of choices: every headline under all of them, the published one marked, as data. Weighs no choice."""

import pandas as pd
from pandas import DataFrame

from layers.disclosure.release import Finding
from layers.findings.numbers import percent
from layers.products.atlas.parts import Block, titled
from layers.products.drawing.curves import curve_marks, specification_curve
from layers.products.drawing.views import Views
from layers.products.numbers import lost_nothing, scale_of, short, unit_words, value_of, whole
from layers.products.words import Speaker

_CURVE_PT = (300.0, 84.0)
_CHOICES = (
    "bandwidth_m",
    "unit",
    "indicator",
    "edge_shift_days",
    "harm_weights",
    "place_draw",
    "geocoding_draw",
)
_NAMED = 3  # choices that move a figure most, as they are named beside its curve


def depends_page(views: Views, speaker: Speaker) -> Block | None:
    """Return a curve for every headline that was tried under other choices; none where none was."""
    table = views.release.multiverse
    if table is None or table.empty:
        return None
    tried = table[table["counts"].astype(bool)].dropna(subset=["estimate"])
    headlines = [f for f in views.release.findings if f.headline and f.estimate is not None and not lost_nothing(f)]
    blocks = [_block(views, f, tried_on(tried, f), speaker) for f in headlines]
    shown = [block for block in blocks if block is not None]
    firm = sum(block.pop("firm") for block in shown)
    if not shown:
        return None
    return {
        "title": titled("depends_title", views.release, speaker),
        "intro": speaker.say("depends_intro"),
        "answer": speaker.say("depends_answer", firm=firm, count=len(shown)),
        "blocks": shown,
        "caption": speaker.say("depends_caption"),
    }


def tried_on(table: DataFrame, finding: Finding) -> DataFrame:
    """Return the choices that were tried on one finding."""
    is_its = (table["finding"] == finding.kind) & (table["step"] == finding.step) & (table["series"] == finding.series)
    return table[is_its]


def _block(views: Views, finding: Finding, tried: DataFrame, speaker: Speaker) -> Block | None:
    if len(tried) < 2 or finding.estimate is None or finding.multiverse is None:
        return None
    scale = scale_of(finding.unit)
    estimates, published = (tried["estimate"] * scale).tolist(), finding.estimate * scale
    marks = curve_marks(estimates)
    words = [short(mark, speaker.language) for mark in marks]
    words[-1] += unit_words(finding.unit, speaker.language) if scale == 100 else ""
    drawn = specification_curve(estimates, published, views.look, size_pt=_CURVE_PT, words=words)
    said = finding.multiverse
    ends = {key: value_of(finding, said[key], speaker.language, with_unit=False) for key in ("min", "median", "max")}
    spread = speaker.say("spread", published=value_of(finding, finding.estimate, speaker.language), **ends)
    share = percent(said["share_agreeing_in_sign"], speaker.language, decimals=0)
    agreement = speaker.say("agreement", share=share, count=whole(said["choices"], speaker.language))
    return {
        "firm": min(estimates) > 0 or max(estimates) < 0,
        "question": speaker.of(finding.question),
        "svg": drawn,
        "alt": f"{agreement} {spread}",
        "agreement": agreement,
        "spread": spread,
        "matters": _matters(finding, tried, speaker),
    }


def _matters(finding: Finding, tried: DataFrame, speaker: Speaker) -> str:
    """Name the choices whose options differ most in their median, the largest first."""
    medians = {choice: tried.groupby(choice, dropna=True)["estimate"].median() for choice in _CHOICES}
    spans = {choice: found for choice, found in medians.items() if len(found) > 1 and found.max() > found.min()}
    named = sorted(spans, key=lambda choice: float(spans[choice].min() - spans[choice].max()))[:_NAMED]
    said = [
        speaker.say("choice_span", name=speaker.say(f"choice_{choice}"), **_ends(finding, spans[choice], speaker))
        for choice in named
    ]
    return speaker.say("matters", choices="; ".join(said)) if said else ""


def _ends(finding: Finding, medians: "pd.Series[float]", speaker: Speaker) -> dict[str, str]:
    low, high = float(medians.min()), float(medians.max())
    shown = (value_of(finding, end, speaker.language, with_unit=False) for end in (low, high))
    return dict(zip(("low", "high"), shown, strict=True))
