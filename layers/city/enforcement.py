"""Settings of what enforcement does to the records: the share of incidents that enters them, with and without it."""

from typing import Self

from pydantic import Field, model_validator

from layers.city.base import Frozen, Share
from layers.city.harm import RecordedBy


class Enforcement(Frozen):
    """Which interventions are enforcement, and what share of incidents may enter the records beside them."""

    kinds: tuple[str, ...] = Field(("patrol", "enforcement"), description="kinds of interventions that bring records")
    routes: tuple[RecordedBy, ...] = Field(("police_initiated",), description="routes into the records that they touch")
    full_intensity: float = Field(1.0, gt=0, description="intensity in the table that is full, e.g. 24 hours a day")
    without: tuple[Share, Share] = Field(description="least and most recorded share where there is none; a wide span")
    at_full: tuple[Share, Share] = Field(description="least and most recorded share at full intensity")

    @model_validator(mode="after")
    def _spans(self) -> Self:
        for name, (least, most) in (("without", self.without), ("at_full", self.at_full)):
            if not 0 < least <= most:
                raise ValueError(f"{name}: {least} to {most} is no span of shares; give two above 0, the lower first")
        return self
