"""Whether a city's counts may be repeated as their owner publishes them. Withholds nothing itself."""

from layers.city import City


def shown_as_published(city: City) -> bool:
    """Whether every source is open and the city's file says that its counts may be repeated as they are."""
    is_asked = city.disclosure.open_counts_as_published
    return is_asked and all(source.open for source in city.sources) and not city.simulated


def least_known(city: City) -> int:
    """Return the least count of a place that may be known; 0 where counts stand as published."""
    return 0 if shown_as_published(city) else city.disclosure.min_count
