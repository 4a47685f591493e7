"""diff and explain on two small published runs: what changed is named, where a figure comes from is said."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.publishing.current import point_current
from layers.products import findings_json, raster, tables
from tests.example_release import example_release, example_style
from tests.flows.city_yaml import CONFIG, GOOD, write

FIRST, SECOND = "2020-01-01-0123abcd", "2020-02-01-89abcdef"


def written(root: Path, release, **changes) -> Path:
    """Write three products of a release as a run; its manifest says what differs."""
    run = root / "runs" / release.run.run_id
    run.mkdir(parents=True)
    for product in (tables, findings_json, raster):
        product.write(release, example_style(), run)
    source = {"source_id": "records", "sha256": "aa", "size_bytes": 10, "fetched_at": "2020-01-01T00:00"}
    source |= {"address": "https://x.invalid", "licence": "CC0"}
    said = {"run_id": release.run.run_id, "data_until": "2019-09-01", "config_sha256": "c", "code_version": "v"}
    said |= {"as_of": "2020-01-01", "libraries": {"numpy": "1"}, "snapshots": [source]} | changes
    (run / "manifest.json").write_text(json.dumps(said))
    (run / "SUCCESS").write_text("x")
    return run


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Two runs: the second has another count, another estimate, another cell, another source."""
    folder = tmp_path_factory.mktemp("city")
    path = write(folder, GOOD)
    root, one = folder / "outputs/testby", example_release()
    written(root, one)
    counts = one.district_counts.copy()
    counts.loc[counts.index[0], ["incidents", "withheld"]] = [int(counts["incidents"].iloc[0]) + 7, False]
    first = one.surfaces[0]
    values = first.values.copy()
    values.flat[np.nanargmax(values)] -= 50
    findings = (replace(one.findings[0], verdict="cannot be decided"), *one.findings[1:])
    other = replace(
        one,
        run=replace(one.run, run_id=SECOND),
        district_counts=counts,
        findings=findings,
        surfaces=(replace(first, values=values), *one.surfaces[1:]),
    )
    source = {"source_id": "records", "sha256": "bb", "size_bytes": 25, "fetched_at": "2020-02-01T00:00"}
    snapshots = [source | {"address": "https://x.invalid", "licence": "CC0"}]
    point_current(root, written(root, other, as_of="2020-02-01", snapshots=snapshots))
    return path


def call(command, path, *arguments):
    line = [command, str(path), *arguments, "--config", str(CONFIG), "--out", str(path.parent / "outputs")]
    return CliRunner().invoke(cli, line)


def test_diff_names_what_changed_and_where(city):
    done = call("diff", city, FIRST, "current")
    assert done.exit_code == 0, done.output
    said = done.output
    assert "source records: other content (+15 bytes), fetched 2020-02-01T00:00" in said
    assert "as of: 2020-01-01 -> 2020-02-01" in said
    assert "districts: 1 counts differ: corrected records in 1 closed period(s)" in said
    assert "-> cannot be decided" in said
    (line,) = [line for line in said.splitlines() if ".tif" in line]
    assert "at most 50 " in line
    assert "1 cells differ, 0 new, 0 gone" in line


def test_a_run_beside_itself_has_no_difference(city):
    said = call("diff", city, SECOND[:12], SECOND).output
    assert said.count("nothing changed") == 4


def test_diff_of_a_run_that_is_not_there_lists_those_that_are(city):
    done = call("diff", city, "2019", SECOND)
    assert done.exit_code == 1
    assert f"There are: {FIRST}, {SECOND}." in done.output
    assert "several runs begin with 2020" in call("diff", city, "2020", SECOND).output


@pytest.mark.parametrize(("language", "head"), [("en", "Caveats"), ("nb", "Forbehold")])
def test_explain_says_inputs_formula_parameters_and_caveats_of_a_layer(city, language, head):
    done = call("explain", city, "hotspots", "--language", language)
    assert done.exit_code == 0, done.output
    assert "density.hotspot_share = 0.5" in done.output
    assert "records: sha256 bb, https://x.invalid (CC0)" in done.output
    assert head in done.output


def test_explain_gives_the_figures_and_assumptions_of_a_finding(city):
    done = call("explain", city, "deprivation_of_harm_shift")
    assert done.exit_code == 0, done.output
    assert "Formula: sum h_after R - sum h_before R" in done.output
    assert "deprivation.indicator = low_income_share" in done.output
    assert "percentile points [" in done.output


def test_explain_of_something_unknown_lists_what_there_is(city):
    done = call("explain", city, "hotspot")
    assert done.exit_code == 1
    assert "Did you mean 'hotspots'?" in done.output
