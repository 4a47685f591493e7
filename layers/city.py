"""The frozen types of a city: all that its YAML may say, and what of it cannot be true. Reads no file.

`flows/settings.py` fills these from YAML; everything below `flows` receives a finished, valid `City`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]
TableName = Literal[
    "incidents", "districts", "streets", "zones", "interventions", "services", "observations", "land", "water"
]
BorneBy = Literal["user", "resident", "business", "public", "unknown"]
RecordedBy = Literal["police_initiated", "reactive", "health", "field"]
FindingKind = Literal[
    "harm_total_change",
    "deprivation_of_harm_shift",
    "harm_moved_share",
    "share_in_most_deprived_fifth_change",
    "deterrence_vs_displacement",
]


class Frozen(BaseModel):
    """Base of all settings: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Frozen):
    """The same words in Norwegian (bokmål) and English."""

    nb: str = Field(min_length=1, description="Norwegian bokmål")
    en: str = Field(min_length=1, description="English")


# ---------------------------------------------------------------- sources


class TimeColumns(Frozen):
    """Where an incident's time stands in the source, and in which time zone it is written."""

    occurred_from: str = Field(description="column with the time, or the earliest possible time")
    occurred_to: str | None = Field(None, description="column with the latest possible time; default: the same")
    zone: str = Field(description="IANA zone of times without offset, e.g. UTC or Europe/Oslo")
    format: str | None = Field(None, description="strptime format; default: ISO 8601")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)


class Join(Frozen):
    """A second file whose columns are joined to the first by key, e.g. indicators to districts."""

    path: str = Field(description="second file, looked up like path of the source")
    left: str = Field(description="key column of the main file")
    right: str = Field(description="key column of this file")
    columns: dict[str, str] = Field(description="contract column -> column of this file")
    skip_rows: int = Field(0, ge=0, description="rows to skip below the header, e.g. a second header")


class Source(Frozen):
    """What every source declares, whatever its kind."""

    id: Slug = Field(description="short name of the source, used in messages and in the manifest")
    licence: str = Field(min_length=1, description="licence of the data, as its owner states it")
    attribution: str = Field(min_length=1, description="the credit line printed on maps")
    open: bool = Field(False, description="true only if the data may be shown to anyone as they are")
    address: str | None = Field(None, description="where the data come from, for the record")
    upstream_date: date | None = Field(None, description="the date the owner gives the data")
    max_refused_share: Share = Field(0.0, description="share of rows that may be quarantined before the run stops")


