"""The commands by which people answer for what is published: release, withdraw, purge, diff, explain. Do no work."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from flows.commands.command_options import FOLDER, Command, Day, config_option


def out_option(command: Command) -> Command:
    """Add --out."""
    text = "Folder of public results."
    return click.option("--out", type=FOLDER, default="outputs", show_default=True, help=text)(command)


@click.command()
@click.argument("city")
@click.argument("hotspot_ids", nargs=-1, required=True)
@click.option("--by", multiple=True, required=True, metavar="NAME", help="Who releases it; two different people.")
@click.option("--reason", required=True, help="Why the place may be shown, in a sentence.")
@out_option
@config_option
def release(city: str, hotspot_ids: tuple[str, ...], **said: Any) -> None:
    """Let two people release new hot spots of CITY, which stay internal until then."""
    from flows.commands.release import release_hotspots

    release_hotspots(city, hotspot_ids, **said)


@click.command()
@click.argument("city")
@click.argument("run_id", metavar="RUN")
@click.option("--reason", required=True, help="Why it is taken back; stands in the notice that is left.")
@out_option
@config_option
def withdraw(city: str, run_id: str, **said: Any) -> None:
    """Take RUN of CITY back from every target; the last clean run is shown in its place."""
    from flows.commands.withdraw import withdraw_run

    withdraw_run(city, run_id, **said)


@click.command()
@click.argument("city")
@click.option("--source", "source_id", metavar="ID", help="Only what this source gave. [default: every source]")
@click.option("--before", type=Day(), help="Only what was last fetched before this day. [default: everything]")
@config_option
def purge(city: str, source_id: str | None, before: date | None, config: Path | None) -> None:
    """Delete what is stored of CITY: snapshots, rows set aside, logs, keys. Results stay; see withdraw."""
    from flows.commands.purge import purge_city

    purge_city(city, config, source_id=source_id, before=before)


@click.command()
@click.argument("city")
@click.argument("run_a")
@click.argument("run_b")
@out_option
@config_option
def diff(city: str, run_a: str, run_b: str, **said: Any) -> None:
    """Show what changed from RUN_A to RUN_B of CITY: sources, counts, estimates, verdicts, maps."""
    from flows.commands.diff import diff_runs

    diff_runs(city, run_a, run_b, **said)


@click.command()
@click.argument("city")
@click.argument("what", metavar="LAYER|FINDING")
@click.option("--run", "run_id", help="Run to explain. [default: the one readers see]")
@click.option("--language", type=click.Choice(["nb", "en"]), default="en", show_default=True)
@out_option
@config_option
def explain(city: str, what: str, **said: Any) -> None:
    """Say where a layer or a finding of CITY comes from: inputs, formula, parameters, caveats."""
    from flows.commands.explain import explain_figure

    explain_figure(city, what, **said)


COMMANDS = (release, withdraw, purge, diff, explain)
