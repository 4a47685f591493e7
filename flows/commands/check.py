"""`harmshift check`: what a run would read, compare and cost, and all that stands in its way. Writes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import click

from flows.commands.run_once import existing_data_dir, today
from flows.configuration.extent import grid_of
from flows.configuration.settings import LoadedCity, find_config_dir, load_city, load_style
from flows.console import aligned
from flows.state import state_dir
from geo.errors import GeoError
from layers.city import AnySource, City, Remote, ScenarioSource, SimulatedSource, Step
from layers.errors import ConfigError, SourceError, UserError
from layers.sources.paths import files_of
from layers.sources.sniff import format_of

Row = tuple[str, ...]
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Look:
    """What a look at one source showed: its files, or what is wrong with them."""

    source: AnySource
    files: Mapping[str, Path] = field(default_factory=dict)  # by their names inside the snapshot
    wrong: str | None = None


def check_city(name: str, config: Path | None, data_dir: Path | None) -> None:
    """Print what a run of the city would do; raise at the end if something stands in its way.

    Raises
    ------
    ConfigError
        If settings are wrong: all mistakes at once, before anything else is looked at.
    SourceError
        If a source is missing or not what it claims, or its rows would stop a run: all of them at once.
    """
    folder = find_config_dir(config)
    loaded = load_city(name, folder)
    load_style(folder)
    looks = look_at_sources(loaded, existing_data_dir(data_dir))
    for line in report(loaded, looks, folder):
        click.echo(line)
    mistakes = [look.wrong for look in looks if look.wrong] + [text for _, text in plan_of(loaded.city) if text]
    mistakes += show_rows(loaded.city, looks)
    grid, wrong = grid_line(loaded.city, looks)
    click.echo(f"\ngrid      {grid}")
    if wrong:
        mistakes.append(wrong)
    if mistakes:
        head = "1 thing stands" if len(mistakes) == 1 else f"{len(mistakes)} things stand"
        raise SourceError("\n".join([f"{head} in the way of a run:", *(f"  {text}" for text in mistakes)]))
    options = {"--data": data_dir, "--config": config}
    said = "".join(f" {option} {folder}" for option, folder in options.items() if folder is not None)
    click.echo(f"\nnothing stands in the way of: harmshift run {name}{said}")


def show_rows(city: City, looks: list[Look]) -> list[str]:
    """Read the rows that are at hand, print what is to be said of them, and return what is wrong with them."""
    from flows.commands.check_rows import judge, read_all, told  # after settings and files: it brings geopandas

    click.echo("\nreading and judging the rows as a run does ...", err=True)
    files = {look.source.id: look.files for look in looks if not look.wrong}
    readings = read_all(city, files, state_dir() / "snapshots")
    examined, mistakes = judge(readings, city, city.as_of or today(city.zone))
    for line in told(readings, examined, city):
        click.echo(line)
    return mistakes


def look_at_sources(loaded: LoadedCity, data_dir: Path | None) -> list[Look]:
    """Find the files of every source and look at their first bytes."""
    return [_look(source, data_dir, loaded.path.parent) for source in loaded.city.sources]


def _look(source: AnySource, data_dir: Path | None, base_dir: Path) -> Look:
    if isinstance(source, SimulatedSource | ScenarioSource | Remote):
        return Look(source)
    try:
        files = files_of(source, data_dir=data_dir, base_dir=base_dir)
        for path in files.values():
            if source.kind == "file" and path.suffix not in {".shx", ".dbf", ".prj", ".cpg"}:
                format_of(path, source.format if path.match(source.path) else "auto")
    except (SourceError, OSError) as error:
        return Look(source, wrong=str(error))
    return Look(source, files)


def report(loaded: LoadedCity, looks: list[Look], config_dir: Path) -> Iterator[str]:
    """Yield the lines that say what the settings mean."""
    city = loaded.city
    stamp = "SIMULATED " if city.simulated else ""
    day = city.as_of or "the day of the run"
    yield f"{stamp}{city.name.en} ({city.city}), {city.crs}, {city.time_zone}, as of {day}"
    yield f"settings  {loaded.path} over {config_dir / 'pipeline.yaml'}, {loaded.sha256[:8]}"
    target = "the public folder" if city.is_open else f"{city.internal_dir} alone, as not every source is open"
    yield f"written   to {target}"
    yield from _block("sources", [_source_row(look) for look in looks])
    yield from _block("periods", [_period_row(period.id, period.start, period.end) for period in city.periods])
    yield from _block("steps", [row for row, _ in plan_of(city)])
    yield from _block("series", [(s.id, s.harm_class, s.borne_by, s.recorded_by) for s in city.harm.series])


def _block(title: str, rows: list[Row]) -> Iterator[str]:
    yield f"\n{title}"
    yield from (f"  {line}" for line in aligned(rows))


def _source_row(look: Look) -> Row:
    source = look.source
    tables = "every table" if source.kind == "simulated" else source.table
    openness = "simulated" if source.is_invented else "open" if source.open else "not open"
    return source.id, tables, _files(look), openness, source.licence


def _files(look: Look) -> str:
    if look.wrong:
        return "NOT USABLE, see below"
    if isinstance(look.source, SimulatedSource | ScenarioSource):
        return f"made from seed {look.source.seed}"
    if isinstance(look.source, Remote):
        return f"fetched: {look.source.address}"
    size = sum(path.stat().st_size for path in look.files.values()) / MEGABYTE
    newest = max(datetime.fromtimestamp(path.stat().st_mtime, UTC).date() for path in look.files.values())
    dated = look.source.upstream_date or f"file of {newest}"
    return f"{len(look.files)} file{'s' if len(look.files) > 1 else ''}, {size:.1f} MB, {dated}"


def _period_row(name: str, start: date, end: date) -> Row:
    return name, f"{start} to {end}", f"{(end - start).days} days"


def plan_of(city: City) -> list[tuple[Row, str | None]]:
    """Return a row per step, and what is wrong with it if no days can be compared."""
    return [_step_row(city, step) for step in city.steps]


def _step_row(city: City, step: Step) -> tuple[Row, str | None]:
    from layers.frame.chain import matched_windows

    way = f"{', '.join(step.origin)} -> {', '.join(step.receivers)}"
    try:
        before, after = matched_windows(city, step)
    except ConfigError as error:
        return (step.id, way, "NO DAYS TO COMPARE, see below"), str(error)
    return (step.id, way, f"{before.start} to {before.end} with {after.start} to {after.end}"), None


def grid_line(city: City, looks: list[Look]) -> tuple[str, str | None]:
    """Return the grid in words, and what is wrong with it."""
    try:
        grid = grid_of(city, {look.source.id: list(look.files.values()) for look in looks})
    except (UserError, GeoError) as error:
        return "NOT POSSIBLE, see below", str(error)
    if grid is None:
        return "not known until the districts are read", None
    cells = f"{grid.cols} x {grid.rows} = {grid.cols * grid.rows:,} cells of {grid.cell_m:g} m"
    return f"about {cells}, sigma {city.density.bandwidth_m:g} m", None
