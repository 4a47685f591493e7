"""What is known of a city beside its records: rows of config/facts, each with source and confidence. Reads no file."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from layers.city.base import Frozen, Words

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Bound = Annotated[str, Field(pattern=r"^[<>]?\d+(\.\d+)?$", description="a number; > or < where only a bound is told")]
Confidence = Literal["high", "medium", "low", "none"]
Criteria = Literal["all", "most", "visible use", "none"]
Practice = Literal["zero tolerance", "frequent", "reactive", "non-enforcement"]
FactVerdict = Literal["supported", "refuted", "no practical change", "cannot be decided"]


class Row(Frozen):
    """What every row of facts says: where it is from, and how sure it is."""

    source_id: Id = Field(description="of sources.csv")
    confidence: Confidence = Field(description="how sure the compilers are of it")
    note: str = Field("", description="what a reader must know")


class FactSource(Frozen):
    """Who told it."""

    source_id: Id
    citation: str = Field(min_length=1)
    kind: str = Field(min_length=1)


class FactPlace(Row):
    """A place that the sources name; without a position where it is not located, or protected."""

    place_id: Id
    name_nb: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    uncertainty_m: float | None = Field(None, gt=0, description="radius within which it lies")
    role: str = Field(min_length=1)
    is_scene: bool
    public: bool = Field(description="false: housing and the like, on no map, label or route, and without a position")

    @property
    def name(self) -> Words:
        return Words(nb=self.name_nb, en=self.name_en)

    @model_validator(mode="after")
    def _position(self) -> Self:
        given = [value is not None for value in (self.lat, self.lon, self.uncertainty_m)]
        if any(given) and not all(given):
            raise ValueError("write lat, lon and uncertainty_m together, or none of them")
        if any(given) and not self.public:
            raise ValueError("a place that is not public has no position here; remove lat, lon and uncertainty_m")
        return self


class Dated(Row):
    """Something with a beginning, and an end if it ended; half-open."""

    start: date
    end: date | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        return self


class FactMeasure(Dated):
    """A decision or a measure: closure, practice of enforcement, expulsions, help."""

    intervention_id: Id
    name_nb: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    place_id: Id | None = None
    start_precision: Literal["day", "month", "season", "year"]
    intensity: Practice | None = Field(None, description="of rows of kind practice: what the police did there")
    value: Bound | None = None
    unit: str = ""

    @model_validator(mode="after")
    def _practised(self) -> Self:
        if (self.kind == "practice") != (self.intensity is not None):
            raise ValueError("rows of kind practice, and no others, have an intensity")
        if self.kind == "practice" and self.place_id is None:
            raise ValueError("a practice needs the place it was practised at")
        return self


class MappingRow(Row):
    """What an observer found at a place in a round."""

    round: Id
    observer: Literal["outreach team", "field study"]
    round_start: date
    round_end: date
    place_id: Id
    criteria_met: Criteria = Field(description="criteria of an open scene that were met")
    scored: bool = Field(description="false: the source scores no criteria, they are read from its description")
    activity_nb: str = ""
    activity_en: str = ""
    roles: str = Field("", description="buyers and sellers; no contract holds ethnicity or nationality")
    time_of_day: str = ""

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.round_end <= self.round_start:
            raise ValueError(f"round_end {self.round_end} is not after round_start {self.round_start}")
        return self


class SurveyFigure(Row):
    """A share of the people who answered a survey."""

    figure_id: Id
    statement_nb: str = Field(min_length=1)
    statement_en: str = Field(min_length=1)
    value: Bound
    unit: Literal["percent"]
    n: int | None = Field(None, ge=1, description="who answered; missing where the source does not tell")
    period: str
    population_nb: str = Field(min_length=1)
    population_en: str = Field(min_length=1)
    topic: str = Field(min_length=1)


class PublishedCount(Dated):
    """A count that somebody published, low = high unless it is a range; low is missing where only a ceiling is told."""

    count_id: Id
    topic: Literal["expulsions", "overdoses", "reports", "help", "closure"]
    metric_nb: str = Field(min_length=1)
    metric_en: str = Field(min_length=1)
    area_nb: str = Field(min_length=1)
    area_en: str = Field(min_length=1)
    low: float | None = None
    high: float
    unit_nb: str = ""
    unit_en: str = ""

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low is not None and self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class PublishedIndicator(Row):
    """A value of deprivation that somebody published for a zone."""

    zone: str = Field(min_length=1)
    zone_type: str = Field(min_length=1)
    year: str = Field(min_length=1)
    indicator: str = Field(min_length=1)
    value: Bound
    unit: str = ""
    more_is: Literal["more_deprived", "less_deprived"]


class Expectation(Row):
    """What was expected before a decision, and what can be said of it from published facts."""

    expectation_id: Id
    expected_nb: str = Field(min_length=1)
    expected_en: str = Field(min_length=1)
    by_whom_nb: str = Field(min_length=1)
    by_whom_en: str = Field(min_length=1)
    when: str = Field(min_length=1)
    finding: str = Field("", description="kind of finding that would measure it")
    verdict: FactVerdict
    why_nb: str = Field(min_length=1)
    why_en: str = Field(min_length=1)


class ToldFact(Row):
    """What a source tells without a figure; printed as text, on no map."""

    statement_id: Id
    topic_nb: str = Field(min_length=1)
    topic_en: str = Field(min_length=1)
    text_nb: str = Field(min_length=1)
    text_en: str = Field(min_length=1)


class Facts(Frozen):
    """All that is known of a city beside its records; `layers.facts.read` has checked what rows say of each other."""

    name: str
    sources: tuple[FactSource, ...]
    places: tuple[FactPlace, ...] = ()
    interventions: tuple[FactMeasure, ...] = ()
    mapping_rounds: tuple[MappingRow, ...] = ()
    survey_figures: tuple[SurveyFigure, ...] = ()
    published_counts: tuple[PublishedCount, ...] = ()
    published_indicators: tuple[PublishedIndicator, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    statements: tuple[ToldFact, ...] = ()