class FileSource(Source):
    """One file, or several of one shape, that hold one table."""

    kind: Literal["file"]
    table: TableName = Field(description="which table the file holds")
    path: str = Field(description="file or pattern (incidents_*.parquet), relative to --data or to the YAML")
    format: Literal["auto", "geopackage", "geojson", "shapefile", "parquet", "csv"] = Field(
        "auto", description="format of the file; auto: by its first bytes and its name"
    )
    layer: str | None = Field(None, description="layer in a GeoPackage with several")
    crs: str | None = Field(None, description="CRS of x/y columns, or of a file that states none, e.g. EPSG:4326")
    x: str | None = Field(None, description="column with x or longitude, if coordinates are columns")
    y: str | None = Field(None, description="column with y or latitude")
    columns: dict[str, str] = Field(default_factory=dict, description="contract column -> column of the file")
    constants: dict[str, Any] = Field(
        default_factory=dict, description="contract column -> the same value in every row"
    )
    time: TimeColumns | None = Field(None, description="where times stand; incidents need it")
    missing: dict[str, tuple[Any, ...]] = Field(
        default_factory=dict, description="contract column -> values that mean missing, e.g. -666666666"
    )
    join: Join | None = Field(None, description="a second file joined by key, e.g. indicators to districts")
    usable_box: tuple[float, float, float, float] | None = Field(
        None, description="xmin, ymin, xmax, ymax in the source's CRS; coordinates outside are quarantined"
    )
    refused_points: tuple[tuple[float, float], ...] = Field(
        (), description="exact coordinates that stand for 'unknown', e.g. a geocoder's fallback; quarantined"
    )

    @model_validator(mode="after")
    def _x_with_y(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together: give both or neither")
        if self.x is not None and self.crs is None:
            raise ValueError("x and y need crs: say which CRS the coordinates are in, e.g. crs: EPSG:4326")
        return self


class OsmSource(Source):
    """Streets from an OpenStreetMap extract (.osm.pbf or .osm)."""

    kind: Literal["osm"]
    table: Literal["streets"] = "streets"
    path: str = Field(description="OpenStreetMap extract, relative to --data or to the YAML")


class Detection(Frozen):
    """The share of true incidents that enters the records, at one place in one period by one route."""

    place: str = Field(description="scene id, or 'elsewhere'")
    period: str = Field(description="period id")
    recorded_by: RecordedBy = Field(description="the route into the records")
    share: Share = Field(description="recorded share of what truly happened, 0 to 1")


class SimulatedSource(Source):
    """Fjordby, a fictional fjord city with a known truth; gives every table."""

    kind: Literal["simulated"]
    seed: int = Field(1, description="another seed: the same town and truth, other incidents")
    moved_share: Share = Field(0.7, description="share of each closed scene's harm that moves to the next scene")
    deterred_share: Share = Field(0.15, description="share that ends; the remainder stays or spreads over the city")
    trend_per_year: float = Field(-0.02, gt=-0.5, lt=0.5, description="background change of log rate per year")
    season_amplitude: float = Field(0.2, ge=0, lt=1, description="amplitude of the yearly wave, relative to the mean")
    drift_sd: float = Field(0.06, ge=0, lt=1, description="sd of the log rate of a district from year to year")
    overdispersion: float = Field(1.6, ge=1, description="variance over mean of a week's count")
    geocoding_error_m: float = Field(15.0, ge=0, description="sd of recorded against true position, each axis")
    detection: tuple[Detection, ...] = Field((), description="where and when records are not complete; default 1")

    @model_validator(mode="after")
    def _shares_of_one_whole(self) -> Self:
        if self.moved_share + self.deterred_share > 1:
            raise ValueError("moved_share and deterred_share are parts of one whole: their sum must not exceed 1")
        return self


AnySource = Annotated[FileSource | OsmSource | SimulatedSource, Field(discriminator="kind")]

# ---------------------------------------------------------------- what is counted


class HarmKind(Frozen):
    """What an incident category of the source stands for."""

    harm_class: Slug = Field(description="id of a class in harm.classes")
    borne_by: BorneBy = Field(description="who bears the harm")
    recorded_by: RecordedBy = Field(description="how it came into the records")


class Series(Frozen):
    """One series that findings are given for: never summed across who bears the harm."""

    id: Slug = Field(description="short name of the series, used in files")
    name: Words = Field(description="what maps and sentences call it")
    harm_class: Slug = Field(description="id of a class in harm.classes")
    borne_by: BorneBy = Field(description="who bears the harm")
    recorded_by: RecordedBy = Field(description="how it came into the records")


class Harm(Frozen):
    """Harm classes, the mapping from the source's categories, and the series analysed."""

    classes: dict[Slug, Words] = Field(description="the city's own harm classes, id and words")
    categories: dict[str, HarmKind] = Field(
        default_factory=dict, description="category of the source -> harm kind; may be empty if the source says it"
    )
    series: tuple[Series, ...] = Field(min_length=1, description="the first is the headline")


class Period(Frozen):
    """One link of the chain: half-open, from midnight to midnight local time."""

    id: Slug = Field(description="short name of the period")
    name: Words = Field(description="what maps and sentences call it")
    start: date = Field(description="first day, e.g. 2014-08-25; the end of the period before it")
    end: date = Field(description="first day that no longer belongs to it")

    @model_validator(mode="after")
    def _end_after_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"period {self.id!r}: end {self.end} is not after start {self.start}")
        return self


class Place(Frozen):
    """A place taken from a table by id, widened by a radius."""

    table: Literal["zones", "interventions", "services"] = Field(description="table the place is taken from")
    ids: tuple[str, ...] = Field(min_length=1, description="ids in that table; several are one place")
    radius_m: float = Field(0.0, ge=0, le=5000, description="metres by which the place is widened")


class Scene(Frozen):
    """A place where the scene stood at some time; scenes coexist."""

    id: Slug = Field(description="short name of the scene, used in steps")
    name: Words = Field(description="what maps and sentences call it")
    place: Place = Field(description="where it stood")


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
    origin: tuple[str, ...] = Field(min_length=1, description="scene ids that were closed or cleared")
    receivers: tuple[str, ...] = Field(min_length=1, description="scene ids where harm may have gone")
    before: Window | None = Field(None, description="days compared; default: season-matched inside the periods")
    after: Window | None = Field(None, description="days compared with them")

    @property
    def id(self) -> str:
        return f"{self.from_period}->{self.to_period}"

    @model_validator(mode="after")
    def _sets(self) -> Self:
        both = sorted(set(self.origin) & set(self.receivers))
        if both:
            raise ValueError(f"{both} stand both in origin and in receivers; a scene has one role in a step")
        if (self.before is None) != (self.after is None):
            raise ValueError("before and after belong together: give both or neither")
        return self


