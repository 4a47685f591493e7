"""Pieces that several pages of the atlas share: a page's title and a verdict's badge, as data for its template."""

from typing import Any

from layers.products.words import Speaker
from layers.release import Finding, Release

Block = dict[str, Any]
_VERDICT_SIGNS = {"supported": "✓", "refuted": "✗", "no practical change": "=", "cannot be decided": "?"}


def titled(key: str, release: Release, speaker: Speaker) -> dict[str, str]:
    """Return a page's question, with the stamp of simulated data."""
    return {"words": speaker.say(key), "stamp": speaker.of(release.stamp) if release.stamp else ""}


def verdict(finding: Finding, speaker: Speaker) -> dict[str, str] | None:
    """Return a verdict as word, sign and kind (for the badge's shape); none for descriptive figures."""
    if finding.verdict is None:
        return None
    kind = finding.verdict
    return {"word": speaker.say(kind), "sign": _VERDICT_SIGNS[kind], "kind": kind}
