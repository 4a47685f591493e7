"""What differs from the run readers see, read from its folder and handed to the products. Computes no figure anew."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.identity import library_versions
from flows.publishing.changed_verdicts import changed_verdicts
from flows.publishing.current import current_run
from flows.publishing.publish import sha256
from flows.publishing.run_files import counts_of, manifest_of
from layers.disclosure.release import ChangedVerdict, EarlierAtlas, Release, SinceLast
from layers.errors import PublishError

if TYPE_CHECKING:
    from pandas import DataFrame

_EDITION = "maps/edition.json"
log = logging.getLogger(__name__)


def since_last(root: Path, release: Release) -> SinceLast | None:
    """Compare a release with the run that readers see; None if there is none, or its manifest cannot be read.

    A run that is built again, as its files were damaged, is compared with what it was compared with at first: so the
    same inputs and the same predecessor give the same bytes.
    """
    try:
        shown = _predecessor(root, release.run.run_id)
        return _compared(shown, manifest_of(shown), release) if shown is not None else None
    except PublishError as error:
        log.warning("no comparison with the run before: %s", error)
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # of another version, or not a manifest
        log.warning("no comparison with the run before: its manifest says something else (%s)", type(error).__name__)
    return None


def _compared(shown: Path, said: Mapping[str, Any], release: Release) -> SinceLast:
    run = release.run
    before, now = date.fromisoformat(said["data_until"]), run.data_until
    code = None if said["code_version"] == run.code_version else (said["code_version"], run.code_version)
    settings = said["config_sha256"] != run.config_sha256
    libraries = {name for name, version in library_versions().items() if said["libraries"].get(name) != version}
    revised = _revised(shown, release, until=before)
    verdicts = changed_verdicts(shown, release, until=before)
    by_rules = code is not None or settings or bool(libraries)
    return SinceLast(
        run_id=shown.name,
        as_of=date.fromisoformat(said["as_of"]),
        new_data=_new_data(said, release),
        new_days=None if before == now else (before, now),
        revised_counts=None if revised and by_rules else revised,
        code=code,
        libraries=tuple(sorted(libraries)),
        settings=settings,
        verdicts=None if verdicts and by_rules else verdicts,
        atlas=_atlas(shown, said["files"]),
    )


def _predecessor(root: Path, identity: str) -> Path | None:
    shown = current_run(root)
    if shown is None or not shown.name.startswith(identity):
        return shown
    said = manifest_of(shown).get("since_last")
    found = root / "runs" / Path(said["run_id"]).name if said else None
    return found if found is not None and found.is_dir() else None


def _new_data(said: Mapping[str, Any], release: Release) -> tuple[str, ...]:
    """Return the sources whose content is another, new and dropped ones among them, in order."""
    before = {source["source_id"]: source["sha256"] for source in said["snapshots"]}
    now = {snapshot.source_id: snapshot.sha256 for snapshot in release.snapshots}
    return tuple(name for name in dict.fromkeys([*now, *before]) if before.get(name) != now.get(name))


def _revised(shown: Path, release: Release, *, until: date) -> int | None:
    """Count published counts of periods that were closed by `until` and are no longer what they were.

    None if the earlier counts cannot be read. Without new days every period was closed.
    """
    from layers.comparison import count_changes

    still = release.run.data_until == until
    closed = {period.id for period in release.city.periods if still or period.end <= until}
    tables = {
        "districts": ("district_id", release.district_counts),
        "scenes": ("scene_id", release.scene_counts),
    }
    found = 0
    for name, (key, counts) in tables.items():
        try:
            before = counts_of(shown, name)
        except PublishError as error:
            log.warning("revised counts are not known: %s", error)
            return None
        changed = count_changes(_of(before, key, closed), _of(counts, key, closed), key)
        found += len(changed)
    return found


def _of(counts: "DataFrame", key: str, periods: set[str]) -> "DataFrame":
    table = counts[counts["period"].astype(str).isin(periods)]
    return table.astype({key: str, "period": str, "series": str})


def _atlas(shown: Path, files: Mapping[str, str]) -> EarlierAtlas | None:
    """Return the edition readers have, none if there is none or a file of it is no longer what was published."""
    from layers.products.atlas.issue import read_edition

    edition = read_edition(shown / _EDITION)
    names = {path.stem.removeprefix("atlas-"): path for path in sorted((shown / "maps").glob("atlas-*.pdf"))}
    if edition is None or not names:
        return None
    is_whole = all(files.get(f"maps/{path.name}") == sha256(path) for path in names.values())
    return EarlierAtlas(edition, {name: path.read_bytes() for name, path in names.items()} if is_whole else {})


def as_said(since: SinceLast | None) -> dict[str, Any] | None:
    """Return the comparison as a manifest says it."""
    if since is None:
        return None
    return {
        "run_id": since.run_id,
        "new_data": list(since.new_data),
        "new_days": [day.isoformat() for day in since.new_days] if since.new_days else None,
        "revised_counts": since.revised_counts,
        "code": list(since.code) if since.code else None,
        "libraries": list(since.libraries),
        "settings": since.settings,
        "verdicts": None if since.verdicts is None else [_verdict_said(change) for change in since.verdicts],
    }


def _verdict_said(change: ChangedVerdict) -> dict[str, Any]:
    return asdict(change) | {"review": change.review.isoformat()}
