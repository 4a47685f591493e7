"""What does not fit Fjordby is refused at once; its dates follow the city's periods."""

from datetime import date

import pytest
from pydantic import ValidationError

from layers.city import City
from layers.errors import ConfigError
from layers.simulation import simulate


def test_everything_that_does_not_fit_is_said_at_once(changed, fjordby):
    detection = (
        {"place": "torget", "period": "park", "recorded_by": "reactive", "share": 0.5},
        {"place": "parken", "period": "parken", "recorded_by": "reactive", "share": 0.5},
        {"place": "parken", "period": "parken", "recorded_by": "reactive", "share": 0.6},
    )
    said = fjordby.model_dump(by_alias=True) | {"crs": "EPSG:32632"}
    said["periods"] = [fjordby.periods[0].model_dump(), fjordby.periods[2].model_dump()]
    with pytest.raises(ConfigError) as error:
        simulate(changed(detection=detection), City.model_validate(said))
    assert str(error.value) == (
        "source 'fjordby' (kind: simulated): crs is EPSG:32632; "
        "the simulated city lies in EPSG:25832: write crs: EPSG:25832; "
        "there are 2 periods; the scene of the simulated city moves through three; "
        "detection[0].place 'torget' is not one of elsewhere, parken, torgkvartalet, undergangen; "
        "detection[1].period 'parken' is not a period of the city; "
        "detection[2].period 'parken' is not a period of the city; "
        "detection is given twice for parken / parken / reactive; "
        "'underpass' starts on 2017-06-05, but 'park' ends on 2016-09-05; make the two days one"
    )


def test_moved_and_deterred_are_parts_of_one_whole(changed):
    with pytest.raises(ValidationError, match="their sum must not exceed 1"):
        changed(moved_share=0.8, deterred_share=0.3)


def test_periods_are_contiguous_whole_weeks_with_years_of_history(fjordby):
    for before, after in zip(fjordby.periods[:-1], fjordby.periods[1:], strict=True):
        assert before.end == after.start
    assert all(period.start.weekday() == 0 for period in fjordby.periods)
    assert (fjordby.periods[1].start - fjordby.periods[0].start).days > 5 * 365 + 366
    assert (fjordby.as_of - fjordby.periods[-1].end).days >= fjordby.disclosure.min_age_days


def test_decisions_stand_in_the_tables_with_their_dates(drawn):
    decided = drawn.tables["interventions"].set_index("intervention_id")["start"]
    assert decided["kunngjoring"] == date(2015, 9, 7)
    assert decided["stenging"] == date(2016, 9, 5)
    assert decided[["patrulje", "hoyere-boter", "bortvisning"]].eq(date(2017, 6, 5)).all()
    assert decided["brukerrom"] > decided["mottakssenter"] > decided["patrulje"]
    zones = drawn.tables["zones"].set_index("zone_id")
    assert zones["kind"].to_dict() == {
        "parken": "closure",
        "torgkvartalet": "exclusion",
        "torgkvartalet-rundt": "exclusion",
        "torgpatruljen": "patrol",
        "undergangen": "place",
    }
    assert zones.loc[["torgkvartalet", "torgpatruljen"], "valid_from"].eq(date(2017, 6, 5)).all()


def test_housing_is_never_public(drawn):
    services = drawn.tables["services"]
    assert services.groupby("kind")["public"].all().to_dict() == {
        "LAR": True, "MO centre": True, "drop-in": True, "housing": False, "injection room": True
    }  # fmt: skip


def test_everything_stands_on_land(drawn):
    land = drawn.tables["land"].geometry.iloc[0].buffer(0.05)
    for name in ("districts", "zones", "interventions", "services"):
        shapes = drawn.tables[name].geometry.dropna()
        assert shapes.is_valid.all()
        assert shapes.within(land).all(), name
