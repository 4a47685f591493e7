"""Settings of sources: where a table comes from and how its columns are to be read. Reads nothing."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from layers.city.base import Frozen, Share, Slug, known_zone
from layers.city.harm import RecordedBy

TableName = Literal[
    "incidents",
    "districts",
    "streets",
    "zones",
    "interventions",
    "services",
    "observations",
    "land",
    "water",
    "figures",
    "help_uptake",
    "indicator_areas",
    "people_where",
    "context_series",
]
Cadence = Literal["nightly", "weekly", "monthly", "quarterly", "yearly", "once"]
Sensitivity = Literal["none", "personal", "health", "outreach"]
FileFormat = Literal["auto", "geopackage", "geojson", "shapefile", "parquet", "csv"]
Box = tuple[float, float, float, float]


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
    """Columns joined by key from a second file, or from a source of figures: e.g. indicators to districts."""

    path: str | None = Field(None, description="second file of a file source, looked up like its path")
    source: Slug | None = Field(None, description="or the id of a source with `table: figures`")
    left: str = Field(description="key column of the main file")
    right: str = Field(description="key column of the joined one")
    columns: dict[str, str] = Field(description="contract column -> column of the joined one")
    skip_rows: int = Field(0, ge=0, description="rows to skip below the header, e.g. a second header")

    @model_validator(mode="after")
    def _one_partner(self) -> Self:
        if (self.path is None) == (self.source is None):
            raise ValueError("joins one thing: give either path (a file) or source (an id), not both")
        return self


class Protection(Frozen):
    """Why data that are not open may be processed, and for how long: who answers for it, and on what grounds."""

    controller: str = Field(min_length=1, description="the body that decides why and how the data are used")
    purpose: str = Field(min_length=1, description="what the data are used for, in one sentence")
    legal_basis: str = Field(min_length=1, description="the legal basis, e.g. article and national law")
    dpia: str = Field(min_length=1, description="reference of the data protection impact assessment")
    retention_days: int = Field(gt=0, description="days after which `harmshift purge` removes what was stored")


class Source(Frozen):
    """What every source declares, whatever its kind."""

    id: Slug = Field(description="short name of the source, used in messages and in the manifest")
    licence: str = Field(min_length=1, description="licence of the data, as its owner states it")
    attribution: str = Field(min_length=1, description="the credit line printed on maps")
    open: bool = Field(False, description="true only if the data may be shown to anyone as they are")
    address: str | None = Field(None, description="where the data come from, for the record")
    archive_address: str | None = Field(
        None, description="asked when address fails, before the last good snapshot: the owner's archive or a mirror"
    )
    catalogue: str | None = Field(None, description="entry of sources.yaml that says what this source leaves unsaid")
    cadence: Cadence | None = Field(None, description="how often the owner changes the data")
    max_age_days: float = Field(14, gt=0, description="the last good snapshot stands in for a failing source this long")
    sensitivity: Sensitivity = Field("none", description="personal, health and outreach data can never be open")
    protection: Protection | None = Field(None, description="needed for data that are not open")
    upstream_date: date | None = Field(None, description="the date the owner gives the data")
    max_refused_share: Share = Field(0.0, description="share of rows that may be quarantined before the run stops")

    @property
    def is_invented(self) -> bool:
        """Whether its incidents never happened: a simulated town, or a scenario on a real one."""
        return getattr(self, "kind", None) in {"simulated", "scenario"}

    @model_validator(mode="after")
    def _open_or_protected(self) -> Self:
        if self.open and self.sensitivity != "none":
            raise ValueError(
                f"is open and of sensitivity {self.sensitivity}: such data cannot be shown; write open: false"
            )
        if self.open or self.protection is not None or self.is_invented:
            return self
        raise ValueError(
            "is not open: say under protection its controller, purpose, legal_basis, dpia and retention_days, "
            "or open: true where the licence lets anyone see the data"
        )


class TableSource(Source):
    """A source that gives one table in columns: how they are to be read."""

    table: TableName = Field(description="which table it holds; figures: numbers by key, to be joined to another")
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
    join: Join | None = Field(None, description="columns joined by key, e.g. indicators to districts")
    usable_box: Box | None = Field(
        None, description="xmin, ymin, xmax, ymax in the source's CRS; coordinates outside are quarantined"
    )
    refused_points: tuple[tuple[float, float], ...] = Field(
        (), description="exact coordinates that stand for 'unknown', e.g. a geocoder's fallback; quarantined"
    )

    walkable: bool = Field(
        True, description="false: lines that are only drawn, such as major roads; no density along them"
    )

    @model_validator(mode="after")
    def _x_with_y(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together: give both or neither")
        if self.x is not None and self.crs is None:
            raise ValueError("x and y need crs: say which CRS the coordinates are in, e.g. crs: EPSG:4326")
        return self


class FileSource(TableSource):
    """One file, or several of one shape, that hold one table."""

    kind: Literal["file"]
    path: str = Field(description="file or pattern (incidents_*.parquet), relative to --data or to the YAML")
    format: FileFormat = Field("auto", description="format of the file; auto: by its first bytes and its name")
    layer: str | None = Field(None, description="layer in a GeoPackage with several")


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
    anticipated_share: Share = Field(
        0.0, description="share of a period's change that has happened while it is anticipated (anticipated_from)"
    )
    help_gain: float = Field(
        0.3, ge=0, le=3, description="people housed from the third period on, beyond what was expected, as a share"
    )
    detection: tuple[Detection, ...] = Field((), description="where and when records are not complete; default 1")

    @model_validator(mode="after")
    def _shares_of_one_whole(self) -> Self:
        if self.moved_share + self.deterred_share > 1:
            raise ValueError("moved_share and deterred_share are parts of one whole: their sum must not exceed 1")
        return self
