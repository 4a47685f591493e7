"""The incidents that every peer serves: invented, of one town, with a clock of their own. Speaks no protocol."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

DAY_0 = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """One row of a source: what happened, when it was last changed, and what nobody may store."""

    case_no: str
    kind: str
    occurred: datetime
    updated: datetime
    lon: float
    lat: float
    count: int = 1
    narrative: str = "Ola Nordmann, 01019012345, was seen at the door"

    def moved(self, **said: object) -> "Record":
        return replace(self, **said)


def records(number: int = 7) -> list[Record]:
    """Records 20 days apart, each changed an hour after it occurred."""
    times = [DAY_0 + timedelta(days=20 * index, hours=3) for index in range(number)]
    return [
        Record(
            f"2024-{index:04d}",
            "noise" if index % 2 else "theft",
            time,
            time + timedelta(hours=1),
            5.30 + index / 1000,
            60.38,
        )
        for index, time in enumerate(times)
    ]


def iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000")
