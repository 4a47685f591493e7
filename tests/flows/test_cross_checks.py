"""What shows only when parts of the settings are held beside each other; each message names the cure."""

from pathlib import Path

import pytest

from flows.configuration.crs_checks import why_not_metric
from flows.configuration.settings import config_sha256
from tests.flows.city_yaml import GOOD, line_of, load, mistakes, spoiled

MARKET = "start: 2014-08-25, end: 2015-06-01"
AREAS = GOOD[GOOD.index("  - {kind: file, id: areas") : GOOD.index("  - {kind: file, id: places")]
BAND = "inference: {no_practical_change: {harm_moved_share: -0.1}}\n"


def test_gap_between_periods_is_dated(tmp_path):
    found = mistakes(tmp_path, (MARKET, "start: 2014-08-26, end: 2015-06-01"))
    line = line_of(MARKET)
    assert found == [
        f"testby.yaml:{line}: periods[1].start: a gap of 1 day (2014-08-25 to 2014-08-25) lies between 'before' and "
        "'market'; they would count nowhere. Let it start on 2014-08-25, or move that end."
    ]


def test_overlap_of_periods_is_dated(tmp_path):
    (found,) = mistakes(tmp_path, (MARKET, "start: 2014-08-01, end: 2015-06-01"))
    assert "'before' and 'market' overlap by 24 days (2014-08-01 to 2014-08-25); they would count twice." in found


def test_periods_out_of_order(tmp_path):
    found = mistakes(tmp_path, (MARKET, "start: 2010-01-01, end: 2015-06-01"))
    assert any("'market' starts before 'before' above it." in line for line in found)


PROTECTION = "{controller: Testby, purpose: planning, legal_basis: none, dpia: none, retention_days: 30}"
CLOSED = f"attribution: Testby\n    protection: {PROTECTION}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EPSG:25832", None),
        ("EPSG:32618", None),
        ("EPSG:4326", "EPSG:4326 is in degrees; name a metric CRS such as EPSG:25832."),
        ("EPSG:2272", "EPSG:2272 is in US survey foot; name a metric CRS"),
        ("EPSG:3857", "EPSG:3857 stretches distances away from the equator; name a metric CRS"),
        ("EPSG:4978", "EPSG:4978 is no map projection"),
        ("EPSG:999999", "'EPSG:999999' is no CRS that PROJ knows. Write e.g. EPSG:25832."),
        ("utm", "'utm' is no CRS that PROJ knows."),
    ],
)
def test_crs_of_a_city(name, message):
    wrong = why_not_metric(name)
    assert wrong is None if message is None else message in str(wrong)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("id: areas", "id: places")], "sources[2].id: 'places' is the id of 2 entries. Give each its own."),
        ([("{id: square", "{id: park")], "scenes[1].id: 'park' is the id of 2 entries."),
        ([("from: before", "from: befor")], "steps[0].from: 'befor' is no period. Did you mean 'before'?"),
        ([("from: before, to: tunnel", "from: tunnel, to: before")], "'before' does not come after 'tunnel'."),
        ([("origin: [park]", "origin: [bench]")], "steps[0].origin[0]: 'bench' is no scene. Known: park, square."),
        ([("origin: [park]", "origin: [park, park]")], "steps[0].origin[1]: 'park' stands twice in origin."),
        (
            [("receivers: [square]}", "receivers: [square], before: {start: 2014-01-01, end: 2014-09-01}, "
              "after: {start: 2016-01-01, end: 2016-09-01}}")],
            "steps[0].before: 2014-01-01 to 2014-09-01 is not inside 'before' (2012-01-01",
        ),
        (
            [("Disorder: {harm_class: nuisance", "Disorder: {harm_class: nuisanse")],
            "Disorder.harm_class: 'nuisanse' is no harm class of harm.classes. Did you mean 'nuisance'?",
        ),
        (
            [("      harm_class: nuisance", "      harm_class: theft")],
            "harm.series[0].harm_class: 'theft' is no harm class of harm.classes. Known: nuisance.",
        ),
        (
            [("      recorded_by: reactive", "      recorded_by: health")],
            "harm.series[0]: no category is nuisance, resident, health: this series would be empty.",
        ),
        ([(AREAS, "")], "sources: no source gives the table districts. Add one with table: districts."),
        (
            [("table: zones, path", "table: people_where, path")],
            "sources[2].table: gives people_where, but no source gives indicator_areas to be carried over by it.",
        ),
        ([("table: zones, path", "table: districts, path")], "sources[1].table: 2 sources give districts."),
        ([("table: zones, path", "table: services, path")], "scenes[0].place.table: no source gives the table zones."),
        ([("categories: [Disorder]", "categories: [Disorders]")], "'Disorders' is no category of harm.categories."),
        ([("[150, 650]", "[650, 150]")], "place_counts[0].rings_m[1]: a ring from 650 to 150 m holds nothing."),
        ([("    place: {table: zones, ids: [Z1]}\n", "")], "place_counts[0]: rings need a place."),
        ([("source: Testby statistics", "source: ' '")], "deprivation.source: is empty."),
        (
            [("indicator: low_income_share", "indicator: low_pay")],
            "deprivation.indicator: no source of districts gives 'low_pay'. Write under columns (or join.columns) of "
            "source 'areas': low_pay: COLUMN OF ITS FILE.",
        ),
        (
            [("path: incidents_*.csv", "path: incidents_*.csv\n    crs: EPSG:1")],
            "sources[0].crs: 'EPSG:1' is no CRS that PROJ knows.",
        ),
        (
            [("attribution: Testby\n    open: true", CLOSED)],
            "internal_dir: is missing, and not open are: records. Name a folder outside the public outputs",
        ),
    ],
)  # fmt: skip
def test_cross_checks(tmp_path, changes, message):
    found = mistakes(tmp_path, *changes)
    assert any(message in line for line in found), found


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("density: {bandwidth_m: 80}\n", "density.bandwidth_m: 80 m is below disclosure.min_bandwidth_m (100 m)."),
        (
            "density: {street_bandwidth_m: 30}\n",
            "density.street_bandwidth_m: 30 m is below disclosure.min_bandwidth_m (100 m).",
        ),
        ("inference: {detection_ratios: [1.5, 2]}\n", "1.5 to 2 does not go around 1 (recording unchanged)."),
        (BAND, "inference.no_practical_change.harm_moved_share: -0.1 is no half-width."),
    ],
)
def test_rules_of_computing(tmp_path, more, message):
    with pytest.raises(Exception, match="1 mistake") as caught:
        load(tmp_path, GOOD + more)
    assert message in str(caught.value)


