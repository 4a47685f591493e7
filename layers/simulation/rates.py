"""The truth of Fjordby: how much harm of which kind is expected where on which day. Draws nothing, records nothing."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from layers.city import City, ScenarioSource, SimulatedSource
from layers.simulation.places import ELSEWHERE, MARKET_ID, PARK_ID, SCENES, UNDERPASS_ID, Site
from layers.tables import Expected

_WEEKEND = (0.90, 0.88, 0.92, 0.98, 1.16, 1.18, 0.98)  # Monday to Sunday; sums to 7
_OFFICE = (1.10, 1.08, 1.06, 1.08, 1.10, 0.98, 0.60)


@dataclass(frozen=True)
class Kind:
    """One kind of harm: who bears and who records it, and its incidents per day before anything moved."""

    harm_class: str
    borne_by: str
    recorded_by: str
    category: str
    at_scenes: tuple[float, float, float]  # park, market, underpass
    background: float  # over the whole city
    peak_day: int  # of the year
    weekdays: tuple[float, ...] = _WEEKEND
    moves: bool = True  # attached to the scene: goes where the scene goes
    background_on: str = "residents"
    busiest_hour: float = 20.0
    reported_late: bool = False  # found later: from and to differ


KINDS = (
    Kind("disorder", "resident", "reactive", "nuisance call", (4.0, 1.0, 0.3), 8.0, 196),
    Kind("violence", "user", "health", "ambulance violence", (0.5, 0.14, 0.05), 0.7, 200, busiest_hour=23.0),
    Kind("overdose", "user", "health", "ambulance overdose", (0.55, 0.16, 0.06), 0.4, 205, busiest_hour=17.0),
    Kind("use", "user", "police_initiated", "possession", (2.2, 0.6, 0.2), 1.2, 190, busiest_hour=15.0),
    Kind("litter", "public", "reactive", "litter report", (1.0, 0.25, 0.1), 2.5, 170, _OFFICE, busiest_hour=10.0),
    Kind(
        "theft", "business", "reactive", "theft report", (0.0, 2.0, 0.4), 7.0, 340, _OFFICE,
        moves=False, background_on="shops", busiest_hour=15.0, reported_late=True,
    ),
    Kind("enforcement", "user", "police_initiated", "fine or expulsion", (0.0, 0.0, 0.0), 0.3, 190, moves=False),
)  # fmt: skip
# Enforcement is a decision, not something that moves: incidents per day at each scene in each of the three periods.
_ENFORCEMENT = {PARK_ID: (0.35, 0.10, 0.02), MARKET_ID: (0.10, 0.30, 2.40), UNDERPASS_ID: (0.02, 0.02, 0.05)}


@dataclass(frozen=True)
class Component:
    """One kind of harm at one place: its expected incidents on every day, spread over one support."""

    name: str
    kind: Kind
    place: str  # what detection is looked up by: a scene id or 'elsewhere'
    support: str  # key of Town.supports
    per_day: np.ndarray  # (days,)
    recorded: np.ndarray | None = None  # (days,): share that enters the records; None: as the source's `detection`


def days(city: City) -> np.ndarray:
    """Return every day from the start of the first period to the end of the last, datetime64[D]."""
    return np.arange(np.datetime64(city.periods[0].start), np.datetime64(city.periods[-1].end))


def components(source: SimulatedSource, city: City) -> tuple[Component, ...]:
    """Return every component, those without any harm left out.

    At the closure of a scene (the start of a period) `moved_share` of all that is attached to it goes to the next
    scene and `deterred_share` ends; of the remainder half stays and half spreads over the streets around. While that is
    anticipated, `anticipated_share` of it has happened.
    """
    built = []
    for kind in KINDS:
        wave = wave_of(source, city, kind)
        for name, (place, levels) in _levels(source, kind).items():
            per_day = _by_day(levels, city, anticipated=source.anticipated_share if kind.moves else 0.0) * wave
            if per_day.any():
                label = "/".join((kind.harm_class, kind.borne_by, kind.recorded_by, name.replace(" ", "-")))
                support = kind.background_on if name == ELSEWHERE else name
                built.append(Component(label, kind, place, support, per_day))
    return tuple(built)


def expected(parts: tuple[Component, ...], town: Site, city: City) -> Expected:
    """Return the components as the two tables of `Expected`."""
    points = [
        pd.DataFrame(dict(zip("xy", town.supports[part.support].xy.T, strict=True)), copy=True).assign(
            component=part.name, weight=town.supports[part.support].weight
        )
        for part in parts
    ]
    calendar = days(city).astype(object)  # datetime.date
    rates = [
        pd.DataFrame(
            {
                "component": part.name,
                "harm_class": part.kind.harm_class,
                "borne_by": part.kind.borne_by,
                "recorded_by": part.kind.recorded_by,
                "day": calendar,
                "incidents_per_day": part.per_day,
            }
        )
        for part in parts
    ]
    columns = ["component", "x", "y", "weight"]
    return Expected(pd.concat(points, ignore_index=True)[columns], pd.concat(rates, ignore_index=True))


def _levels(source: SimulatedSource, kind: Kind) -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Return support -> (place, incidents per day in each period, without season and trend)."""
    moved = source.moved_share if kind.moves else 0.0
    stays = (1 - source.moved_share - source.deterred_share) / 2 if kind.moves else 1.0
    spreads = stays if kind.moves else 0.0
    park, market, below = kind.at_scenes
    full_market = market + moved * park
    levels = {
        PARK_ID: (PARK_ID, (park, stays * park, stays * park)),
        MARKET_ID: (MARKET_ID, (market, full_market, stays * full_market)),
        UNDERPASS_ID: (UNDERPASS_ID, (below, below, below + moved * full_market)),
        f"around {PARK_ID}": (ELSEWHERE, (0.0, spreads * park, spreads * park)),
        f"around {MARKET_ID}": (ELSEWHERE, (0.0, 0.0, spreads * full_market)),
        ELSEWHERE: (ELSEWHERE, (kind.background,) * 3),
    }
    if kind.harm_class == "enforcement":
        levels |= {scene: (scene, _ENFORCEMENT[scene]) for scene in SCENES}
    return levels


def _by_day(levels: tuple[float, float, float], city: City, *, anticipated: float) -> np.ndarray:
    """Return the level of every day, part of the way to the next one while its period is anticipated."""
    per_day = np.repeat(np.asarray(levels, dtype=float), _period_days(city))
    calendar = days(city)
    for number, period in enumerate(city.periods):
        if period.anticipated_from is None or number == 0:
            continue
        early = (calendar >= np.datetime64(period.anticipated_from)) & (calendar < np.datetime64(period.start))
        per_day[early] += anticipated * (levels[number] - levels[number - 1])
    return per_day


def wave_of(source: SimulatedSource | ScenarioSource, city: City, kind: Kind) -> np.ndarray:
    """Return season x trend x weekday of every day; trend is 1 on the first day."""
    calendar = days(city)
    day_of_year = (calendar - calendar.astype("datetime64[Y]")).astype(int)
    season = 1 + source.season_amplitude * np.cos(2 * np.pi * (day_of_year - kind.peak_day) / 365.25)
    trend = np.exp(source.trend_per_year * np.arange(calendar.size) / 365.25)
    monday_first = (calendar - np.datetime64(date(2007, 1, 1))).astype(int) % 7
    return np.asarray(season * trend * np.array(kind.weekdays)[monday_first])


def _period_days(city: City) -> list[int]:
    return [(period.end - period.start).days for period in city.periods]
