"""Settings of targets: no password in plain text, no closed data in a database that others read."""

import pytest
from pydantic import ValidationError

from layers.city import City, PostgisTarget
from tests.example_city import example_city


def _target(**said):
    return PostgisTarget.model_validate({"url": "${DATABASE}", "schema": "harmshift_bergen", **said})


@pytest.mark.parametrize(
    "url",
    [
        "${DATABASE}",
        "postgresql://writer:${PASSWORD}@db.example.org:5432/maps?sslmode=verify-full",
        "postgresql:///maps?host=/run/postgresql",
        "postgresql://writer@db.example.org/maps",
    ],
)
def test_addresses_without_a_secret_are_taken(url):
    assert _target(url=url).url == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://writer:hunter2@db.example.org/maps", "password in plain text"),
        ("postgresql://db.example.org/maps?password=hunter2", "password in plain text"),
        ("mysql://db.example.org/maps", "no address of a database"),
    ],
)
def test_others_are_refused_with_the_cure(url, said):
    with pytest.raises(ValidationError, match=said):
        _target(url=url)


@pytest.mark.parametrize("name", ["Harmshift", "1x", "a-b", "x" * 51, 'a"; DROP SCHEMA public'])
def test_schemas_have_plain_names(name):
    with pytest.raises(ValidationError, match="schema"):
        _target(schema=name)


def _city(**target):
    said = example_city(simulated=False).model_dump(mode="json", by_alias=True, exclude_none=True)
    said["sources"][0]["open"] = False
    said["internal_dir"] = "/srv/internal"
    said["sources"][0]["protection"] = {
        "controller": "Eksempelby kommune", "purpose": "evaluation", "legal_basis": "GDPR 6(1)(e)",
        "dpia": "2019/1", "retention_days": 365,
    }  # fmt: skip
    said["targets"] = {"postgis": {"url": "${DATABASE}", "schema": "harmshift_eksempelby", **target}}
    return City.model_validate(said)


def test_what_is_not_open_goes_only_to_a_database_that_is_as_closed():
    with pytest.raises(ValidationError, match="say internal: true"):
        _city()
    assert _city(internal=True).targets.postgis.internal
