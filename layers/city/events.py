"""Settings of what happened where and when: periods, places, scenes, the comparisons along the chain."""

from datetime import date
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from layers.city.base import Frozen, Slug, Words

_WIDEST_RING_M = 5000.0


class Period(Frozen):
    """One link of the chain: half-open, from midnight to midnight local time."""

    id: Slug = Field(description="short name of the period")
    name: Words = Field(description="what maps and sentences call it")
    start: date = Field(description="first day, e.g. 2014-08-25; the end of the period before it")
    end: date = Field(description="first day that no longer belongs to it")
    anticipated_from: date | None = Field(
        None, description="first day on which its start was known and acted on; the days until then are not compared"
    )
    start_uncertain_days: int = Field(
        0, ge=0, le=180, description="days by which it may have started earlier or later; tried in the multiverse"
    )

    @model_validator(mode="after")
    def _end_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"period {self.id!r}: end {self.end} is not after start {self.start}")
        if self.anticipated_from is not None and self.anticipated_from >= self.start:
            msg = f"period {self.id!r}: anticipated_from {self.anticipated_from} is not before start {self.start}"
            raise ValueError(f"{msg}; write the day the change was announced or first felt, or leave it out")
        return self


class Place(Frozen):
    """A place taken from a table by id, widened by a radius."""

    table: Literal["zones", "interventions", "services", "districts"] = Field(
        description="table the place is taken from; districts: whole districts, less what scenes listed before hold"
    )
    ids: tuple[str, ...] = Field(min_length=1, description="ids in that table; several are one place")
    radius_m: float = Field(0.0, ge=0, le=5000, description="metres by which the place is widened")


class Scene(Frozen):
    """A place where the scene stood at some time; scenes coexist."""

    id: Slug = Field(description="short name of the scene, used in steps")
    name: Words = Field(description="what maps and sentences call it")
    place: Place = Field(description="where it stood")
    uncertainty_m: float | None = Field(
        None, ge=0, le=1000, description="how far off its position may be; default: as its interventions say, or exact"
    )


class Window(Frozen):
    """A half-open span of local days."""

    start: date = Field(description="first day")
    end: date = Field(description="first day that no longer counts")

    @model_validator(mode="after")
    def _end_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        return self


class Step(Frozen):
    """One comparison along the chain: from one period to a later one, origin to receivers."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_period: str = Field(alias="from", description="id of the period before")
    to_period: str = Field(alias="to", description="id of a later period")
    variant: Slug | None = Field(None, description="short name, where the same two periods are compared once more")
    origin: tuple[str, ...] = Field(min_length=1, description="scene ids that were closed or cleared")
    receivers: tuple[str, ...] = Field(description="scene ids where harm may have gone; may be empty beside rings")
    rings: tuple[float, ...] = Field(
        (), description="receivers too: outer edges, in metres on foot, of rings around the origin, e.g. [250, 500]"
    )
    before: Window | None = Field(None, description="days compared; default: season-matched inside the periods")
    after: Window | None = Field(None, description="days compared with them")

    @property
    def id(self) -> str:
        variant = f":{self.variant}" if self.variant else ""
        return f"{self.from_period}->{self.to_period}{variant}"

    @property
    def ring_edges(self) -> tuple[tuple[float, float], ...]:
        """Inner and outer edge of each ring, metres on foot."""
        return tuple(zip((0.0, *self.rings[:-1]), self.rings, strict=True)) if self.rings else ()

    @model_validator(mode="after")
    def _sets(self) -> Self:
        if not self.receivers and not self.rings:
            raise ValueError("nothing can receive: name scenes in receivers, or give rings, e.g. rings: [250, 500]")
        if any(outer <= inner for inner, outer in self.ring_edges):
            raise ValueError(f"rings {list(self.rings)} must grow from above 0; write e.g. rings: [250, 500]")
        if self.rings and self.rings[-1] > _WIDEST_RING_M:
            raise ValueError(f"a ring of {self.rings[-1]:g} m is no neighbourhood; {_WIDEST_RING_M:g} m at most")
        both = sorted(set(self.origin) & set(self.receivers))
        if both:
            raise ValueError(f"{both} stand both in origin and in receivers; a scene has one role in a step")
        if (self.before is None) != (self.after is None):
            raise ValueError("before and after belong together: give both or neither")
        return self


class Break(Frozen):
    """A day from which records or their makers changed, for all places or some: a penal code, a patrol, a system."""

    id: Slug = Field(description="short name of the break")
    name: Words = Field(description="what sentences call it")
    start: date = Field(description="first day under the new rule")
    settled: date | None = Field(
        None, description="first day on which it had settled; the days from start until then are not compared"
    )

    @model_validator(mode="after")
    def _settled_after_start(self) -> Self:
        if self.settled is not None and self.settled <= self.start:
            raise ValueError(f"break {self.id!r}: settled {self.settled} is not after start {self.start}")
        return self


class PlaceCount(Frozen):
    """A published count of recorded incidents by distance from a place; straight-line distance."""

    place_id: Slug = Field(description="name of the count in tables/place_counts.csv")
    place: Place | None = Field(None, description="none: the whole city")
    categories: tuple[str, ...] = Field((), description="each counted apart; none: all categories together")
    rings_m: tuple[tuple[float, float], ...] = Field((), description="from and to, half-open; none: the whole city")
    windows: tuple[Window, ...] = Field(min_length=1, description="days counted, each window apart")
