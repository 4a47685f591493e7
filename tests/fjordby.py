"""Fjordby as its own file says it, for tests."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from flows.configuration.settings import load_city
from layers.city import City


@lru_cache(maxsize=1)
def fjordby_city() -> City:
    return load_city("fjordby", Path(__file__).parents[1] / "config").city


def short_fjordby(*, weeks: int = 6) -> City:
    """Fjordby with periods of a few weeks each, for tests of files rather than of figures."""
    city = fjordby_city()
    first, span = city.periods[0].start, timedelta(weeks=weeks)
    periods = [
        period.model_copy(
            update={"start": first + number * span, "end": first + (number + 1) * span, "anticipated_from": None}
        )
        for number, period in enumerate(city.periods)
    ]
    return city.model_copy(update={"periods": tuple(periods)})
