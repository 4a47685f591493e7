"""CSV tables: exact rows, empty where withheld, no formula, stable."""

import csv
import dataclasses

import pandas as pd
import pytest

from layers.products import tables
from tests.example_release import example_release, example_style


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run")
    written = tables.write(example_release(), example_style(), directory)
    assert [path.stem for path in written] == [
        "districts", "scenes", "displacement", "equity", "quarantine", "place_counts",
    ]  # fmt: skip
    return directory / "tables"


def test_place_counts_keep_the_columns_promised(tmp_path):
    tables.write(example_release(simulated=False), example_style(), tmp_path)
    assert (tmp_path / "tables/place_counts.csv").read_bytes() == (
        b"place_id,category,from_m,to_m,start,end,count\n"
        b"park_gate,assault,0,150,2013-08-25,2014-08-25,335\n"
        b"park_gate,'+all,0,150,2014-08-25,2015-08-25,\n"
        b"whole_city,all,,,2013-08-25,2014-08-25,4120\n"
    )


def test_every_row_of_a_simulated_city_says_so(folder):
    for path in folder.glob("*.csv"):
        assert {row["simulated"] for row in _read(path)} == {"SIMULATED"}


def test_withheld_counts_are_empty(folder):
    for name in ("districts", "scenes"):
        rows = _read(folder / f"{name}.csv")
        withheld = [row for row in rows if row["withheld"] == "True"]
        assert len(withheld) == {"districts": 4, "scenes": 2}[name]
        assert {(row["incidents"], row["incidents_per_day"]) for row in withheld} == {("", "")}
        assert not [row for row in rows if row["incidents"] in {"1", "2", "3", "4"}]


def test_districts_have_a_row_per_period_and_series_in_order(folder):
    rows = _read(folder / "districts.csv")
    assert [(row["district_id"], row["period"]) for row in rows[:4]] == [
        ("460101", "before"), ("460101", "market"), ("460101", "tunnel"), ("460101", "before"),
    ]  # fmt: skip
    assert (rows[0]["name"], rows[0]["incidents"], rows[0]["deprivation_rank"]) == ("Nordvika", "412", "0.42")


def test_findings_stand_in_one_of_two_tables(folder):
    kinds = {name: {row["kind"] for row in _read(folder / f"{name}.csv")} for name in ("equity", "displacement")}
    assert kinds["equity"] == {"deprivation_of_harm_shift", "share_in_most_deprived_fifth_change"}
    assert kinds["displacement"] == {"harm_total_change", "harm_moved_share", "deterrence_vs_displacement"}
    [moved] = [row for row in _read(folder / "displacement.csv") if row["kind"] == "harm_moved_share"]
    assert (moved["interval_low"], moved["interval_high"], moved["part_gain"], moved["truth"]) == (
        "0.41", "0.86", "0.195", "0.7",
    )  # fmt: skip


def test_text_that_a_spreadsheet_would_run_is_made_harmless():
    table = pd.DataFrame({"text": ["=1+1", "+x", "-x", "@x", "\tx", "x=1", ""], "figure": [-1.0] * 7})
    cells = tables.harmless(table)
    assert cells["text"].tolist() == ["'=1+1", "'+x", "'-x", "'@x", "'\tx", "x=1", ""]
    assert cells["figure"].tolist() == [-1.0] * 7


def test_a_city_without_places_or_findings_has_empty_tables_with_headings(tmp_path):
    full = example_release()
    bare = dataclasses.replace(full, findings=(), place_counts=full.place_counts.iloc[:0])
    tables.write(bare, example_style(), tmp_path)
    assert (tmp_path / "tables/place_counts.csv").read_text().startswith("place_id,category,from_m")
    assert (tmp_path / "tables/equity.csv").read_text().startswith("id,kind")