class Deprivation(Frozen):
    """The indicator that ranks districts."""

    indicator: str = Field(description="column of the districts table")
    more_is: Literal["more_deprived", "less_deprived"] = Field(description="what a high value means")
    year: str = Field(description="year of the indicator; before the first event, as displacement changes it")
    name: Words = Field(description="what maps and sentences call it")
    source: str = Field(description="who measured it; printed beside every statement on deprivation")
    without_value: Literal["refuse", "unranked"] = Field(
        "refuse", description="districts without value: stop the run, or leave their harm out of rank findings"
    )


class PlaceCount(Frozen):
    """A published count of recorded incidents by distance from a place; straight-line distance."""

    place_id: Slug = Field(description="name of the count in tables/place_counts.csv")
    place: Place | None = Field(None, description="none: the whole city")
    categories: tuple[str, ...] = Field((), description="each counted apart; none: all categories together")
    rings_m: tuple[tuple[float, float], ...] = Field((), description="from and to, half-open; none: the whole city")
    windows: tuple[Window, ...] = Field(min_length=1, description="days counted, each window apart")


# ---------------------------------------------------------------- how it is computed


class Density(Frozen):
    """The surface: Gaussian spreading over land."""

    bandwidth_m: float = Field(200.0, ge=10, le=5000, description="sigma of the Gaussian")
    street_bandwidth_m: float = Field(150.0, ge=10, le=2000, description="sigma along streets")
    hotspot_share: Share = Field(
        0.5, description="hot spots: the smallest area that holds this share of a period's harm"
    )
    max_cells: int = Field(20_000_000, ge=1000, description="a larger grid is refused")

    @property
    def cell_m(self) -> float:
        """Cell size: a quarter of the bandwidth."""
        return self.bandwidth_m / 4


class Inference(Frozen):
    """Intervals and verdicts."""

    seed: int = Field(1, description="seed of all resampling")
    replicates: int = Field(2000, ge=200, le=100_000, description="resampled weeks per interval")
    level: float = Field(0.95, gt=0.5, lt=1, description="coverage of the intervals")
    control_beyond_m: float = Field(
        1000.0, gt=0, description="districts farther than this from every scene are controls"
    )
    min_placebo_pairs: int = Field(3, ge=2, description="fewer untouched pairs of years: cannot be decided")
    detection_ratios: tuple[float, float] = Field((0.5, 2.0), description="after/before recording ratios to withstand")
    no_practical_change: dict[FindingKind, float] = Field(description="half-width of the band, in the finding's unit")
    claim: dict[FindingKind, Literal["increase", "decrease"]] = Field(description="the side a claim is on")


class Disclosure(Frozen):
    """What may be published; a city may be stricter, never laxer."""

    min_effective_incidents: int = Field(10, ge=10, description="cells with fewer behind them are masked")
    min_count: int = Field(5, ge=5, description="smaller counts are withheld")
    min_bandwidth_m: float = Field(100.0, ge=100, description="narrower surfaces are not published")
    min_age_days: int = Field(90, ge=90, description="younger incidents are not published")


class City(Frozen):
    """One city, complete and checked."""

    city: Slug = Field(description="short name of the city: its folder and files")
    name: Words = Field(description="name of the city")
    crs: str = Field(description="one metric CRS, e.g. EPSG:25832")
    time_zone: str = Field(description="IANA zone of local days, e.g. Europe/Oslo")
    as_of: date | None = Field(None, description="fixes the run's date; default: the day of the run")
    internal_dir: Path | None = Field(None, description="where products of data that are not open are written")
    contact: str = Field(min_length=1, description="where corrections are received; printed in the atlas")
    sources: tuple[AnySource, ...] = Field(min_length=1, description="where each table comes from")
    harm: Harm = Field(description="what is counted")
    periods: tuple[Period, ...] = Field(min_length=2, description="the chain of periods, without gap or overlap")
    scenes: tuple[Scene, ...] = Field(min_length=2, description="places where the scene stood or may have gone")
    steps: tuple[Step, ...] = Field(min_length=1, description="the first is the headline")
    deprivation: Deprivation = Field(description="who has less")
    density: Density = Field(description="the surface")
    inference: Inference = Field(description="intervals and verdicts")
    disclosure: Disclosure = Field(description="what may be published")
    place_counts: tuple[PlaceCount, ...] = Field((), description="published counts by distance from places")

    @property
    def simulated(self) -> bool:
        return any(source.kind == "simulated" for source in self.sources)

    @property
    def is_open(self) -> bool:
        """Whether products may leave the internal folder: all sources open, or all simulated."""
        return all(source.open or source.kind == "simulated" for source in self.sources)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def known_zone(zone: str) -> str:
    """Return the zone if it is an IANA name, else say what one looks like."""
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is not an IANA time zone; write e.g. Europe/Oslo or UTC")
    return zone
