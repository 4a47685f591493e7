"""Which products carry the mark of simulated data: all of an invented town; on real ground what incidents made."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.configuration.settings import load_city
from layers.products.records import REAL_LAYERS, stamp_long, stamped
from tests.example_release import example_release, example_style

ROOT = Path(__file__).parents[3]
STYLE = example_style()


def release_of(name: str):
    return replace(example_release(), city=load_city(name, ROOT / "config").city)


def test_on_real_ground_the_incidents_are_simulated_not_the_city():
    bergen, fjordby = release_of("bergen"), release_of("fjordby")
    assert (bergen.stamp.nb, bergen.stamp.en) == ("SIMULERTE HENDELSER", "SIMULATED INCIDENTS")
    assert (fjordby.stamp.nb, fjordby.stamp.en) == ("SIMULERT", "SIMULATED")
    assert (
        "a real city; incidents" in stamp_long(bergen, STYLE).en and "oppdiktet by" not in stamp_long(bergen, STYLE).nb
    )
    assert "an invented city" in stamp_long(fjordby, STYLE).en
    recorded = example_release(simulated=False)
    assert recorded.stamp is None and stamp_long(recorded, STYLE) is None


@pytest.mark.parametrize("layer", ["streets", "practices", "services", "interventions"])
def test_layers_of_ground_and_facts_carry_no_mark_on_real_ground(layer):
    assert layer in REAL_LAYERS
    assert stamped("Title", release_of("bergen"), layer=layer) == "Title"
    assert stamped("Title", release_of("fjordby"), layer=layer) == "Title – SIMULERT / SIMULATED"


@pytest.mark.parametrize("layer", ["", "hotspots", "districts", "findings", "scenes"])
def test_layers_that_incidents_or_invented_figures_made_carry_it(layer):
    assert stamped("Title", release_of("bergen"), layer=layer) == "Title – SIMULERTE HENDELSER / SIMULATED INCIDENTS"
