"""Editions of the atlas: a new number and day only where the content changed, not where it was merely run again."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from layers.disclosure.release import EarlierAtlas, Edition

_OF_THE_RUN = ("run_line",)
_STATUS_OF_THE_RUN = ("of_the_run", "since")


def issue(
    earlier: EarlierAtlas | None, contents: Collection[Mapping[str, Any]], *, as_of: date, looks: Mapping[str, str]
) -> Edition:
    """Return the edition readers have where the content is the same, else the next one, issued on the day of the run.

    Parameters
    ----------
    earlier : EarlierAtlas or None
        What readers have; none: this is the first. A file that is not there, or no longer whole, is issued anew.
    contents : collection of mapping
        The atlas's content in each language, as `atlas_content` and `further_content` give it.
    looks : mapping of str to str
        The templates that set it.
    """
    digest = content_sha256(contents, looks=looks)
    if earlier is None:
        return Edition(1, as_of, digest)
    is_there = {content["language"] for content in contents} <= set(earlier.pdf)
    if is_there and earlier.edition.content_sha256 == digest:
        return earlier.edition
    return Edition(earlier.edition.number + 1, as_of, digest)


def content_sha256(contents: Iterable[Mapping[str, Any]], *, looks: Mapping[str, str]) -> str:
    """Return the checksum of all that the pages say and show but for the run: its id, day, code, settings' checksum."""
    shown = {"contents": [_without_run(content) for content in contents], "looks": dict(looks)}
    said = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def write_edition(edition: Edition, path: Path) -> Path:
    """Write an edition for the next run to read."""
    said = {"number": edition.number, "issued": edition.issued.isoformat(), "content_sha256": edition.content_sha256}
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return path


def read_edition(path: Path) -> Edition | None:
    """Read what `write_edition` wrote; none where there is no such file, or another one."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Edition(int(said["number"]), date.fromisoformat(said["issued"]), str(said["content_sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _without_run(content: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in content.items() if key not in _OF_THE_RUN}
    status = {key: said for key, said in content["answer"]["status"].items() if key not in _STATUS_OF_THE_RUN}
    parameters = content["sources"]["parameters"]
    run_rows = set(parameters["of_the_run"])
    rows = [row for place, row in enumerate(parameters["rows"]) if place not in run_rows]
    kept["answer"] = {**content["answer"], "status": status}
    kept["sources"] = {**content["sources"], "parameters": rows}
    return kept
