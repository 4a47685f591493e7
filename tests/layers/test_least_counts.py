"""The least count that a flow could give away at a place, over spans and their differences."""

import numpy as np

from layers.movement.table import least_counts, places
from tests.made_city import city, made_units


def test_the_least_count_of_a_place_sees_differences_to_published_spans():
    units = made_units(city())
    counts = np.zeros((len(units.pieces), 100))
    counts[list(units.pieces["unit_id"]).index("d1/park"), [10, 60, 61, 62]] = [20, 1, 1, 1]
    place = places(units)
    park = place.ids.index("park")
    spans = (slice(0, 50), slice(50, 100))
    assert least_counts(counts, spans, (), place)[park] == 3
    assert least_counts(counts[:, :60], (slice(0, 50),), (slice(0, 50),), place)[park] == 20
    assert least_counts(counts, (slice(0, 50),), (slice(0, 61),), place)[park] == 1
