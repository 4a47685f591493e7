"""Incidents kept from earlier nights: the same tables as from a whole reading, and only new parts are judged."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from flows.configuration.settings import load_city
from layers import sources
from layers.border import admit, kept
from layers.border.kept import kept_lots
from layers.errors import ContractError
from layers.snapshots import take
from tests.flows import small_city

NOW = datetime(2020, 1, 1, tzinfo=UTC)
CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def town(tmp_path):
    """The small city with a file of incidents a year, one row refused, one id that stands in two files."""
    small_city.write_city(tmp_path)
    table = small_city.incidents()
    table["kind"] = ["noise", "theft"] * 150
    table.loc[7, "east"] = None
    table.loc[299, "number"] = table.loc[0, "number"]
    (tmp_path / "incidents.csv").unlink()
    for year, rows in table.groupby(table["start"].dt.year):
        rows.to_csv(tmp_path / f"incidents_{year}.csv", index=False)
    small_city.change_yaml(tmp_path, "path: incidents.csv", "path: incidents_*.csv\n    max_refused_share: 0.1")
    kind = "    noise: {harm_class: disorder, borne_by: resident, recorded_by: reactive}"
    small_city.change_yaml(tmp_path, kind, f"{kind}\n{kind.replace('noise', 'theft')}")
    return tmp_path


def taken(folder: Path):
    city = load_city(str(folder / "lilleby.yaml"), CONFIG).city
    where = {"store": folder / "store", "data_dir": None, "base_dir": folder, "made_at": NOW}
    return city, [take(source, city, **where) for source in city.sources]


def both(folder: Path, version: str = "1"):
    """The border by parts, and as a whole."""
    city, snapshots = taken(folder)
    lots = kept_lots(snapshots, city, folder=folder / "kept", version=version)
    rest = [snapshot for snapshot in snapshots if snapshot.source_id not in lots]
    whole = admit(sources.parse_all(snapshots, city), city)
    return lots, admit(sources.parse_all(rest, city), city, kept=lots), whole


def assert_same(one, other):
    assert_geodataframe_equal(one.tables.incidents, other.tables.incidents)
    pd.testing.assert_frame_equal(one.quarantine, other.quarantine)
    pd.testing.assert_frame_equal(one.repairs, other.repairs)
    assert one.rows_read == other.rows_read


def test_parts_give_what_a_whole_reading_gives_judged_now_or_kept(town):
    lots, first, whole = both(town)
    assert list(lots) == ["records"]
    assert sorted(whole.quarantine["reason"]) == ["id that was there before", "no coordinates"]
    assert_same(first, whole)
    assert_same(both(town)[1], whole)


def test_only_what_is_new_is_judged_and_what_is_gone_is_forgotten(town, monkeypatch):
    both(town)
    judged = []
    parse = kept.parse
    monkeypatch.setattr(
        kept, "parse", lambda snapshot, source: judged.append(snapshot.path.name) or parse(snapshot, source)
    )
    more = small_city.incidents().tail(3).assign(number=["B1", "B2", "B3"])
    more.to_csv(town / "incidents_2019.csv", index=False)
    (town / "incidents_2012.csv").unlink()
    _, by_parts, whole = both(town)
    assert judged == ["incidents_2019.csv"]
    assert_same(by_parts, whole)
    assert len(list((town / "kept").iterdir())) == len(list(town.glob("incidents_*.csv")))


def test_other_code_judges_anew_and_a_damaged_part_is_judged_again(town):
    both(town)
    before = {path.name for path in (town / "kept").iterdir()}
    _, by_parts, whole = both(town, version="2")
    assert not before & {path.name for path in (town / "kept").iterdir()}
    first, second, *others = sorted((town / "kept").glob("*/rows.arrow"))
    first.write_bytes(first.read_bytes()[:-200])
    second.write_bytes(b"")
    for path in others:
        path.write_bytes(b"ARROW1 cut short")
    _, by_parts, whole = both(town, version="2")
    assert_same(by_parts, whole)


def test_a_part_without_rows_or_with_a_damaged_account_is_like_others(town):
    header, first = (town / "incidents_2012.csv").read_text(encoding="utf-8").splitlines()[:2]
    (town / "incidents_2010.csv").write_text(f"{header}\n", encoding="utf-8")
    _, kind, start, end, *_ = first.split(",")
    (town / "incidents_2011.csv").write_text(f"{header}\nZ1,{kind},{start},{end},,\n", encoding="utf-8")
    both(town)
    damaged = ("null", "3", "[]", "{}", '{"rows": 1}', '{"rows": "many", "rows_read": 1, "crs": "x"}', "")
    for path, said in zip(sorted((town / "kept").glob("*/about.json")), damaged, strict=False):
        path.write_text(said, encoding="utf-8")
    assert_same(*both(town)[1:])


def test_a_part_that_fails_is_told_of_as_the_whole_source(town):
    (town / "incidents_2012.csv").write_text(
        (town / "incidents_2012.csv").read_text().replace("theft", "unheard-of", 1), encoding="utf-8"
    )
    city, snapshots = taken(town)
    assert kept_lots(snapshots, city, folder=town / "kept", version="1") == {}
    with pytest.raises(ContractError, match="unheard-of"):
        admit(sources.parse_all(snapshots, city), city)


def test_a_folder_that_cannot_be_written_costs_time_alone(town):
    (town / "kept").write_text("in the way")
    assert_same(*both(town)[1:])
    (town / "kept").unlink()
    shutil.rmtree(town / "store")
    assert_same(*both(town)[1:])
