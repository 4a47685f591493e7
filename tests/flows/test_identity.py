"""Which runs are one run: by day, settings, code, content, and what products say of sources that were not fresh."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.identity import run_id
from layers.tables import Fallback, FromArchive, Snapshot

DAY = date(2024, 6, 1)
FRESH = Snapshot(
    source_id="records",
    path=Path("records"),
    sha256="cd" * 32,
    size_bytes=12,
    address="records.csv",
    fetched_at=datetime(2024, 5, 31, tzinfo=UTC),
    upstream_date=None,
    licence="CC-BY-4.0",
    attribution="Lilleby",
    open=True,
)


def identity(given: Snapshot, *, as_of: date = DAY) -> str:
    return run_id(as_of, config_sha256="c", snapshots=[given], code="1")


def standing_in(fault: str, age_days: float) -> Snapshot:
    since = DAY - timedelta(days=round(age_days))
    return replace(FRESH, fallback=Fallback(fault, "why", age_days, since))


@pytest.mark.parametrize(
    "other",
    [standing_in("unreachable", 2.0), standing_in("changed", 1.0), standing_in("offline", 1.0), FRESH],
    ids=["older", "another fault", "offline", "fresh"],
)
def test_two_nights_of_the_same_bytes_are_told_apart_by_what_their_products_say(other):
    assert identity(other) != identity(standing_in("unreachable", 1.0))


def test_content_of_the_archive_address_is_another_run():
    archived = replace(FRESH, from_archive=FromArchive("unreachable", "why"))
    assert len({identity(FRESH), identity(archived), identity(standing_in("unreachable", 1.0))}) == 3


def test_hours_that_no_product_shows_make_no_other_run():
    assert identity(standing_in("unreachable", 1.1)) == identity(standing_in("unreachable", 1.4))
    assert identity(FRESH) == identity(FRESH)


def test_a_later_day_is_another_run():
    assert identity(FRESH) != identity(FRESH, as_of=DAY.replace(day=2))
