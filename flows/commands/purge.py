"""`harmshift purge`: what is stored of a city goes; says how much it was, never what. Results are withdraw's affair."""

import shutil
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from pathlib import Path

import click

from flows.configuration.plain_words import unknown
from flows.configuration.settings import find_config_dir, load_city
from flows.lock import city_lock
from flows.state import make_state_dir, state_dir
from layers.errors import ConfigError, PublishError

# folders of the state that hold one file, or one folder, per city
HOLDING_ROWS = ("kept", "quarantine")  # made again from what is stored
DERIVED = (*HOLDING_ROWS, "frozen", "volumes", "told", "logs")
FROZEN_STAYS = (
    "The incidents that published quarters counted stay, whatever their age: purge their source, or the whole city."
)


def purge_city(name: str, config: Path | None, *, source_id: str | None, before: date | None) -> None:
    """Delete snapshots, what was derived from them, logs and keys of a city, and say how much it was.

    Raises
    ------
    UserError
        If the city or the source is unknown, or the state folder cannot be written.
    """
    loaded = load_city(name, find_config_dir(config))
    city = loaded.city
    state = make_state_dir(state_dir())
    known = {source.id for source in city.sources} | {path.stem for path in _index(state, city.city).glob("*.json")}
    if source_id is not None and source_id not in known:
        raise ConfigError(f"--source: {unknown(source_id, sorted(known), what='source')}")
    until = None if before is None else datetime.combine(before, time(), city.zone).astimezone(UTC)
    with ExitStack() as held:  # of every city: bytes of one that is being fetched are not referred to yet
        for each in sorted({city.city, *(path.name for path in (state / "snapshots/index").glob("*"))}):
            held.enter_context(city_lock(state, each))
        lines = purged(state, city.city, source_id=source_id, before=until)
    for line in lines:
        click.echo(line)
    click.echo("Results stay: take them back with harmshift withdraw. Backups of the state folder are yours to purge.")


def purged(state: Path, city: str, *, source_id: str | None, before: datetime | None) -> list[str]:
    """Remove, and return what was removed in sentences of counts.

    Raises
    ------
    PublishError
        If something cannot be removed; what is left is named by its folder.
    """
    from layers.snapshots.purge import purge_store

    try:
        done = purge_store(state / "snapshots", city, sources=None if source_id is None else [source_id], before=before)
        derived = _derived(state, city, _folders(source_id, before))
        for path in derived:
            _remove(path)
    except OSError as error:
        msg = f"{state}: not everything could be removed ({error.strerror}). Mend its rights and purge again."
        raise PublishError(msg) from error
    lines = [
        f"{city}: removed what {len(done.sources)} sources gave, {done.files} files of {done.bytes:,} bytes, "
        f"{done.views} views, {done.half_done} half-done fetches and {len(derived)} derived files."
    ]
    if before and _derived(state, city, ("frozen",)):
        lines.append(FROZEN_STAYS)
    return [*lines, "The key of pseudonyms is gone: ids will get new ones."] if done.key else lines


def _index(state: Path, city: str) -> Path:
    return state / "snapshots" / "index" / city


def _folders(source_id: str | None, before: datetime | None) -> tuple[str, ...]:
    """Return the folders of which the city's part goes: rows of a source, or of old days, stand in several of them."""
    if before is not None:
        return HOLDING_ROWS
    return DERIVED if source_id is None else (*HOLDING_ROWS, "frozen")


def _derived(state: Path, city: str, folders: tuple[str, ...]) -> list[Path]:
    found = [path for folder in folders for path in sorted((state / folder).glob("*")) if path.stem == city]
    return [path for path in found if path.parent.resolve().is_relative_to(state.resolve())]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
