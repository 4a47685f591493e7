"""What a person sees of a run: log, progress, and the table of findings at its end. Computes no figure."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.steps import PlainStep

if TYPE_CHECKING:
    from rich.console import Console

    from flows.report import RunReport
    from layers.city import City
    from layers.disclosure.release import Finding

PACKAGES = ("geo", "layers", "flows")
HEADINGS = ("finding", "estimate", "interval", "verdict")
NOT_KNOWN = "not known"  # too few days or years, or withheld; the finding itself says which
RESULTS = ("{city}.gpkg", "maps/atlas-nb.pdf", "maps/atlas-en.pdf", "index.html", "findings.json")
log = logging.getLogger(__name__)


def is_terminal() -> bool:
    """Whether progress goes to a terminal."""
    return sys.stderr.isatty()


def start_logging(*, debug: bool = False) -> None:
    """Send log lines of our packages to stderr, warnings of libraries too."""
    handler: logging.Handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    if is_terminal():
        from rich.logging import RichHandler

        handler = RichHandler(
            console=_terminal(), show_path=False, show_level=False, log_time_format="%H:%M:%S", markup=False
        )
    root = logging.getLogger()
    if not root.handlers:  # a program that calls us keeps its own log
        root.addHandler(handler)
        root.setLevel(logging.WARNING)
    for package in PACKAGES:
        logging.getLogger(package).setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(capture=True)


@cache
def _terminal() -> "Console":
    """Return the one console of stderr: log lines and moving bars must know of each other."""
    from rich.console import Console

    return Console(stderr=True)


@contextmanager
def progress() -> Iterator[PlainStep]:
    """Give a step that shows what runs: a moving line per step on a terminal, two log lines elsewhere."""
    if not is_terminal():
        yield PlainStep(
            on_start=lambda name: log.info("%s ...", name),
            on_end=lambda name, seconds: log.info("%s: %.1f s", name, seconds),
        )
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(24), TimeElapsedColumn())
    with Progress(*columns, console=_terminal()) as bars:
        running: dict[str, int] = {}

        def start(name: str) -> None:
            running[name] = bars.add_task(name, total=None)

        def end(name: str, seconds: float) -> None:  # noqa: ARG001 - the bar shows its own seconds
            bars.update(running.pop(name), total=1, completed=1)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield PlainStep(on_start=start, on_end=end)


def show_report(report: "RunReport", city: "City", root: Path) -> None:
    """Print warnings, headline findings beside the truth if it is known, and where the results are."""
    for warning in report.warnings:
        click.echo(f"warning: {warning.en}", err=True)
    headlines = _in_order([finding for finding in report.findings if finding.headline])
    title = f"{city.name.en}: {headlines[0].step}, {headlines[0].series}" if headlines else city.name.en
    show_table(f"SIMULATED {title}" if city.simulated else title, finding_rows(headlines), simulated=city.simulated)
    folder = root / "current" if report.published else report.directory
    same = " (built earlier from the same inputs, settings and code)" if report.reused else ""
    click.echo(f"\nresults in {folder}{same}")
    for name in RESULTS:
        path = folder / name.format(city=city.city)
        if path.exists():
            click.echo(f"  {_clickable(path)}")


def _in_order(headlines: "list[Finding]") -> "list[Finding]":
    """Return headlines as the method lists them: a run read back has them by name."""
    from layers.findings.kinds import QUANTITIES

    kinds: list[str] = [quantity.kind for quantity in QUANTITIES]
    return sorted(headlines, key=lambda finding: kinds.index(finding.kind) if finding.kind in kinds else len(kinds))


def _clickable(path: Path) -> str:
    """Return a path that terminals open on a click; plain when not on a terminal."""
    if not sys.stdout.isatty():
        return str(path)
    return f"\x1b]8;;{path.absolute().as_uri()}\x1b\\{path}\x1b]8;;\x1b\\"


def finding_rows(findings: list["Finding"]) -> list[tuple[str, ...]]:
    """Return one row of text per finding: kind, estimate with unit, interval, verdict, truth."""
    return [
        (
            finding.kind,
            NOT_KNOWN if finding.estimate is None else f"{number(finding.estimate)} {finding.unit}",
            _interval(finding),
            finding.verdict or "-",
            "-" if finding.truth is None else number(finding.truth),
        )
        for finding in findings
    ]


def _interval(finding: "Finding") -> str:
    if finding.interval is None:
        return NOT_KNOWN
    low, high = map(number, finding.interval)
    return f"{low} to {high} ({finding.level:.0%})"


def number(value: float) -> str:
    """Write a figure with three significant digits and its sign."""
    return f"{value:+.3g}" if abs(value) < 1000 else f"{value:+,.0f}"


def show_table(title: str, rows: list[tuple[str, ...]], *, simulated: bool) -> None:
    """Print rows under a title; the truth is a column of simulated cities alone."""
    headings = (*HEADINGS, "truth") if simulated else HEADINGS
    rows = [row[: len(headings)] for row in rows]
    if not sys.stdout.isatty():
        click.echo("\n".join([title, *aligned([headings, *rows])]))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title))
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading == HEADINGS[0])
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines whose columns begin below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
