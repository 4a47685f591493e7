"""Options that several commands share: a day, a folder, --config, --data, --debug. Runs nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

DEBUG = "harmshift.debug"
Command = TypeVar("Command", bound=Callable[..., Any])
FOLDER = click.Path(file_okay=False, path_type=Path)


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day such as 2026-01-31."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as year-month-day, such as 2026-01-31.", param, ctx)


def _remember_debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().meta[DEBUG] = True


def debug_option(command: Command) -> Command:
    """Add --debug, before or after the command's name."""
    option = click.option(
        "--debug", is_flag=True, expose_value=False, callback=_remember_debug, help="Show tracebacks and more log."
    )
    return option(command)


def config_option(command: Command) -> Command:
    """Add --config and --debug."""
    option = click.option(
        "--config", "config", type=FOLDER, help="Folder of settings. [default: ./config, else its own]"
    )
    return option(debug_option(command))


def data_option(command: Command) -> Command:
    """Add --data."""
    text = "Folder in which relative paths of sources are looked up first."
    return click.option("--data", "data_dir", type=FOLDER, envvar="HARMSHIFT_DATA", help=text)(command)
