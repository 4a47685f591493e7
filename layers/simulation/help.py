"""How many people of Fjordby take up help, month by month: what is expected, and what the registers say. No incident.

Housing takes in more people once the market is patrolled, treatment does not: one exit into help is true, one is not.
"""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from layers.city import City, SimulatedSource
from layers.simulation.streams import stream
from layers.simulation.terrain import CRS

_MONTH = "datetime64[M]"
_PER_MONTH = {"housing": 140.0, "treatment": 220.0}
_GROWTH_PER_YEAR = {"housing": 0.02, "treatment": -0.01}
_DRIFT = 0.5  # of the sd with which incidents differ from year to year: places in help change slowly
_SEASON = 0.08  # more people come in winter


def expected_help(source: SimulatedSource, city: City) -> pd.DataFrame:
    """Return the truth: series_id, month (date), people expected, and `without`, had nothing been decided."""
    month = np.arange(np.datetime64(city.periods[0].start, "M") + 1, np.datetime64(city.periods[-1].end, "M"))
    opened = np.datetime64(city.periods[2].start)
    frames = []
    for name, level in _PER_MONTH.items():
        years = np.arange(len(month)) / 12.0
        of_year = (month - month.astype("datetime64[Y]")).astype(int)
        without = level * np.exp(_GROWTH_PER_YEAR[name] * years) * (1.0 + _SEASON * np.cos(2 * np.pi * of_year / 12.0))
        gain = source.help_gain if name == "housing" else 0.0
        people = without * np.where(month.astype("datetime64[D]") >= opened, 1.0 + gain, 1.0)
        days = month.astype("datetime64[D]").astype(object)
        frames.append(pd.DataFrame({"series_id": name, "month": days, "people": people, "without": without}))
    return pd.concat(frames, ignore_index=True)


def help_uptake(source: SimulatedSource, city: City) -> GeoDataFrame:
    """Return the registered uptake: series_id, month, people; whole people, with drift from year to year and noise."""
    table = expected_help(source, city)
    rng = stream(source.seed, "help uptake")
    year = pd.to_datetime(table["month"]).dt.year.to_numpy()
    key, row = np.unique(np.stack([table["series_id"].factorize()[0], year]), axis=1, return_inverse=True)
    spread = _DRIFT * source.drift_sd
    drift = np.exp(spread * rng.normal(size=key.shape[1]) - spread**2 / 2)[row.ravel()]
    people = rng.poisson(table["people"].to_numpy() * drift)
    registered = table.assign(people=people.astype(float)).drop(columns="without")
    return GeoDataFrame(registered, geometry=[None] * len(registered), crs=CRS)
