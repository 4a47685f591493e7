"""The frozen types of a city: all that its YAML may say, and what of it cannot be true. Reads no file.

`flows/configuration/settings.py` fills these from YAML; everything below `flows` receives a finished, valid `City`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, WithJsonSchema, field_validator, model_validator

from layers.city.any_source import AnySource
from layers.city.base import Frozen, Share, Slug, Words, known_zone
from layers.city.comments import Comment
from layers.city.computing import (
    DESCRIPTIVE_KINDS,
    KINDS_OF_RECORDS,
    Density,
    Deprivation,
    Disclosure,
    FindingKind,
    HarmWeights,
    Help,
    Indicator,
    Inference,
    Multiverse,
    RouteContrast,
)
from layers.city.context import ContextSeries
from layers.city.events import Break, Period, Place, PlaceCount, Scene, Step, Window
from layers.city.facts import Facts
from layers.city.harm import BorneBy, Harm, HarmKind, RecordedBy, Series
from layers.city.help_series import HelpKind, HelpSeries
from layers.city.released import Audience, ReleasedHotspot
from layers.city.remote import Remote, RemoteTable
from layers.city.scenario import ScenarioSource
from layers.city.sources import (
    Detection,
    FileSource,
    Join,
    OsmSource,
    Protection,
    SimulatedSource,
    Source,
    TableName,
    TableSource,
    TimeColumns,
)
from layers.city.targets import PostgisTarget, Targets

__all__ = [
    "DESCRIPTIVE_KINDS",
    "KINDS_OF_RECORDS",
    "AnySource",
    "Audience",
    "BorneBy",
    "Break",
    "City",
    "Comment",
    "ContextSeries",
    "Density",
    "Deprivation",
    "Detection",
    "Disclosure",
    "Facts",
    "FileSource",
    "FindingKind",
    "Frozen",
    "Harm",
    "HarmKind",
    "HarmWeights",
    "Help",
    "HelpKind",
    "HelpSeries",
    "Indicator",
    "Inference",
    "Join",
    "Multiverse",
    "OsmSource",
    "Period",
    "Place",
    "PlaceCount",
    "PostgisTarget",
    "Protection",
    "RecordedBy",
    "ReleasedHotspot",
    "Remote",
    "RemoteTable",
    "RouteContrast",
    "ScenarioSource",
    "Scene",
    "Series",
    "Share",
    "SimulatedSource",
    "Slug",
    "Source",
    "Step",
    "TableName",
    "TableSource",
    "Targets",
    "TimeColumns",
    "Window",
    "Words",
    "known_zone",
]


class City(Frozen):
    """One city, complete and checked."""

    city: Slug = Field(description="short name of the city: its folder and files")
    name: Words = Field(description="name of the city")
    crs: str = Field(description="one metric CRS, e.g. EPSG:25832")
    time_zone: str = Field(description="IANA zone of local days, e.g. Europe/Oslo")
    as_of: date | None = Field(None, description="fixes the run's date; default: the day of the run")
    internal_dir: Path | None = Field(None, description="where products of data that are not open are written")
    audience: Audience = Field("planning", description="who products are for; police get no health or outreach data")
    contact: str = Field(min_length=1, description="where corrections are received; printed in the atlas")
    comments: tuple[Comment, ...] = Field((), description="what those concerned said of the results; none: not asked")
    story: Slug | None = Field(None, description="which story of a scenario is told; default: as its source says")
    sources: tuple[AnySource, ...] = Field(min_length=1, description="where each table comes from")
    harm: Harm = Field(description="what is counted")
    periods: tuple[Period, ...] = Field(min_length=2, description="the chain of periods, without gap or overlap")
    scenes: tuple[Scene, ...] = Field(min_length=2, description="places where the scene stood or may have gone")
    steps: tuple[Step, ...] = Field(min_length=1, description="the first is the headline")
    whole_chain: bool = Field(True, description="compare the first with the last period too, if no step does")
    breaks: tuple[Break, ...] = Field((), description="declared changes of records that are not the event itself")
    help_series: tuple[HelpSeries, ...] = Field((), description="series on help taken up; none: no claim about help")
    context_series: tuple[ContextSeries, ...] = Field(
        (), description="figures of other registers for the whole municipality: shown, part of no finding"
    )
    deprivation: Deprivation = Field(description="who has less")
    density: Density = Field(description="the surface")
    inference: Inference = Field(description="intervals and verdicts")
    disclosure: Disclosure = Field(description="what may be published")
    multiverse: Multiverse = Field(default_factory=Multiverse, description="other choices that are tried")
    help: Help = Field(default_factory=Help, description="which help is within reach, beside exclusion zones")
    place_counts: tuple[PlaceCount, ...] = Field((), description="published counts by distance from places")
    targets: Targets = Field(default_factory=Targets, description="where the layers go beside the files")
    facts: Annotated[Facts | None, WithJsonSchema({"type": "string"})] = Field(
        None, description="folder in config/facts: what is known beside the records"
    )

    released: tuple[ReleasedHotspot, ...] = Field(
        (), description="hot spots that two people let out; `harmshift release` writes them beside the city's file"
    )

    @property
    def simulated(self) -> bool:
        return any(source.is_invented for source in self.sources)

    @property
    def is_open(self) -> bool:
        """Whether products may leave the internal folder: all sources open, or all simulated."""
        return all(source.open or source.is_invented for source in self.sources)

    @property
    def has_walkable_streets(self) -> bool:
        """Whether some source gives a street network that people can walk, not lines for drawing only."""
        return any(
            source.kind == "simulated"
            or (source.table == "streets" and (not isinstance(source, TableSource) or source.walkable))
            for source in self.sources
        )

    @property
    def indicators_carried_by(self) -> Literal["area", "people"] | None:
        """How indicators of other areas come to the districts: by area, or by where people are; None: they are not."""
        tables = {getattr(source, "table", None) for source in self.sources}
        if "indicator_areas" not in tables:
            return None
        return "people" if "people_where" in tables else "area"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @model_validator(mode="after")
    def _closed_data_stay_inside(self) -> "City":
        database = self.targets.postgis
        if database is not None and not database.internal and not self.is_open:
            closed = ", ".join(source.id for source in self.sources if not source.open)
            raise ValueError(
                f"targets.postgis: sources that are not open ({closed}) may only go where internal_dir may be read; "
                "if that holds for the database, say internal: true"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
