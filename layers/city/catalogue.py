"""One entry of the data catalogue: what is known of a source before any city uses it. Reads no file."""

from typing import Any

from pydantic import Field

from layers.city.base import Frozen
from layers.city.sources import Cadence, Sensitivity


class CatalogueEntry(Frozen):
    """What `config/sources.yaml` says of a source; a city's own words go before it."""

    title: str = Field(min_length=1, description="what it is, in a few words")
    kind: str = Field(description="kind of source, as in a city's sources")
    address: str = Field(description="where it is fetched")
    archive_address: str | None = Field(None, description="asked in the same way when address fails")
    older_states: str = Field(description="for people: where older states are kept, or who keeps them")
    licence: str = Field(min_length=1, description="licence, as its owner states it")
    attribution: str = Field(min_length=1, description="the credit line printed on maps")
    open: bool = Field(description="whether anyone may see the data as they are")
    sensitivity: Sensitivity = Field(description="personal, health and outreach data can never be open")
    cadence: Cadence = Field(description="how often its owner changes it")
    max_age_days: float = Field(gt=0, description="how long the last good snapshot stands in")
    settings: dict[str, Any] = Field(default_factory=dict, description="further keys of the kind, e.g. table_id")

    def keys(self) -> dict[str, Any]:
        """Return the keys of a source that the entry fills."""
        return self.model_dump(exclude={"title", "older_states", "settings"}) | self.settings
