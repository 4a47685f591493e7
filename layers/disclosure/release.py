"""What products may see: the results after the disclosure gate. Has no field that could hold an incident.

Only `layers/disclosure/gate.py` makes a `Release`; every module in `layers/products/` takes one and a directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.grid import Grid
from layers.city import City, Window, Words
from layers.facts.tables import ReleasedFacts
from layers.tables import Snapshot

# What a cell of a raster holds: nothing as it lies outside, a value, nothing as too few incidents stand behind it, or
# evidence of a change without its ratio.
OUTSIDE, SHOWN, WITHHELD, RATIO_WITHHELD = range(4)
Verdict = Literal["supported", "refuted", "no practical change", "cannot be decided"]


@dataclass(frozen=True)
class Finding:
    """One figure with its uncertainty and what may be said of it."""

    id: str  # kind, or kind:<from>-><to>; unique together with series and adjustment
    kind: str
    step: str | None
    series: str
    harm_class: str
    borne_by: str
    route: str
    # the last four: by another method what a headline answers
    # of the figure, or the people that harm is set against
    adjustment: Literal[
        "crude",
        "control",
        "none",
        "absolute",
        "log ratio",
        "as published",
        "trend",
        "two-way",
        "synthetic",
        "resident",
        "ambient",
        "user",
    ]
    headline: bool
    question: Words
    estimate: float | None
    unit: str
    interval: tuple[float, float] | None
    level: float
    p_value: float | None
    method: Words
    assumptions: tuple[Words, ...]
    detection_band: tuple[float, float] | None
    tipping_point: float | Literal["none"] | None
    multiverse: dict[str, float] | None  # min, median, max, share_agreeing_in_sign, choices
    parts: dict[str, float]  # e.g. origin, receivers, rest; before, after; G, L
    statement: Words
    verdict: Verdict | None
    would_decide: Words | None  # the record that would decide an undecided verdict
    truth: float | None = None  # of a simulated city
    short: Words | None = None  # the answer in one short sentence, for the first page


ReadingKind = Literal["displacement", "diffusion of benefit", "deterrence", "exit into help", "withdrawn recording"]


@dataclass(frozen=True)
class Reading:
    """One way to read the fall at the origin in a step and series: what it needs, its verdict, what would decide it.

    `evidence` are short sentences, most telling first.
    """

    kind: ReadingKind
    step: str
    series: str
    name: Words
    needs: Words
    evidence: tuple[Words, ...]
    verdict: Verdict
    would_decide: Words | None


@dataclass(frozen=True)
class Surface:
    """Intensity of recorded incidents of one series in one period on the grid.

    `values` float64, rows x cols, incidents per km2 and year; NaN outside the window and where fewer than the
    declared effective number of incidents stand behind a cell (see `masked`).
    """

    period: str
    series: str
    values: np.ndarray
    masked: np.ndarray  # bool: inside the window but withheld
    bandwidth_m: float

    @property
    def status(self) -> np.ndarray:
        """Why a cell is empty: `OUTSIDE`, `SHOWN` or `WITHHELD`; rows x cols uint8."""
        return np.where(self.masked, WITHHELD, np.where(np.isfinite(self.values), SHOWN, OUTSIDE)).astype(np.uint8)


@dataclass(frozen=True)
class ChangeSurface:
    """Change of one series from the window before to the window after, on the grid; see `layers.density.relative_risk`.

    `rate_ratio` and `relative_risk` float64, NaN where `status` is not `SHOWN`; `evidence` int8, 0 where withheld.
    """

    step: str
    series: str
    from_period: str
    to_period: str
    before: Window
    after: Window
    rate_ratio: np.ndarray
    relative_risk: np.ndarray
    evidence: np.ndarray
    status: np.ndarray  # uint8
    p_anywhere: float  # of no change of shares anywhere
    anywhere_by: str  # its test: maximum, simes
    bandwidth_m: float

    @property
    def name(self) -> str:
        """What files and projects call it; a variant of a step has a name of its own."""
        return f"change-{self.series}-{self.step.replace('->', '-').replace(':', '-')}"


@dataclass(frozen=True)
class LineUp:
    """The real change of a step among changes of the same incidents in which before and after are mixed.

    `values` are rows x cols float64 each, incidents per km2 and year, after less before; NaN outside the window and
    where too few incidents stand behind. `real` is the place of the real one.
    """

    series: str
    step: str
    values: tuple[np.ndarray, ...]
    real: int


@dataclass(frozen=True)
class Run:
    """Identity of a run."""

    run_id: str
    as_of: date
    data_until: date  # last local day counted in any product (exclusive)
    code_version: str
    config_sha256: str
    built_at: datetime  # derived from as_of, so that bytes do not depend on the clock
    incidents_of: str | None = None  # of closed data: the run that published these incidents first


@dataclass(frozen=True)
class Edition:
    """An issue of the atlas: its number and day change only with its content (layers/products/atlas/issue)."""

    number: int
    issued: date
    content_sha256: str


@dataclass(frozen=True)
class EarlierAtlas:
    """The atlas that readers have: its edition, and its PDF by language, none where a file is no longer whole."""

    edition: Edition
    pdf: Mapping[str, bytes]


@dataclass(frozen=True)
class ChangedVerdict:
    """A verdict of one review that data which came late or were revised changed after readers had seen it."""

    id: str  # of the finding, with series and adjustment
    series: str
    adjustment: str
    headline: bool
    review: date
    was: Verdict
    now: Verdict


@dataclass(frozen=True)
class SinceLast:
    """What differs from the run that readers saw before: new data, revised data, code and settings, each apart."""

    run_id: str
    as_of: date
    new_data: tuple[str, ...]  # ids of sources whose content is another
    new_days: tuple[date, date] | None  # until when was counted before and now, where it differs
    revised_counts: int | None  # published counts of closed periods that differ; None: not to be told apart
    code: tuple[str, str] | None  # version before and now, where they differ
    libraries: tuple[str, ...]  # names of those with another version
    settings: bool
    verdicts: tuple[ChangedVerdict, ...] | None = ()  # None: not to be told apart
    atlas: EarlierAtlas | None = None


@dataclass(frozen=True)
class Release:
    """Everything a product may show."""

    city: City
    run: Run
    snapshots: tuple[Snapshot, ...]
    warnings: tuple[Words, ...]
    grid: Grid
    window: GeoDataFrame  # one row: the land that counts, after water
    water: GeoDataFrame | None
    streets: GeoDataFrame | None  # for drawing
    districts: GeoDataFrame  # district_id, name, population, indicator, deprivation_rank, is_control, geometry
    # counts: incidents is Int64 and missing where withheld; beside it incidents_per_day and withheld
    district_counts: DataFrame  # district_id, period, series, ...
    zones: GeoDataFrame
    interventions: GeoDataFrame
    services: GeoDataFrame  # public ones only
    scenes: GeoDataFrame  # scene_id, name_nb, name_en, geometry
    scene_counts: DataFrame  # scene_id, period, series, ...
    surfaces: tuple[Surface, ...]  # by series in config order, then period
    streets_density: GeoDataFrame | None  # lixels: period, series, incidents_per_km_year
    # hotspot_id, period, series, share, area_km2, incidents_per_km2_year, status, period_start, period_end
    hotspots: GeoDataFrame
    findings: tuple[Finding, ...]
    place_counts: DataFrame  # place_id, category, from_m, to_m, start, end, count
    quarantine_summary: DataFrame  # source_id, table, reason, rows
    truth: dict[str, Any] | None = field(default=None)
    # step, series, direction (rise, fall), q_max, p_anywhere, rate_ratio (missing: withheld), area_km2; or not computed
    changes: GeoDataFrame | None = None
    # step, series, reading (kept, open), from_place, to_place, share, incidents_per_day, walk_m; no line where it ends
    flows: GeoDataFrame | None = None
    inequality: DataFrame | None = None  # step, series, denominator, measure, unit, when, estimate, low, high
    # step, series, denominator, window (before, after), people_share, harm_share; the most deprived first
    concentration_curves: DataFrame | None = None
    # the headlines under other choices, by finding and choice (layers/multiverse); the first of each is published
    multiverse: DataFrame | None = None
    service_access: DataFrame | None = None  # help within reach by period, scene and kind (layers/help.py)
    routes: DataFrame | None = None  # change at origin and receivers by route into the records (layers/routes.py)
    unit_roles: DataFrame | None = None  # step, unit_id, district_id, scene_id, from_m, to_m, role, area_km2
    rings: GeoDataFrame | None = None  # ring_id, step, from_m, to_m, geometry: receivers on foot around origins
    line_up: LineUp | None = None  # of the headline series and step; None: not computed
    change_surfaces: tuple[ChangeSurface, ...] = ()  # by step in config order, then series
    scene_sizes: DataFrame | None = None  # size and density of the densest areas (layers/description/scene_size.py)
    facts: ReleasedFacts | None = None  # what is known beside the records
    context: DataFrame | None = None  # other registers, in no finding (layers/disclosure/context.py)
    readings: tuple[Reading, ...] = ()  # five of each step and series (layers/findings/readings.py)
    since_last: SinceLast | None = None  # None: the first run

    @property
    def stamp(self) -> Words | None:
        """The words that stand on everything made from simulated data; on real ground the incidents alone are."""
        if not self.city.simulated:
            return None
        if self.is_on_real_ground:
            return Words(nb="SIMULERTE HENDELSER", en="SIMULATED INCIDENTS")
        return Words(nb="SIMULERT", en="SIMULATED")

    @property
    def is_on_real_ground(self) -> bool:
        """Whether a real city, with its ground and published facts, stands below; not so in an invented town."""
        return not any(source.kind == "simulated" for source in self.city.sources)
