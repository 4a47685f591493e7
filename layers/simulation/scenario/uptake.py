"""How many people take up help in a story, month by month: what is expected, and what registers say. No incident."""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, ScenarioSource
from layers.simulation.scenario.ground import Given
from layers.simulation.scenario.rates import levels, story_rows
from layers.simulation.streams import stream

_DRIFT = 0.5  # of the sd with which incidents differ from year to year: places in help change slowly


def expected_uptake(source: ScenarioSource, city: City, given: Given) -> DataFrame | None:
    """Return the truth: series_id, month (date), people, and `without`, at the first level; None: no series."""
    told = story_rows(source, city, given)
    month = np.arange(np.datetime64(city.periods[0].start, "M"), np.datetime64(city.periods[-1].end, "M"))
    first_day = month.astype("datetime64[D]")
    starts = np.array([np.datetime64(period.start) for period in city.periods])
    period = np.maximum(np.searchsorted(starts, first_day, side="right") - 1, 0)
    frames = []
    for series in city.help_series:
        level = levels(told, (series.id, "", "people"), city)
        if level is None:
            continue
        people = {"people": level[period], "without": np.full(len(month), level[0])}
        frames.append(DataFrame({"series_id": series.id, "month": first_day.astype(object), **people}))
    return pd.concat(frames, ignore_index=True) if frames else None


def registered_uptake(source: ScenarioSource, city: City, truth: DataFrame) -> GeoDataFrame:
    """Return the registered uptake: whole people, with drift from year to year and noise."""
    rng = stream(source.seed, "help uptake")
    year = pd.to_datetime(truth["month"]).dt.year.to_numpy()
    key, row = np.unique(np.stack([truth["series_id"].factorize()[0], year]), axis=1, return_inverse=True)
    spread = _DRIFT * source.drift_sd
    drift = np.exp(spread * rng.normal(size=key.shape[1]) - spread**2 / 2)[row.ravel()]
    people = rng.poisson(truth["people"].to_numpy() * drift).astype(float)
    registered = truth.assign(people=people).drop(columns="without")
    return GeoDataFrame(registered, geometry=[None] * len(registered), crs=city.crs)
