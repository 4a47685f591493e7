"""Measures of inequality as they may be shown."""

import numpy as np
from pandas import DataFrame

from layers.description.about import About
from layers.inequality import COLUMNS, MEASURES, UNITS, gate_measures
from tests.made_city import city

OPEN = [{"kind": "file", "id": "r", "table": "incidents", "path": "r.csv", "licence": "x", "attribution": "x",
         "open": True}]  # fmt: skip
FIGURES = {"concentration_index": -0.31234567, "slope_index": -1234.5678, "relative_index": 0.22345678,
           "most_deprived_fifth": 12.9469609}  # fmt: skip


def measures() -> DataFrame:
    rows = [("a->c", "violence", "resident", name, UNITS[name], "before", FIGURES[name], np.nan, FIGURES[name] + 1e-7)
            for name in MEASURES]  # fmt: skip
    return DataFrame(rows, columns=list(COLUMNS))


def test_measures_of_closed_data_are_short():
    shown = gate_measures(measures(), city())
    assert shown["estimate"].tolist() == [-0.312, -1200.0, 0.22, 12.9]
    assert shown["high"].tolist() == [-0.312, -1200.0, 0.22, 12.9]
    assert shown["low"].isna().all()
    assert list(shown.columns) == list(COLUMNS)


def test_measures_move_in_the_step_of_the_index_among_the_findings():
    city_ = city()
    about = About(city_, city_.steps[0], city_.harm.series[0], on_streets=True)
    index = about.finding(
        "concentration_index_change", parts={"rounded_to": 0.02}, adjustment="resident", unit="index points",
        question=None, estimate=0.1, method=None, assumptions=(), statement=None,
    )  # fmt: skip
    shown = gate_measures(measures(), city_, [index])
    assert shown["estimate"].tolist() == [-0.32, -1200.0, 0.22, 13.0]
    ambient = gate_measures(measures().assign(denominator="ambient"), city_, [index])
    assert ambient["estimate"].tolist() == [-0.312, -1200.0, 0.22, 12.9]


def test_measures_of_open_data_are_shown_as_they_are():
    settings = city(sources=OPEN, disclosure={"open_counts_as_published": True})
    assert gate_measures(measures(), settings)["estimate"].tolist() == list(FIGURES.values())


def test_no_measures_stay_none():
    assert gate_measures(measures().iloc[:0], city()).empty
