"""`harmshift run`: from a city's name to a finished run and its report on the terminal. Plans and computes nothing."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.configuration.plain_words import unknown
from flows.configuration.settings import LoadedCity, config_sha256, find_config_dir, load_city, load_style
from flows.console import progress, show_report
from flows.options import RunOptions
from flows.state import make_state_dir, state_dir
from layers.errors import ConfigError, UserError


def run_once(name: str, config: Path | None, choices: dict[str, Any]) -> None:
    """Build a city once and print its headline findings.

    Raises
    ------
    UserError
        For anything the user can mend.
    """
    folder = find_config_dir(config)
    loaded = load_city(name, folder)
    from flows.orchestration import engine
    from flows.publishing.publish import destination

    with progress() as step:
        options = run_options(loaded, folder, choices)
        report = engine.run(loaded.city, options, choices["engine"], step=step)
    show_report(report, loaded.city, destination(loaded.city, options.out))


def run_options(loaded: LoadedCity, config_dir: Path, choices: dict[str, Any]) -> RunOptions:
    """Return the options of a run from the command line's choices and the city's own.

    Raises
    ------
    UserError
        If a folder or a product that was named does not exist.
    """
    style = load_style(config_dir)
    return RunOptions(
        as_of=choices["as_of"] or loaded.city.as_of or today(loaded.city.zone),
        offline=choices["offline"],
        out=choices["out"].absolute(),
        data_dir=existing_data_dir(choices["data_dir"]),
        base_dir=loaded.path.parent,
        state_dir=make_state_dir(state_dir()),
        only=_known_product(choices["only"]),
        scheduler=choices["scheduler"],
        config_sha256=config_sha256(loaded.city, style),
        style=style,
    )


def today(zone: ZoneInfo) -> date:
    """Return the present day in a time zone: the one look at the clock that decides anything."""
    return datetime.now(zone).date()


def existing_data_dir(folder: Path | None) -> Path | None:
    """Return the data folder, absolute, if one was named.

    Raises
    ------
    UserError
        If it does not exist.
    """
    if folder is None:
        return None
    if not folder.is_dir():
        msg = f"--data (or HARMSHIFT_DATA) names {folder}, which is no folder. Name the folder that holds the sources."
        raise UserError(msg)
    return folder.absolute()


def _known_product(name: str | None) -> str | None:
    if name is None:
        return None
    from layers.products import PRODUCTS

    if name not in PRODUCTS:
        raise ConfigError(f"--only: {unknown(name, PRODUCTS, what='product')}")
    return name
