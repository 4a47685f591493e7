"""Settings of a scenario: incidents invented on a real city's ground from declared rates. Reads nothing."""

from typing import Literal

from pydantic import Field

from layers.city.base import Slug
from layers.city.sources import Source


class ScenarioSource(Source):
    """Incidents, help and indicators invented on the city's own ground, with a known truth; stamped SIMULATED."""

    kind: Literal["scenario"]
    table: Literal["incidents"] = "incidents"
    story: Slug = Field(description="which of the stories in the rates is told; `story` of the city goes before it")
    rates: str = Field(description="CSV: story, category, place, what (per_day, recorded, people), a column per period")
    published: str | None = Field(None, description="CSV of published counts: count_id, start, end, low, high")
    totals: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="category -> ids of published counts that its expected number meets"
    )
    hierarchy: str = Field(description="CSV: district_id, area and upper_area of every district")
    columns: dict[str, str] = Field(default_factory=dict, description="column of the hierarchy -> one of these three")
    areas: str = Field(description="CSV of invented indicators by area or district: area, then a column each")
    people: str = Field(description="CSV of published residents of upper areas; spread by area of land")
    people_key: str = Field("district", description="its column with the name of the upper area")
    seed: int = Field(1, description="another seed: the same truth, other incidents")
    trend_per_year: float = Field(-0.01, gt=-0.5, lt=0.5, description="background change of log rate per year")
    season_amplitude: float = Field(0.2, ge=0, lt=1, description="amplitude of the yearly wave, relative to the mean")
    drift_sd: float = Field(0.05, ge=0, lt=1, description="sd of the log rate of a district from year to year")
    overdispersion: float = Field(1.4, ge=1, description="variance over mean of a week's count")
    geocoding_error_m: float = Field(20.0, ge=0, description="sd of recorded against true position, each axis")
    spread_m: float = Field(45.0, gt=0, le=500, description="sd of where things happen around a scene's middle")
