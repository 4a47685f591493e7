"""Drift: how far a new run may lie from the one readers see before a person must look. Publishes nothing.

What is compared is kept in `HARMSHIFT_STATE/volumes/<city>.json`, never in a product: totals of two nights tell what
one night brought.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.nights.heartbeat import write_json
from layers.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame

    from layers.disclosure.release import Finding

CURE = "Look at the source; if the figures are right, publish them with: harmshift nightly {city} --accept-drift"
_FEW = 30  # so few new incidents are no flood, whatever the ratio


class DriftError(UserError):
    """A run that lies too far from the published one to be published unseen."""


@dataclass(frozen=True)
class Bands:
    """How far a run may drift.

    Attributes
    ----------
    rows : (float, float)
        Incidents of the new run over those of the last.
    new_per_day : float
        Highest rate of new incidents a day, over the usual rate of the years before.
    half_widths : float
        Farthest a headline estimate may move, in half-widths of the interval it had.
    """

    rows: tuple[float, float]
    new_per_day: float
    half_widths: float


@dataclass(frozen=True)
class Volume:
    """How many incidents a run was made from, and the days of the first and the last, as ISO dates."""

    run_id: str
    rows: int
    first_day: str
    last_day: str


def volume_of(incidents: "DataFrame", run_id: str) -> Volume:
    """Return the volume of a table of incidents; days are those of UTC."""
    times = incidents["occurred_from"]
    return Volume(run_id, len(times), times.min().date().isoformat(), times.max().date().isoformat())


def read_volume(state_dir: Path, city: str) -> Volume | None:
    """Return the volume of the last published run, None if it is not known."""
    try:
        return Volume(**json.loads(_path(state_dir, city).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_volume(state_dir: Path, city: str, volume: Volume) -> None:
    """Keep the volume of a run that was published."""
    write_json(_path(state_dir, city), asdict(volume))


def _path(state_dir: Path, city: str) -> Path:
    return state_dir / "volumes" / f"{city}.json"


def drifted(last: Volume | None, new: Volume, bands: Bands) -> list[str]:
    """Return what is unusual about how many incidents there are, one sentence each."""
    if last is None:
        return []
    found = []
    low, high = bands.rows
    if not low * last.rows <= new.rows <= high * last.rows:
        found.append(
            f"{new.rows:,} incidents, {new.rows / last.rows:.2f} times the {last.rows:,} of run {last.run_id} "
            f"(band {low:g} to {high:g})"
        )
    more = new.rows - last.rows
    days = max(_days(last.last_day, new.last_day), 1)
    usual = last.rows / max(_days(last.first_day, last.last_day) + 1, 1)
    if more >= _FEW and more / days > bands.new_per_day * usual:
        found.append(
            f"{more:,} new incidents in {days} day{'s' * (days > 1)}, {more / days / usual:.1f} times the usual "
            f"{usual:.1f} a day (band {bands.new_per_day:g})"
        )
    return found


def moved(before: "tuple[Finding, ...]", after: "tuple[Finding, ...]", bands: Bands) -> list[str]:
    """Return which headline estimates moved too far, one sentence each; undecided ones have no interval to leave."""
    known = {(f.id, f.series, f.adjustment): f for f in before if f.headline}
    found = []
    for new in after:
        old = known.get((new.id, new.series, new.adjustment))
        if old is None or old.estimate is None or new.estimate is None or old.interval is None:
            continue
        half_width = (old.interval[1] - old.interval[0]) / 2
        if half_width > 0 and abs(new.estimate - old.estimate) > bands.half_widths * half_width:
            found.append(
                f"{new.kind} is {new.estimate:+.3g}, was {old.estimate:+.3g} "
                f"({old.interval[0]:+.3g} to {old.interval[1]:+.3g})"
            )
    return found


def refuse(city: str, said: list[str]) -> None:
    """Raise if there is anything to say.

    Raises
    ------
    DriftError
        With all of it, and what to do.
    """
    if said:
        raise DriftError(f"{city}: not published, since figures drifted: {'; '.join(said)}. {CURE.format(city=city)}")


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
