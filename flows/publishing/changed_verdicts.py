"""Verdicts that stand since the same review and yet are others than the run before said. Judges none of them."""

import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flows.publishing.run_files import findings_of
from layers.disclosure.release import ChangedVerdict, Finding, Release
from layers.errors import PublishError
from layers.findings.reviewed import LEFT
from layers.reviews import last_review

log = logging.getLogger(__name__)
_Key = tuple[str, str, str]


def changed_verdicts(shown: Path, release: Release, *, until: date) -> tuple[ChangedVerdict, ...] | None:
    """Return the verdicts that data which came late or were revised gave to a review that readers have seen.

    Between reviews a verdict stands. Under one review, code and settings, another verdict has one cause: the days
    before the review are counted otherwise. A verdict that is not said because its figure has left its side is none.

    Parameters
    ----------
    until : date
        Where the run before stopped counting.

    Returns
    -------
    tuple of ChangedVerdict, headlines first, or None
        None if the findings of the run before cannot be read.
    """
    review = last_review(release.city, release.run.data_until)
    if last_review(release.city, until) != review:
        return ()
    try:
        before = {_key(said): said for said in findings_of(shown)}
    except (PublishError, KeyError, TypeError) as error:
        log.warning("changed verdicts are not known: %s", error)
        return None
    found = [_changed(f, before.get((f.id, f.series, f.adjustment)), review) for f in release.findings]
    return tuple(sorted((change for change in found if change), key=lambda change: not change.headline))


def _key(said: Mapping[str, Any]) -> _Key:
    return said["id"], said["series"], said["adjustment"]


def _changed(finding: Finding, said: Mapping[str, Any] | None, review: date) -> ChangedVerdict | None:
    if said is None or finding.verdict is None or said.get("verdict") in (None, finding.verdict):
        return None
    if LEFT in finding.assumptions or LEFT.model_dump() in said.get("assumptions", ()):
        return None
    was, now = said["verdict"], finding.verdict
    return ChangedVerdict(finding.id, finding.series, finding.adjustment, finding.headline, review, was, now)