def test_simulated_source_stands_alone_and_knows_its_scenes(tmp_path):
    detection = "[{place: elsewhere, period: before, recorded_by: reactive, share: 0.5}, " \
                "{place: tunel, period: later, recorded_by: reactive, share: 0.5}]"  # fmt: skip
    simulated = f"kind: simulated, id: sim, licence: CC0-1.0, attribution: Testby, detection: {detection}"
    found = mistakes(tmp_path, (AREAS, AREAS + f"  - {{{simulated}}}\n"))
    assert [line.split(": ", 1)[1] for line in found] == [
        "sources[2]: a simulated source gives every table, and must not mix with others. Remove the other sources.",
        "sources[2].detection[1].period: 'later' is no period. Known: before, market, tunnel.",
        "sources[2].detection[1].place: 'tunel' is no scene. Known: elsewhere, park, square.",
    ]


def test_internal_folder_lets_closed_data_in(tmp_path):
    closed = spoiled(("attribution: Testby\n    open: true", CLOSED))
    city = load(tmp_path, closed + "internal_dir: /srv/internal\n").city
    assert not city.is_open
    assert city.internal_dir == Path("/srv/internal")


def test_relative_internal_folder_lies_beside_the_yaml_and_changes_no_hash(tmp_path):
    loaded = load(tmp_path, GOOD + "internal_dir: inside\n")
    assert loaded.city.internal_dir == tmp_path / "inside"
    assert loaded.sha256 == config_sha256(loaded.city) == load(tmp_path).sha256


def test_a_spoiled_period_does_not_make_steps_unknown(tmp_path):
    (found,) = mistakes(tmp_path, ("end: 2014-08-25}", "end: soon}"))
    assert "periods[0].end: 'soon' is not a day." in found
