"""Pieces that several pages of the atlas share: title, badge, map, names, as data for its template."""

from collections.abc import Iterable
from typing import Any

from layers.city import Words
from layers.disclosure.release import Finding, Release, Verdict
from layers.products.drawing.map_views import MapView
from layers.products.drawing.views import Views
from layers.products.words import Speaker

Block = dict[str, Any]
IN_SENTENCES = {"nb": "SIMULERT: ", "en": "SIMULATED: "}  # the mark that sentences of findings begin with
_VERDICT_SIGNS = {"supported": "✓", "refuted": "✗", "no practical change": "=", "cannot be decided": "?"}


def titled(key: str, release: Release, speaker: Speaker) -> dict[str, str]:
    """Return a page's question, with the stamp of simulated data."""
    return {"words": speaker.say(key), "stamp": speaker.of(release.stamp) if release.stamp else ""}


def verdict(finding: Finding, speaker: Speaker) -> dict[str, str] | None:
    """Return a verdict as word, sign and kind (for the badge's shape); none for descriptive figures."""
    return None if finding.verdict is None else verdict_badge(finding.verdict, speaker)


def verdict_badge(kind: Verdict, speaker: Speaker) -> dict[str, str]:
    """Return a verdict as word, sign and kind."""
    return {"word": speaker.say(kind), "sign": _VERDICT_SIGNS[kind], "kind": kind}


def picture(views: Views, view: MapView, alt: str, speaker: Speaker, *, name: str, named: bool) -> Block:
    """Return a map with its sentence, its place on the ground and its size on paper."""
    svg = view.svg(views.style, speaker.language, stamped=views.release.stamp, named=named)
    if views.release.stamp is not None:
        alt = f"{speaker.of(views.release.stamp)}. {alt}"
    size = {"width": view.frame.width_pt, "height": view.frame.height_pt}
    return {"svg": svg, "alt": alt, "bounds": list(view.frame.bounds), "frame_name": name, **size}


def scene_names(views: Views, ids: Iterable[str], speaker: Speaker) -> str:
    """Return the names of scenes as they stand in a sentence."""
    wanted = set(ids)
    return speaker.join([speaker.quoted(s.name) for s in views.release.city.scenes if s.id in wanted])


def unstamped(words: Words, release: Release, speaker: Speaker) -> str:
    """Words without the stamp in front, for sentences under a title that carries it."""
    said = speaker.of(words)
    return said.removeprefix(IN_SENTENCES[speaker.language]) if release.stamp else said
