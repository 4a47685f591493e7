"""A city of eight square districts in a row for tests of findings: three scenes, two steps, counts made to order."""

from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point, box

from layers.city import City
from layers.frame.exposure import Exposure
from layers.frame.units import Units, units
from layers.tables import Tables

CRS = "EPSG:25832"
SIDE_M = 1000.0
FIRST_DAY, END = date(2009, 1, 1), date(2017, 1, 1)
CHANGE = date(2014, 8, 25)
WORDS = {"nb": "x", "en": "x"}
PROTECTION = {"controller": "x", "purpose": "x", "legal_basis": "x", "dpia": "x", "retention_days": 365}


def city(**changes: Any) -> City:
    """Return the settings; `changes` replace top-level keys, dotted names (inference__seed) keys inside them."""
    said: dict[str, Any] = {
        "city": "made",
        "name": {"nb": "Laget", "en": "Made"},
        "crs": CRS,
        "time_zone": "Europe/Oslo",
        "contact": "x",
        "sources": [
            {"kind": "file", "id": "r", "table": "incidents", "path": "r.csv", "licence": "x", "attribution": "x",
             "protection": PROTECTION}
        ],
        "harm": {
            "classes": {"violence": {"nb": "vold", "en": "violence"}},
            "series": [_series("violence", "Vold", "Violence", "reactive")],
        },
        "periods": [
            {"id": "a", "name": WORDS, "start": FIRST_DAY, "end": CHANGE},
            {"id": "b", "name": WORDS, "start": CHANGE, "end": date(2015, 6, 1)},
            {"id": "c", "name": WORDS, "start": date(2015, 6, 1), "end": END},
        ],
        "scenes": [_scene("park", "Parken", "The park"), _scene("market", "Torget", "The market"),
                   _scene("tunnel", "Undergangen", "The underpass")],
        "steps": [
            {"from": "a", "to": "c", "origin": ["park"], "receivers": ["market", "tunnel"]},
            {"from": "b", "to": "c", "origin": ["market"], "receivers": ["tunnel"]},
        ],
        "deprivation": {"indicator": "poor", "more_is": "more_deprived", "year": "2013", "name": WORDS, "source": "x"},
        "density": {},
        "inference": {
            "no_practical_change": {
                "harm_total_change": 0.05,
                "deprivation_of_harm_shift": 1.0,
                "harm_moved_share": 0.1,
                "share_in_most_deprived_fifth_change": 1.0,
                "deterrence_vs_displacement": 0.1,
                "displacement_wdd": 0.05,
                "exit_into_help": 0.1,
            },
            "claim": {
                "harm_total_change": "decrease",
                "deprivation_of_harm_shift": "increase",
                "harm_moved_share": "increase",
                "share_in_most_deprived_fifth_change": "increase",
                "deterrence_vs_displacement": "increase",
                "displacement_wdd": "decrease",
                "exit_into_help": "increase",
            },
        },
        "disclosure": {},
    }  # fmt: skip
    for name, value in changes.items():
        *sections, key = name.split("__")
        place = said
        for section in sections:
            place = place[section]
        place[key] = value
    return City.model_validate(said)


def _series(harm_class: str, nb: str, en: str, route: str) -> dict[str, Any]:
    name = {"nb": nb, "en": en}
    return {"id": harm_class, "name": name, "harm_class": harm_class, "borne_by": "resident", "recorded_by": route}


def _scene(name: str, nb: str, en: str) -> dict[str, Any]:
    place = {"table": "services", "ids": [name], "radius_m": 150.0}
    return {"id": name, "name": {"nb": nb, "en": en}, "place": place}


def tables() -> Tables:
    """Return eight districts d1..d8 from west to east, d8 the least deprived; scenes in d1, d2 and d3."""
    n = 8
    districts = gpd.GeoDataFrame(
        {
            "district_id": [f"d{i + 1}" for i in range(n)],
            "name": [f"D{i + 1}" for i in range(n)],
            "population": [1000.0] * n,
            "poor": [0.10, 0.20, 0.40, 0.30, 0.15, 0.25, 0.35, 0.05],
        },
        geometry=[box(i * SIDE_M, 0, (i + 1) * SIDE_M, SIDE_M) for i in range(n)],
        crs=CRS,
    )
    services = gpd.GeoDataFrame(
        {"service_id": ["park", "market", "tunnel"]},
        geometry=[Point(500 + 1000 * i, 500) for i in range(3)],
        crs=CRS,
    )
    empty = gpd.GeoDataFrame(geometry=[], crs=CRS)
    return Tables(empty, districts, None, empty, empty, services, None, None)


def made_units(settings: City) -> Units:
    return units(tables(), settings)


def made_exposure(rates: np.ndarray, *, n_series: tuple[str, ...] = ("violence",)) -> Exposure:
    """Return an exposure whose counts are exactly these (units x days)."""
    return Exposure(FIRST_DAY, dict.fromkeys(n_series, rates))


def level(settings: City, **per_day: float) -> np.ndarray:
    """Return the daily rate of every unit: 1 in districts, 0 in scenes, or what is given by unit id (d1_park)."""
    ids = [i.replace("/", "_") for i in made_units(settings).pieces["unit_id"]]
    base = [0.0 if "_" in i else 1.0 for i in ids]
    return np.array([per_day.get(i, b) for i, b in zip(ids, base, strict=True)])


def days(first: date = FIRST_DAY, end: date = END) -> pd.DatetimeIndex:
    return pd.date_range(first, end - timedelta(days=1), freq="D")


def noisy_counts(
    before: np.ndarray, after: np.ndarray, *, seed: int, drift_sd: float = 0.06, dispersion: float = 1.6
) -> np.ndarray:
    """Draw counts, units x days: yearly drift of each unit, gamma weeks, a season, a step at the change."""
    rng = np.random.default_rng(seed)
    day = days()
    year = day.year.to_numpy() - day.year.min()
    wave = 1.0 + 0.2 * np.cos(2 * np.pi * (day.day_of_year.to_numpy() - 200) / 365.25)
    drift = np.exp(rng.normal(0.0, drift_sd, (len(before), year.max() + 1)))[:, year]
    mean = np.where((day >= pd.Timestamp(CHANGE))[None, :], after[:, None], before[:, None]) * wave * drift
    starts = np.arange(0, len(day), 7)
    weekly = np.add.reduceat(mean, starts, axis=1)
    excess = max(dispersion - 1.0, 1e-9)
    heat = rng.gamma(weekly / excess + 1e-12, 1.0) * excess / np.where(weekly > 0, weekly, 1.0)
    return rng.poisson(mean * np.repeat(heat, 7, axis=1)[:, : len(day)])
