"""How incidents are shared by deprivation: bars by fifth, the shift in parts, curves of people and harm, as data."""

import pandas as pd

from layers.findings.numbers import number, percent
from layers.products.atlas.parts import Block
from layers.products.drawing import charts
from layers.products.drawing.curves import people_and_harm
from layers.products.drawing.views import Views, fifth_shares
from layers.products.words import Speaker

_BARS_PT, _PARTS_PT, _CURVE_PT = 190.0, 137.0, 132.0
_RESIDENT = "resident"


def shares(views: Views, speaker: Speaker) -> Block:
    """Bars by fifth where districts allow it, else the most deprived fifth alone from its finding."""
    names = {k: speaker.of(views.period(p).name) for k, p in zip(("before", "after"), _ends(views), strict=True)}
    fifths = fifth_shares(views.release, series=views.series.id, periods=_ends(views))
    block: Block = {
        "heading": speaker.say("shares_heading"),
        "svg": "",
        "alt": "",
        "caption": speaker.say("shares_missing"),
    }
    rows: list[tuple[str, float, float, str, str]] = []
    if fifths is not None:
        triples = enumerate(zip(fifths.before, fifths.after, fifths.districts, strict=True), start=1)
        rows = [_bar(speaker.say(f"fifth_{n}"), b, a, speaker, empty=not behind) for n, (b, a, behind) in triples]
        block["caption"] = speaker.say("shares_caption", **names)
        if fifths.left_out:
            block["caption"] += " " + speaker.say("shares_withheld", count=fifths.left_out)
    else:
        found = views.findings(series=views.series.id, kind="share_in_most_deprived_fifth_change", step=views.step.id)
        if found and {"share_before", "share_after"} <= set(found[0].parts):
            pair = (found[0].parts["share_before"] / 100, found[0].parts["share_after"] / 100)
            rows = [_bar(speaker.say("fifth_5"), *pair, speaker)]
            block["caption"] = speaker.say("shares_of_fifth_caption", **names)
    if rows:
        said = " ".join(speaker.say("alt_shares_of", name=n, before=b, after=a) for n, _, _, b, a in rows)
        block |= {
            "svg": charts.share_bars(rows, views.look, width_pt=_BARS_PT, label_pt=86.0),
            "alt": speaker.say("alt_shares", rows=said),
        }
    return block


def _bar(
    name: str, before: float, after: float, speaker: Speaker, *, empty: bool = False
) -> tuple[str, float, float, str, str]:
    if empty:
        return name, 0.0, 0.0, speaker.say("no_districts"), ""
    return (
        name,
        before,
        after,
        percent(before, speaker.language, decimals=0),
        percent(after, speaker.language, decimals=0),
    )


def _ends(views: Views) -> tuple[str, str]:
    return views.step.from_period, views.step.to_period


def parts(views: Views, speaker: Speaker) -> Block | None:
    """Return the shift's contributions from origin, receivers and the rest; none if the finding does not split it."""
    found = views.findings(series=views.series.id, kind="deprivation_of_harm_shift", step=views.step.id)
    if not found or not {"origin", "receivers", "rest"} <= set(found[0].parts):
        return None
    split = found[0].parts
    rows = [
        (speaker.say(key), split[key], number(split[key], speaker.language, decimals=1, signed=True))
        for key in ("origin", "receivers", "rest")
    ]
    said = "; ".join(f"{name} {words}" for name, _, words in rows) + "."
    return {
        "heading": speaker.say("parts_heading"),
        "svg": charts.signed_bars(rows, views.look, width_pt=_PARTS_PT, label_pt=58.0),
        "alt": speaker.say("alt_parts", rows=said),
        "caption": speaker.say("parts_caption"),
    }


def curves(views: Views, speaker: Speaker) -> Block | None:
    """Return the concentration curves of the headline step against residents; none where they were not computed."""
    table = views.release.concentration_curves
    if table is None or table.empty:
        return None
    is_mine = (table["step"] == views.step.id) & (table["series"] == views.series.id)
    mine = table[is_mine & (table["denominator"] == _RESIDENT)].dropna(subset=["harm_share"])
    points = {
        str(when): list(rows[["people_share", "harm_share"]].itertuples(index=False, name=None))
        for when, rows in mine.groupby("window")
    }
    if set(points) != {"before", "after"}:
        return None
    middle = {when: _at_half(rows) for when, rows in points.items()}
    at_half = {when: percent(share, speaker.language, decimals=0) for when, share in middle.items()}
    low, mid, high = (percent(share, speaker.language, decimals=0) for share in (0.0, 0.5, 1.0))
    names = {k: speaker.of(views.period(p).name) for k, p in zip(("before", "after"), _ends(views), strict=True)}
    drawn = people_and_harm(points["before"], points["after"], views.look, size_pt=_CURVE_PT, words=(low, mid, high))
    return {
        "heading": speaker.say("curves_heading"),
        "svg": drawn,
        "alt": speaker.say("alt_curves", **at_half),
        "caption": f"{speaker.say('curves_caption', **names)} {_index(views, speaker)}".strip(),
    }


def _at_half(points: list[tuple[float, float]]) -> float:
    """Share of harm that the most deprived half of the people have."""
    return next(harm for people, harm in points if people >= 0.5)


def _index(views: Views, speaker: Speaker) -> str:
    """Say the concentration index before and after, where it was computed."""
    table = views.release.inequality
    if table is None or table.empty:
        return ""
    is_mine = (table["step"] == views.step.id) & (table["series"] == views.series.id)
    mine = table[is_mine & (table["denominator"] == _RESIDENT) & (table["measure"] == "concentration_index")]
    found = mine.set_index("when")["estimate"]
    if not {"before", "after"} <= set(found.index) or pd.isna(found[["before", "after"]]).any():
        return ""
    said = {w: number(float(found[w]), speaker.language, decimals=2, signed=True) for w in ("before", "after")}
    return speaker.say("concentration_index_of", **said)
