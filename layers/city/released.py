"""A hot spot that two people let out, and who products are for. Reads no file."""

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from layers.city.base import Frozen, Slug

# Who reads the products. Police never get what health services and outreach teams were told in confidence.
Audience = Literal["planning", "health", "police"]
PEOPLE_NEEDED = 2


class ReleasedHotspot(Frozen):
    """A hot spot that may be published, where it lay when it was released, who released it and why.

    An id alone would not do: ids are given in order of size, and another place may bear it the next night.
    """

    hotspot_id: str = Field(min_length=1, description="its id in the run in which it was released")
    series: Slug = Field(description="the series it belongs to")
    area: str = Field(min_length=1, description="its outline as WKT, in the city's CRS")
    by: tuple[str, ...] = Field(description="the names of two people, or more")
    reason: str = Field(min_length=10, description="why it may be shown, in a sentence")
    released_on: date = Field(description="the day it was released")
    run_id: str = Field(min_length=1, description="the run in which it was looked at")

    @field_validator("by")
    @classmethod
    def _two_people(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        people = {" ".join(name.split()).casefold() for name in names} - {""}
        if len(people) < PEOPLE_NEEDED:
            raise ValueError("needs the names of two different people: one alone releases no hot spot")
        return names
