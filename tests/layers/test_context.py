"""Series of other registers: declared ones alone, small counts withheld, years that are not whole told as such."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.border import admit
from layers.city import ContextSeries, Words
from layers.disclosure.context import by_year, gate_context
from layers.disclosure.release import Release
from layers.products import tables
from layers.products.atlas.facts import _context
from layers.products.words import Speaker
from tests.border_city import CRS, OWN, border_city, file_source, raw
from tests.example_release import example_release, example_style


def words(text: str) -> Words:
    return Words(nb=f"{text} nb", en=f"{text} en")


def series(name: str, *, counted: bool) -> ContextSeries:
    return ContextSeries(id=name, name=words(name), kept_by=words("Register"), unit=words("unit"), counted=counted)


DECLARED = (series("log", counted=True), series("poor", counted=False))
ROWS = [
    ("poor", date(2012, 1, 1), date(2015, 1, 1), 9.8),
    ("other", date(2012, 1, 1), date(2013, 1, 1), 1.0),
    ("log", date(2024, 2, 1), date(2024, 3, 1), 4.0),
    ("log", date(2024, 1, 1), date(2024, 2, 1), 5.0),
    ("log", date(2023, 12, 1), date(2024, 1, 1), 0.0),
    ("log", date(2023, 11, 1), date(2023, 12, 1), 7.0),
]


def gated() -> DataFrame:
    city = example_release().city.model_copy(update={"context_series": DECLARED})
    found = gate_context(DataFrame(ROWS, columns=["series_id", "start", "end", "value"]), city)
    assert found is not None
    return found


def test_declared_series_come_in_order_and_counts_of_1_to_4_are_withheld():
    found = gated()
    assert found["series_id"].tolist() == ["log"] * 4 + ["poor"]
    assert found["start"].map(str).tolist()[:4] == ["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"]
    assert found["value"].fillna(-1).tolist() == [7, 0, 5, -1, 9.8]  # nought tells of nobody
    assert found["withheld"].tolist() == [False, False, False, True, False]
    assert found["unit_nb"].unique().tolist() == ["unit nb"]


def test_a_year_with_a_withheld_month_has_no_sum():
    found = by_year(gated())
    assert found["value"].fillna(-1).tolist() == [7, -1, 9.8]
    assert found["end"].map(str).tolist() == ["2024-01-01", "2024-03-01", "2015-01-01"]


@pytest.mark.parametrize("table", [None, DataFrame(ROWS, columns=["series_id", "start", "end", "value"])])
def test_nothing_is_shown_that_no_source_gives_or_no_setting_declares(table):
    city = example_release().city
    declared = city.model_copy(update={"context_series": DECLARED})
    assert gate_context(table, declared if table is None else city) is None


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nb", ["2023 (2 måneder): 7; 2024 (2 måneder): holdt tilbake", "2012–2014: 9,8"]),
        ("en", ["2023 (2 months): 7; 2024 (2 months): withheld", "2012–2014: 9.8"]),
    ],
)
def test_the_page_says_what_it_counts_who_keeps_it_and_the_latest_years(language, shown):
    rows = _context(gated(), Speaker(language, example_style()))
    assert [row[2] for row in rows] == shown
    assert rows[0][:2] == [f"log {language} (unit {language})", f"Register {language}"]


def test_the_table_is_written_and_is_not_called_simulated(tmp_path):
    release: Release = replace(example_release(), context=gated())
    assert release.stamp is not None
    tables.write(release, example_style(), tmp_path)
    read = pd.read_csv(tmp_path / "tables" / "context.csv")
    assert read["value"].fillna(-1).tolist() == [7, 0, 5, -1, 9.8]
    assert "simulated" not in read


def test_counts_without_a_place_pass_the_border_and_rows_that_end_too_early_do_not():
    sources = [file_source(table) for table in ("incidents", "districts", "interventions")]
    city = border_city(*sources, {**file_source("context_series", max_refused_share=1), **OWN})
    said = {"series_id": ["log", "log"], "start": ["2024-01-01", "2024-02-01"], "end": ["2024-02-01", "2024-01-01"]}
    frame = GeoDataFrame({**said, "value": ["5", "6"]}, geometry=[None, None], crs=CRS)
    border = admit(raw(context_series=frame), city)
    assert border.tables.context_series["value"].tolist() == [5.0]
    assert border.quarantine[["table", "row"]].to_numpy().tolist() == [["context_series", 1]]
    assert admit(raw(), border_city()).tables.context_series is None
