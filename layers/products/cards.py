"""Every headline as a card for slides, PNG and SVG, with caveat, date and source inside. Computes no figure."""

import json
from pathlib import Path
from typing import Any

from layers.disclosure.release import Finding, Release
from layers.products.atlas import compiler, credit_lines
from layers.products.atlas.pages import card
from layers.products.numbers import LANGUAGES, day
from layers.products.records import stamp_long
from layers.products.words import Speaker
from layers.style import Style

_PIXELS_PER_INCH = 96.0  # of 900 x 506.25 points: 1200 x 675 pixels


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `cards/<finding>-<nb or en>.png` and `.svg` for every headline, and their alternative texts beside.

    The SVG holds letters as outlines, so that it looks the same everywhere; its words are in `cards/alt-texts.json`.
    """
    folder = directory / "cards"
    folder.mkdir(parents=True, exist_ok=True)
    headlines = [f for f in release.findings if f.headline]
    written, texts = [], {}
    for language in LANGUAGES if headlines else ():
        speaker = Speaker(language, style)
        contents = [card_content(f, release, speaker) for f in headlines]
        pages = _pages(contents, release, style)
        for finding, content, (png, svg) in zip(headlines, contents, pages, strict=True):
            for suffix, drawn in (("png", png), ("svg", svg)):
                path = folder / f"{finding.kind}-{language}.{suffix}"
                path.write_bytes(drawn)
                written.append(path)
            texts[f"{finding.kind}-{language}"] = content["alt"]
    alt = folder / "alt-texts.json"
    alt.write_text(json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return (*written, alt)


def card_content(finding: Finding, release: Release, speaker: Speaker) -> dict[str, Any]:
    """Return what a card says: question, answer, figure, verdict, what it is not, until when, from whom."""
    said = card(finding, release, speaker)
    stamp, long = speaker.of(release.stamp) if release.stamp else "", stamp_long(release, speaker.style)
    until = speaker.say("card_until", until=day(release.run.data_until, speaker.language))
    caveat = f"{speaker.say('not_people')} {said['decides']}".strip()
    source = speaker.say("card_source", credits="; ".join(credit_lines(release, speaker)))
    figure = f"{said['estimate']} ({said['interval']})"
    badge = said["verdict"]
    parts = (stamp, said["question"], said["answer"], figure, badge["word"] if badge else "", caveat, until, source)
    return {
        **said,
        "city": speaker.of(release.city.name),
        "caveat": caveat,
        "until": until,
        "source": source,
        "run": release.run.run_id,
        "stamp": stamp,
        "stamp_long": speaker.of(long) if long else "",
        "alt": " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part),
    }


def _pages(contents: list[dict[str, Any]], release: Release, style: Style) -> list[tuple[bytes, bytes]]:
    """Return each card as PNG and SVG."""
    colours = {"ink": style.ink, "stamp": style.stamp, "paper": style.paper}
    cards = compiler("cards.typ", {"cards": contents, "colours": colours})
    built_at = int(release.run.built_at.timestamp())
    png = _each(cards.compile(format="png", ppi=_PIXELS_PER_INCH, timestamp=built_at))
    svg = _each(cards.compile(format="svg", timestamp=built_at))
    return list(zip(png, svg, strict=True))


def _each(made: bytes | list[bytes] | None) -> list[bytes]:
    """Return pages as a list: of a single page typst gives the page itself."""
    if made is None:
        raise TypeError("typst gave no page")
    return [made] if isinstance(made, bytes) else made
