"""What all settings are made of: frozen models, words in two languages, names, time zones. Knows no section."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]


class Frozen(BaseModel):
    """Base of all settings: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Frozen):
    """The same words in Norwegian (bokmål) and English."""

    nb: str = Field(min_length=1, description="Norwegian bokmål")
    en: str = Field(min_length=1, description="English")


def known_zone(zone: str) -> str:
    """Return the zone if it is an IANA name, else say what one looks like."""
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is not an IANA time zone; write e.g. Europe/Oslo or UTC")
    return zone
