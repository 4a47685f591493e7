"""Nights of a town: the atlas readers have stays until something it shows is another, and page 1 says what is."""

import json
from datetime import timedelta

import pytest

from flows.publishing.current import current_run
from tests.flows import night_city as town

pytestmark = pytest.mark.slow
NEXT_QUARTER = 31  # nights after the first: a quarter closes, ninety days after its last day


def _pages(run):
    return {path.name: path.read_bytes() for path in sorted((run / "maps").iterdir())}


def _number(run):
    return json.loads((run / "maps/edition.json").read_text(encoding="utf-8"))["number"]


def _since(run):
    return json.loads((run / "manifest.json").read_text(encoding="utf-8"))["since_last"]


def _night(path, number, monkeypatch, code="0.1.0+tested"):
    monkeypatch.setattr("flows.plan.code_version", lambda: code)
    done = town.night(path, number, accept_drift=True)
    assert done.exit_code in (0, 3), done.message
    return current_run(path.parent / "out/lilleby")


def test_nights_that_change_nothing_shown_keep_the_atlas(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    path = town.write_town(tmp_path / "town")
    first = _night(path, 0, monkeypatch)
    assert (_number(first), _since(first)) == (1, None)
    assert _night(path, 1, monkeypatch) == first  # nothing new: nothing computed

    other = _night(path, 2, monkeypatch, code="0.1.1+tested")
    assert other != first and _pages(other) == _pages(first)
    assert (_since(other)["code"], _since(other)["revised_counts"]) == (["0.1.0+tested", "0.1.1+tested"], 0)

    town.write_incidents(path.parent, town.NIGHT.date() + timedelta(days=NEXT_QUARTER))
    grown = _night(path, NEXT_QUARTER, monkeypatch, code="0.1.1+tested")
    assert (_number(grown), _since(grown)["new_data"]) == (2, ["records"])
    assert _since(grown)["new_days"] == ["2023-01-01", "2023-04-01"] and _since(grown)["revised_counts"] == 0

    late = sorted(path.parent.glob("incidents_2019-*.csv"))[0]
    text = late.read_text(encoding="utf-8").splitlines()
    late.write_text("\n".join([*text, *(line.replace("A0", f"L{n}") for n in range(9) for line in text[1:3])]) + "\n")
    revised = _night(path, NEXT_QUARTER + 1, monkeypatch, code="0.1.1+tested")
    assert _number(revised) == 3 and _since(revised)["new_days"] is None and _since(revised)["revised_counts"] > 0

    path.write_text(path.read_text(encoding="utf-8").replace("kart@lilleby", "plan@lilleby"), encoding="utf-8")
    set_anew = _night(path, NEXT_QUARTER + 2, monkeypatch, code="0.1.1+tested")
    assert (_number(set_anew), _since(set_anew)["settings"]) == (4, True)
