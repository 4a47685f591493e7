"""Tables of facts: those that ship are sound; every fault is told with its file, line and column."""

import shutil
from pathlib import Path

import pytest

from layers.facts.read import read_facts

ROOT = Path(__file__).parents[3]
FACTS = ROOT / "config" / "facts"


def folder(tmp_path: Path, **changed: str) -> Path:
    """Return a copy of Bergen's facts in which files read as given."""
    target = tmp_path / "bergen"
    shutil.copytree(FACTS / "bergen", target)
    for name, text in changed.items():
        (target / f"{name}.csv").write_text(text, encoding="utf-8")
    return target


def told(folder: Path) -> list[str]:
    facts, wrong = read_facts(folder)
    assert facts is None or not wrong
    return [f"{one.path.name}:{one.line}: {one.column}: {one.text}" for one in wrong]


@pytest.mark.parametrize("city", sorted(path.name for path in FACTS.iterdir()))
def test_the_facts_that_ship_keep_their_contract(city):
    facts, wrong = read_facts(FACTS / city)
    assert wrong == () and facts is not None
    assert facts.name == city and facts.places and facts.survey_figures


def test_housing_has_no_position():
    facts, _ = read_facts(FACTS / "bergen")
    assert facts is not None
    hidden = [place for place in facts.places if not place.public]
    assert {place.role for place in hidden} == {"housing"}
    assert {place.lat for place in hidden} == {None}


def test_an_unknown_column_is_refused(tmp_path):
    wrong = told(folder(tmp_path, sources="source_id,citation,kind,ethnicity\na,b,c,d\n"))
    assert len(wrong) == 1 and wrong[0].startswith(
        "sources.csv:1: ethnicity: is no column of this table. Known: source_id, citation"
    )


_HEAD = "place_id,name_nb,name_en,lat,lon,uncertainty_m,role,is_scene,public,source_id,confidence,note\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a,A,A,60,5,10,x,true,true,nobody,high,", "'nobody' stands in no row of sources.csv. Add it there."),
        ("a,A,A,60,5,10,x,true,true,kommune2014,,", "places.csv:2: confidence: is empty. Every row needs it."),
        ("a,A,A,60,5,,x,true,true,kommune2014,high,", "write lat, lon and uncertainty_m together, or none of them."),
        ("a,A,A,60,5,10,housing,false,false,kommune2014,high,", "a place that is not public has no position here"),
        ("a,A,A,600,5,10,x,true,true,kommune2014,high,", "places.csv:2: lat: '600' cannot stand here"),
        ("a,A,A,,,,x,true,true,kommune2014,high,,z", "has more cells than the header"),
    ],
)
def test_a_fault_is_told_with_its_line_and_cure(tmp_path, row, expected):
    assert any(expected in text for text in told(folder(tmp_path, places=f"{_HEAD}{row}\n")))


def test_a_name_stands_once_and_rows_keep_their_order_in_time(tmp_path):
    head = (
        "count_id,topic,metric_nb,metric_en,area_nb,area_en,start,end,low,high,"
        "unit_nb,unit_en,source_id,confidence,note\n"
    )
    rows = (
        "n,help,a,a,b,b,2014-01-01,2013-01-01,,2,,,kommune2014,high,\n"
        "m,help,a,a,b,b,2014-01-01,,,2,,,kommune2014,high,\n"
    )
    again = "m,help,a,a,b,b,2014-01-01,,5,2,,,kommune2014,high,\nm,help,a,a,b,b,2015-01-01,,,2,,,kommune2014,high,\n"
    assert told(folder(tmp_path, published_counts=head + rows + again)) == [
        "published_counts.csv:2: : end 2013-01-01 is not after start 2014-01-01.",
        "published_counts.csv:4: : low 5 is above high 2.",
        "published_counts.csv:5: count_id: m stands twice, first on line 3. Keep one row.",
    ]


def test_a_table_that_nobody_knows_and_missing_sources_are_told(tmp_path):
    made = folder(tmp_path, opinions="a,b\n1,2\n")
    assert "opinions.csv:1: : is no table of facts" in told(made)[0]
    (made / "sources.csv").unlink()
    assert any("sources.csv:1: : is missing" in text for text in told(made))
