"""`harmshift diff`: what changed from one run to another, from their published files alone. Computes no figure anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.configuration.settings import find_config_dir, load_city
from flows.publishing.publish import destination
from flows.publishing.run_files import counts_of, findings_of, manifest_of, run_folder

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from layers.comparison import Said

MOST_ROWS = 12  # of a kind; the rest is a number
TABLES = {"districts": "district_id", "scenes": "scene_id"}


def diff_runs(name: str, run_a: str, run_b: str, *, out: Path, config: Path | None) -> None:
    """Print what changed from one run of a city to another.

    Raises
    ------
    UserError
        If a run is not there, or its files cannot be read.
    """
    city = load_city(name, find_config_dir(config)).city
    root = destination(city, out.absolute())
    one, other = run_folder(root, run_a), run_folder(root, run_b)
    click.echo(f"{city.city}: from {one.name} to {other.name}\n")
    for title, lines in (
        ("Inputs", inputs(manifest_of(one), manifest_of(other))),
        ("Counts", counts(one, other)),
        ("Findings", findings(one, other)),
        ("Maps", maps(one, other)),
    ):
        click.echo(title)
        for line in list(lines) or ["nothing changed"]:
            click.echo(f"  {line}")


def inputs(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Yield what the runs were made of that differs: sources, last day, settings, program, libraries."""
    said = {"data_until": "data until", "config_sha256": "settings", "code_version": "program", "as_of": "as of"}
    for key, words in said.items():
        if one.get(key) != other.get(key):
            yield f"{words}: {str(one.get(key))[:24]} -> {str(other.get(key))[:24]}"
    before, after = _sources(one), _sources(other)
    for source in sorted(before.keys() | after.keys()):
        old, new = before.get(source), after.get(source)
        if old is None or new is None:
            yield f"source {source}: {'added' if old is None else 'removed'}"
        elif old["sha256"] != new["sha256"]:
            sizes = old["size_bytes"], new["size_bytes"]
            grown = "" if None in sizes else f" ({sizes[1] - sizes[0]:+,} bytes)"  # of closed data none is told
            yield f"source {source}: other content{grown}, fetched {new['fetched_at'][:16]}"
    libraries = {key: (one["libraries"].get(key), value) for key, value in other["libraries"].items()}
    yield from (f"{key}: {old} -> {new}" for key, (old, new) in sorted(libraries.items()) if old != new)


def _sources(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {source["source_id"]: source for source in manifest["snapshots"]}


def counts(one: Path, other: Path) -> Iterator[str]:
    """Yield what changed in the published counts, and what it looks like."""
    from layers.comparison import cause_of, count_changes

    before, after = manifest_of(one), manifest_of(other)
    until_moved = before["data_until"] != after["data_until"]
    same_rules = all(before[key] == after[key] for key in ("config_sha256", "code_version"))
    for table, key in TABLES.items():
        old, new = counts_of(one, table), counts_of(other, table)
        changed = count_changes(old, new, key)
        if changed.empty:
            continue
        last = str(new["period"].iloc[-1])
        cause = cause_of(changed, last_period=last, until_moved=until_moved)
        yield f"{table}: {len(changed)} counts differ: {cause if same_rules else 'settings or program differ'}"
        for row in changed.head(MOST_ROWS).itertuples(index=False):
            yield f"  {getattr(row, key)}, {row.period}, {row.series}: {_shown(row.incidents_before)} -> " \
                f"{_shown(row.incidents_after)}"  # fmt: skip
        if len(changed) > MOST_ROWS:
            yield f"  and {len(changed) - MOST_ROWS} more"


def _shown(count: Any) -> str:
    import pandas as pd

    return "withheld" if pd.isna(count) else str(int(count))


def findings(one: Path, other: Path) -> Iterator[str]:
    """Yield findings with another estimate or verdict, changed verdicts first."""
    from layers.comparison import finding_changes

    changed = list(finding_changes(findings_of(one), findings_of(other)))
    turned = [pair for pair in changed if _verdict(pair[0]) != _verdict(pair[1])]
    moved = [pair for pair in changed if _verdict(pair[0]) == _verdict(pair[1])]
    yield from (f"verdict {_named(pair)}: {_verdict(pair[0])} -> {_verdict(pair[1])}" for pair in turned)
    yield from (f"{_named(pair)}: {_estimate(pair[0])} -> {_estimate(pair[1])}" for pair in moved[:MOST_ROWS])
    if len(moved) > MOST_ROWS:
        yield f"and {len(moved) - MOST_ROWS} more estimates"


def _named(pair: "tuple[Said, Said]") -> str:
    finding = pair[1] or pair[0]
    return f"{finding['id']} ({finding['series']}, {finding['adjustment']})"


def _verdict(finding: "Said") -> str:
    return str(finding.get("verdict") or "descriptive") if finding else "not there"


def _estimate(finding: "Said") -> str:
    estimate = finding.get("estimate")
    return "none" if estimate is None else f"{estimate:.4g} {finding['unit']}"


def maps(one: Path, other: Path) -> Iterator[str]:
    """Yield the rasters that differ: by how much at most, and in which district."""
    import rasterio

    from layers.comparison import map_change

    districts = _districts(other)
    for path in sorted((other / "rasters").glob("*.tif")):
        before = one / "rasters" / path.name
        if not before.is_file():
            yield f"{path.name}: new"
            continue
        with rasterio.open(before) as old, rasterio.open(path) as new:
            if (old.shape, old.transform) != (new.shape, new.transform):
                yield f"{path.name}: other cells"
                continue
            change = map_change(
                *(raster.read(1, masked=True).astype(float).filled(float("nan")) for raster in (old, new))
            )
            x, y = new.xy(change.row, change.col)
            largest, unit = change.largest * (new.scales[0] or 1.0), new.units[0] or ""
        if change.changed or change.appeared or change.vanished:
            cells = f"{change.changed} cells differ, {change.appeared} new, {change.vanished} gone"
            yield f"{path.name}: at most {largest:.3g} {unit}, in {_district_at(districts, x, y)}; {cells}"


def _districts(run: Path) -> "GeoDataFrame | None":
    import pyogrio

    packages = sorted(run.glob("*.gpkg"))
    return pyogrio.read_dataframe(packages[0], layer="districts") if packages else None


def _district_at(districts: "GeoDataFrame | None", x: float, y: float) -> str:
    import shapely

    if districts is None:
        return "an unknown district"
    inside = districts[districts.intersects(shapely.Point(x, y))]
    return str(inside["name"].iloc[0]) if len(inside) else "no district"
