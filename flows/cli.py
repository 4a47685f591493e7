"""The command line: commands, their options, and how errors are told. Does no work itself."""

from pathlib import Path
from typing import Any

import click

from flows.commands.care_commands import COMMANDS
from flows.commands.command_options import DEBUG, FOLDER, Command, Day, config_option, data_option, debug_option
from flows.state import prepare_environment
from flows.told import told
from layers.errors import ConfigError

ALIEN = "harmshift.alien"
BAD_CONFIG = 2
FAILED = 1


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
    from flows.commands.run_once import run_once

    run_once(city, config, choices)


@cli.command()
@click.argument("city")
@data_option
@config_option
def check(city: str, config: Path | None, data_dir: Path | None) -> None:
    """Validate settings and inputs of CITY, show the plan; writes nothing."""
    from flows.commands.check import check_city

    check_city(city, config, data_dir)


@cli.command()
@click.argument("city")
@click.option("--out", type=FOLDER, required=True, help="Folder for the files.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed. [default: the one in the city's file]")
@config_option
def simulate(city: str, config: Path | None, out: Path, seed: int | None) -> None:
    """Write the files of a simulated CITY and its truth.json."""
    from flows.commands.simulate import simulate_city

    simulate_city(city, config, out=out, seed=seed)


@cli.command("new-city")
@click.argument("name")
@click.option("--dir", "folder", type=FOLDER, help="Where to write. [default: config/cities]")
@debug_option
def new_city(name: str, folder: Path | None) -> None:
    """Write a commented YAML for the city NAME, to fill in."""
    from flows.commands.new_city import write_new_city

    write_new_city(name, folder)


def night_options(command: Command) -> Command:
    """Add what `nightly` and the night of one city have in common."""
    for option in (
        click.option("--as-of", type=Day(), help="The day the run speaks of. [default: the city's as_of, else today]"),
        click.option("--offline", is_flag=True, help="Use stored snapshots, fetch nothing."),
        click.option("--accept-drift", is_flag=True, help="Publish though figures lie outside the bands."),
        click.option("--out", type=FOLDER, default="outputs", show_default=True, help="Folder of public results."),
        click.option("--engine", type=click.Choice(["auto", "prefect", "plain"]), default="auto", show_default=True),
        click.option("--scheduler", metavar="ADDRESS", help="An existing Dask scheduler, such as tcp://host:8786."),
        data_option,
        config_option,
    ):
        command = option(command)
    return command


@cli.command()
@click.argument("cities", nargs=-1)
@night_options
@click.pass_context
def nightly(ctx: click.Context, /, cities: tuple[str, ...], **choices: Any) -> None:
    """Do the night of every city, or of CITIES: what a scheduler calls.

    Ends with 0 ok, 1 failed, 2 settings wrong, 3 published with warnings; of several the worst, in the order 1, 2, 3.
    """
    from flows.nights.night import NightChoices
    from flows.nights.nightly import nightly as every

    ctx.exit(every(cities, NightChoices(**choices)))


@cli.command(hidden=True)
@click.argument("city")
@night_options
@click.pass_context
def night(ctx: click.Context, /, city: str, **choices: Any) -> None:
    """Do the night of one CITY in this process: what `nightly` calls."""
    from flows.nights.night import NightChoices, city_night

    done = city_night(city, NightChoices(**choices))
    if done.exit_code in (FAILED, BAD_CONFIG):
        click.echo(f"error: {done.message}", err=True)
    ctx.exit(done.exit_code)


@cli.command()
@click.argument("city")
@data_option
@config_option
@click.pass_context
def fetch(ctx: click.Context, city: str, config: Path | None, data_dir: Path | None) -> None:
    """Refresh the snapshots of CITY only; ends with 3 if an older one had to stand in."""
    from flows.commands.fetch import fetch_city

    ctx.exit(fetch_city(city, config, data_dir))


@cli.command()
@click.option("--max-age-hours", type=click.FloatRange(min=0), help="Fail if a city had no good night for so long.")
@click.option("--city", "cities", multiple=True, help="Look at this city's nights. [default: those of nightly]")
@config_option
@click.pass_context
def doctor(ctx: click.Context, max_age_hours: float | None, cities: tuple[str, ...], config: Path | None) -> None:
    """Look at versions, GDAL and PROJ, a real write, Prefect, the state folder, and when nights last ended well."""
    from flows.commands.doctor import examine, examine_nights

    if max_age_hours is not None:
        ctx.exit(examine_nights(cities, config, max_age_hours))
    ctx.exit(examine(ctx.find_root().meta[ALIEN]))


@cli.command(hidden=True)
@debug_option
def schema() -> None:
    """Print the JSON schema of a city's YAML."""
    from flows.configuration.schema import city_schema

    click.echo(city_schema(), nl=False)


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    cli(prog_name="harmshift")
