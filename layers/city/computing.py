"""Settings of how figures are computed and what of them may be published."""

from typing import Annotated, Literal

from pydantic import Field

from layers.city.base import Frozen, Share, Slug, Words
from layers.city.enforcement import Enforcement
from layers.city.events import Window

FindingKind = Literal[
    "harm_total_change",
    "deprivation_of_harm_shift",
    "harm_moved_share",
    "share_in_most_deprived_fifth_change",
    "deterrence_vs_displacement",
    "displacement_wdd",
    "exit_into_help",
    "displacement_wdq",
    "negative_control",
    "route_contrast",
]
KINDS_OF_RECORDS: frozenset[FindingKind] = frozenset(
    {"negative_control", "route_contrast"}
)  # if a city declares series
DESCRIPTIVE_KINDS: frozenset[FindingKind] = frozenset({"displacement_wdq"})  # without verdict: neither band nor claim


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
    denominators: dict[Literal["ambient", "user"], str] = Field(
        default_factory=dict,
        description="people beside residents that harm is set against: ambient (there in the daytime) or user -> column"
        " of the districts table",
    )


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


class RouteContrast(Frozen):
    """Two series that see the same harm and came into the records by different routes."""

    series: Slug = Field(description="id of a series")
    beside: Slug = Field(description="id of the series that it is set against, by another route")


class Inference(Frozen):
    """Intervals and verdicts."""

    seed: int = Field(1, description="seed of everything drawn at random")
    level: float = Field(0.95, gt=0.5, lt=1, description="coverage of the intervals")
    control_beyond_m: float = Field(
        1000.0, gt=0, description="districts farther than this from every scene are controls"
    )
    untouched: tuple[Window, ...] = Field(
        (), description="later spans without a declared event at the scenes, whose year pairs show drift too"
    )
    min_placebo_pairs: int = Field(3, ge=2, description="fewer untouched pairs of years: cannot be decided")
    detection_ratios: tuple[float, float] = Field((0.5, 2.0), description="after/before recording ratios to withstand")
    review_dates: tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")], ...] = Field(
        ("01-01", "04-01", "07-01", "10-01"),
        min_length=1,
        description="month-day on which verdicts are reviewed; between them they stand, whatever new figures say",
    )
    enforcement: Enforcement | None = Field(
        None, description="recording place by place, from the interventions; default: the same ratios everywhere"
    )
    negative_controls: tuple[Slug, ...] = Field(
        (),
        description="series that the event cannot have displaced but changed recording would show in; where one"
        " changed, others by its route decide nothing",
    )
    route_contrasts: tuple[RouteContrast, ...] = Field(
        (), description="pairs of series that see the same harm by two routes; none: they are not compared"
    )
    no_practical_change: dict[FindingKind, float] = Field(description="half-width of the band, in the finding's unit")
    claim: dict[FindingKind, Literal["increase", "decrease"]] = Field(description="the side a claim is on")


class Indicator(Frozen):
    """Another indicator that districts could be ranked by."""

    indicator: str = Field(description="column of the districts table")
    more_is: Literal["more_deprived", "less_deprived"] = Field(description="what a high value means")


class HarmWeights(Frozen):
    """How much an incident of each category weighs, from a versioned table in config/harm_weights."""

    name: str = Field(description="name of the table, with its version")
    source: str = Field(description="who made it, and how")
    weights: dict[str, float] = Field(description="category -> weight; the others keep out of weighted choices")


class Multiverse(Frozen):
    """Other choices that could have been made as well: if their figures disagree in sign, nothing is decided."""

    bandwidths_m: tuple[float, ...] = Field(
        default=(0.0, 100.0, 200.0, 400.0), description="sigmas of spreading; 0: none"
    )
    grids_m: tuple[float, ...] = Field(default=(1000.0, 2000.0), description="squares ranked in the place of districts")
    larger_units: dict[Slug, str] = Field(
        default_factory=dict, description="larger units ranked too: their name -> column of districts with their number"
    )
    indicators: tuple[Indicator, ...] = Field(default=(), description="other indicators than that of deprivation")
    harm_weights: str | HarmWeights | None = Field(default=None, description="name of a table in config/harm_weights")
    min_effective_weighted: float = Field(
        default=200.0,
        ge=1,
        description="weighted choices with fewer effective incidents, (sum w)^2 / sum w^2, do not count",
    )
    place_draws: int = Field(
        default=8, ge=0, le=1000, description="other positions of origin and receivers, if uncertain"
    )
    geocoding_draws: int = Field(
        default=4, ge=0, le=100, description="other positions of the incidents, by uncertainty_m"
    )
    also_series: tuple[Slug, ...] = Field(
        default=(), description="series tried beside the first; each takes as long as the first does"
    )


class Help(Frozen):
    """Help for people who were sent away: what is still within reach on foot."""

    barred_by: tuple[str, ...] = Field(
        default=("exclusion", "closure"), description="kinds of zones that a person sent away may leave but not enter"
    )
    walking_kmh: float = Field(default=4.5, gt=1, le=7, description="walking speed")


class Disclosure(Frozen):
    """What may be published; a city may be stricter, never laxer."""

    min_effective_incidents: int = Field(10, ge=10, description="cells with fewer behind them are masked")
    min_count: int = Field(5, ge=5, description="smaller counts are withheld")
    min_bandwidth_m: float = Field(100.0, ge=100, description="narrower surfaces are not published")
    min_age_days: int = Field(90, ge=90, description="younger incidents are not published")
    open_counts_as_published: bool = Field(
        False, description="repeat small counts as they are, if every source is open and its owner publishes them"
    )
