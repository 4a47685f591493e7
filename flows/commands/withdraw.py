"""`harmshift withdraw`: takes a run back from every target and leaves a notice. Builds no run.

The order survives a kill: first the list that keeps it from coming back, then what readers see, then its files.
"""

import json
import re
import shutil
from pathlib import Path

import click

from flows.commands.run_once import today
from flows.configuration.settings import find_config_dir, load_city
from flows.lock import city_lock
from flows.publishing.current import CURRENT, POINTER, current_run, heal_current, point_current
from flows.publishing.internal import internal_root
from flows.publishing.publish import MANIFEST, SUCCESS, destination, is_whole
from flows.publishing.targets import follow
from flows.publishing.withdrawn import Withdrawn, add_withdrawn, made_of, read_withdrawn
from flows.state import make_state_dir, state_dir
from layers.city import City
from layers.errors import ConfigError, PublishError, UserError

NOTICE = "WITHDRAWN.md"
REMOVING = ".removing-"
_RUN_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_TEXT = """# Trukket tilbake / Withdrawn

{city}, {run_id}

Denne kjøringen ble trukket tilbake {day}. Tall og kart fra den skal ikke brukes. Grunn: {reason}

This run was withdrawn on {day}. Do not use its figures and maps. Reason: {reason}

{shown}

Rettelser / corrections: {contact}
"""


def withdraw_run(name: str, run_id: str, *, reason: str, out: Path, config: Path | None) -> None:
    """Take a run back: from the public folder, the internal one and a database, if one is configured.

    Raises
    ------
    UserError
        If there is no such run, or a target cannot be written.
    """
    city = load_city(name, find_config_dir(config)).city
    if not _RUN_ID.fullmatch(run_id):
        raise ConfigError(f"RUN: {run_id!r} is no run; write its folder's name, such as 2026-01-31-0123abcd.")
    if not reason.strip():
        raise ConfigError("--reason: say why, in a sentence; readers find it in the notice.")
    roots = [root for root in (destination(city, out.absolute()), internal_root(city, out.absolute())) if root]
    with city_lock(make_state_dir(state_dir()), city.city):
        if not any(folders_of(root, run_id) or _is_listed(root, run_id) for root in roots):
            known = sorted({path.name for path in (roots[0] / "runs").glob("*") if (path / SUCCESS).is_file()})
            raise UserError(f"{city.city} has no run {run_id} in {roots[0]}. There are: {', '.join(known) or 'none'}.")
        try:
            shown = current_run(roots[0])
            for root in roots:
                click.echo(_taken_back(root, city, run_id, reason.strip()))
            if city.targets.postgis is not None and (shown is None or shown.name.split(".")[0] == run_id):
                click.echo(_out_of_database(city))
            if follow(city, current_run(roots[0])):
                click.echo("The database holds what readers see.")
        except OSError as error:
            msg = f"{run_id} is not wholly withdrawn ({error.strerror}: {error.filename}). Mend it and withdraw again."
            raise PublishError(msg) from error


def _out_of_database(city: City) -> str:
    """Empty the database of a run that it shows; the next run fills it again."""
    from layers.products import postgis

    if city.targets.postgis is None or not postgis.withdraw(city, city.targets.postgis):
        return "The database holds nothing of this city."
    return f"The tables of {city.city} are out of the database until the next run."


def folders_of(root: Path, run_id: str) -> list[Path]:
    """Return the folders of a run: itself, repeats of it, and runs of one product."""
    found = sorted((root / "runs").glob(f"{run_id}*"))
    return [
        path
        for path in found
        if path.is_dir() and not path.is_symlink() and path.name[len(run_id) :][:1] in {"", "-", "."}
    ]


def last_clean(root: Path) -> Path | None:
    """Return the newest whole run that was not taken back, None if there is none."""
    gone = {one.run_id for one in read_withdrawn(root)}
    runs = [path for path in (root / "runs").glob("*") if (path / SUCCESS).is_file() and "-only-" not in path.name]
    clean = [path for path in runs if path.name.split(".")[0] not in gone and is_whole(path)]
    return max(clean, key=lambda path: (path.name[:10], (path / SUCCESS).stat().st_mtime_ns), default=None)


def _taken_back(root: Path, city: City, run_id: str, reason: str) -> str:
    """Take the run out of one folder, and say what readers see now."""
    folders, day = folders_of(root, run_id), today(city.zone).isoformat()
    if not folders and not _is_listed(root, run_id):
        return f"{root}: there is no run {run_id} here."
    if not _is_listed(root, run_id):
        settings, code, sources = made_of(_manifest(folders))
        add_withdrawn(root, Withdrawn(run_id, reason, day, settings, code, sources))
    shown = _shown_instead(root, run_id)
    _remove(root, run_id, folders)
    said = f"Readers see {shown.name}." if shown else "No other run is left, so there is nothing to see for now."
    text = _TEXT.format(city=city.name.nb, run_id=run_id, day=day, reason=reason, shown=said, contact=city.contact)
    place = root / "runs" / run_id
    place.mkdir(exist_ok=True)
    for notice in [place / NOTICE, *([] if shown else [root / NOTICE])]:
        notice.write_text(text, encoding="utf-8")
    return f"{root}: {run_id} is withdrawn. {said}"


def _is_listed(root: Path, run_id: str) -> bool:
    return any(one.run_id == run_id for one in read_withdrawn(root))


def _remove(root: Path, run_id: str, folders: list[Path]) -> None:
    for folder in folders:
        away = root / f"{REMOVING}{folder.name}"
        shutil.rmtree(away, ignore_errors=True)
        folder.rename(away)
    for away in root.glob(f"{REMOVING}{run_id}*"):  # an earlier attempt's too, if it was killed
        shutil.rmtree(away)


def _manifest(folders: list[Path]) -> dict[str, object]:
    for folder in folders:
        try:
            said: dict[str, object] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        return said
    return {}


def _shown_instead(root: Path, run_id: str) -> Path | None:
    """Move `current` away from the run, if it stood there, and return the run it stands for now."""
    heal_current(root)
    shown = current_run(root)
    if shown is not None and shown.name.split(".")[0] != run_id:
        return shown
    clean = last_clean(root)
    link = root / CURRENT
    if clean is None or not point_current(root, clean):
        (root / POINTER).unlink(missing_ok=True)
        if link.is_symlink():
            link.unlink()
        elif link.is_dir():
            shutil.rmtree(link)
        return None
    return clean
