"""The city's database after a run: it gets what readers see, its fault is a warning, withdrawing brings it back."""

from pathlib import Path

import pytest

from flows.publishing.targets import delivered, follow
from flows.report import RunReport
from flows.steps import PlainStep
from layers.city import Targets
from layers.errors import PublishError
from layers.products import postgis
from tests.example_city import example_city

RUN = Path("/srv/maps/eksempelby/runs/2020-01-01-0123abcd")


@pytest.fixture
def city():
    said = {"postgis": {"url": "${DATABASE}", "schema": "harmshift_eksempelby"}}
    return example_city().model_copy(update={"targets": Targets.model_validate(said)})


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the database, by name."""
    seen = []
    monkeypatch.setattr(postgis, "write", lambda package, *_, **said: seen.append(("write", package, said)))
    monkeypatch.setattr(postgis, "withdraw", lambda *_: seen.append(("withdraw",)))
    return seen


def _report(*, published=True):
    return RunReport(RUN.name, RUN, (), (), published=published, reused=False)


def test_the_published_package_goes_to_the_database(city, asked):
    assert delivered(_report(), city, PlainStep()) == _report()
    assert asked == [("write", RUN / "eksempelby.gpkg", {})]


def test_without_a_target_or_a_published_run_nothing_is_asked(city, asked):
    delivered(_report(), example_city(), PlainStep())
    delivered(_report(published=False), city, PlainStep())
    assert not follow(example_city(), RUN)
    assert asked == []


def test_a_database_that_fails_leaves_the_run_published_with_a_warning(city, monkeypatch):
    def fails(*_args, **_said):
        raise PublishError("targets.postgis: ${DATABASE} does not answer.")

    monkeypatch.setattr(postgis, "write", fails)
    report = delivered(_report(), city, PlainStep())
    assert report.published
    assert report.undelivered == "targets.postgis: ${DATABASE} does not answer."
    assert report.warnings[0].en == "The database was not updated: targets.postgis: ${DATABASE} does not answer."


def test_after_a_withdrawal_it_holds_what_readers_see_and_nothing_of_what_was_taken_back(city, asked):
    assert follow(city, RUN)
    assert follow(city, None)
    assert asked == [("write", RUN / "eksempelby.gpkg", {"keeps_replaced": False}), ("withdraw",)]
