"""The command line: commands, their options, and how errors are told. Does no work itself."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from traceback import walk_tb
from typing import Any, TypeVar

import click

from flows.state import prepare_environment
from layers.errors import ConfigError, UserError

DEBUG = "harmshift.debug"
ALIEN = "harmshift.alien"
BAD_CONFIG = 2
FAILED = 1
Command = TypeVar("Command", bound=Callable[..., Any])
OURS = Path(__file__).resolve().parents[1]
PACKAGES = ("geo", "layers", "flows")
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


class Group(click.Group):
    """Commands whose mistakes are told in one line, without a traceback unless asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a user's mistake ends with 2 (settings) or 1 (anything else)."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.meta.get(DEBUG):
                raise
            click.echo(f"error: {told(error)}", err=True)
            ctx.exit(BAD_CONFIG if isinstance(error, ConfigError) else FAILED)


def told(error: Exception) -> str:
    """Say what went wrong. Of a fault in the program only its kind and place: its text might quote a record."""
    if isinstance(error, UserError | OSError) or _is_geo_error(error):
        return str(error)
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    inside = [(path.relative_to(OURS), line) for path, line in frames if path.is_relative_to(OURS)]
    ours = [(path, line) for path, line in inside if path.parts[0] in PACKAGES]  # not a .venv beside them
    where = ", ".join(f"{path} line {line}" for path, line in ours[-1:])
    return f"harmshift failed ({type(error).__name__} at {where}). This is its own fault; --debug shows the traceback."


def _is_geo_error(error: Exception) -> bool:
    from geo.errors import GeoError

    return isinstance(error, GeoError)


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


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="harmshift")
@debug_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Where does harm go when it is pushed out of a place, how much, and to whom.

    CITY is a name in config/cities or the path of a YAML file.
    """
    from flows.console import start_logging

    dropped = prepare_environment()
    start_logging(debug=bool(ctx.meta.get(DEBUG)))
    ctx.meta[ALIEN] = dropped
    for name in dropped:
        click.echo(f"warning: {name} points to another installation's data and is left aside.", err=True)


@cli.command()
@click.argument("city")
@click.option("--as-of", type=Day(), help="The day the run speaks of. [default: the city's as_of, else today]")
@click.option("--offline", is_flag=True, help="Use stored snapshots, fetch nothing.")
@click.option("--out", type=FOLDER, default="outputs", show_default=True, help="Folder of public results.")
@data_option
@click.option("--engine", type=click.Choice(["auto", "prefect", "plain"]), default="auto", show_default=True)
@click.option("--only", metavar="LAYER", help="Write this product alone; `current` stays where it is.")
@click.option("--scheduler", metavar="ADDRESS", help="An existing Dask scheduler, such as tcp://host:8786.")
@config_option
def run(city: str, config: Path | None, **choices: Any) -> None:
    """Build CITY once."""
    from flows.run_once import run_once

    run_once(city, config, choices)


@cli.command()
@click.argument("city")
@data_option
@config_option
def check(city: str, config: Path | None, data_dir: Path | None) -> None:
    """Validate settings and inputs of CITY, show the plan; writes nothing."""
    from flows.check import check_city

    check_city(city, config, data_dir)


@cli.command()
@click.argument("city")
@click.option("--out", type=FOLDER, required=True, help="Folder for the files.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed. [default: the one in the city's file]")
@config_option
def simulate(city: str, config: Path | None, out: Path, seed: int | None) -> None:
    """Write the files of a simulated CITY and its truth.json."""
    from flows.simulate import simulate_city

    simulate_city(city, config, out=out, seed=seed)


@cli.command("new-city")
@click.argument("name")
@click.option("--dir", "folder", type=FOLDER, help="Where to write. [default: config/cities]")
@debug_option
def new_city(name: str, folder: Path | None) -> None:
    """Write a commented YAML for the city NAME, to fill in."""
    from flows.new_city import write_new_city

    write_new_city(name, folder)


@cli.command()
@debug_option
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at versions, GDAL and PROJ, a real write, Prefect and the state folder."""
    from flows.doctor import examine

    ctx.exit(examine(ctx.find_root().meta[ALIEN]))


@cli.command(hidden=True)
@debug_option
def schema() -> None:
    """Print the JSON schema of a city's YAML."""
    from flows.schema import city_schema

    click.echo(city_schema(), nl=False)


def main() -> None:
    """Run the command line."""
    cli(prog_name="harmshift")
