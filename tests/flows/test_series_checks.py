"""Names of series in other settings: each mistake with its place and its cure."""

import pytest

from tests.flows.city_yaml import GOOD, mistakes


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ("multiverse: {also_series: [nuisanse]}", "multiverse.also_series[0]: 'nuisanse' is no series of harm.series."),
        ("inference: {negative_controls: [bikes]}", "inference.negative_controls[0]: 'bikes' is no series"),
        (
            "inference: {negative_controls: [nuisance_resident]}",
            "'nuisance_resident' is the headline series: its displacement is the",
        ),
        (
            "inference: {route_contrasts: [{series: nuisance_resident, beside: calls}]}",
            "inference.route_contrasts[0].beside: 'calls' is no series of harm.series. Known: nuisance_resident.",
        ),
        (
            "inference: {route_contrasts: [{series: nuisance_resident, beside: nuisance_resident}]}",
            "'nuisance_resident' and 'nuisance_resident' both came into the records by reactive. Pair two routes.",
        ),
    ],
)
def test_series_that_are_named(tmp_path, added, message):
    found = mistakes(tmp_path, ("crs: EPSG:25832", f"crs: EPSG:25832\n{added}"))
    assert [message in one for one in found] == [True], found


def test_the_city_itself_has_no_mistake(tmp_path):
    assert "inference" not in GOOD
    assert not mistakes(tmp_path, ("crs: EPSG:25832", "crs: EPSG:25832\nmultiverse: {also_series: []}"))
