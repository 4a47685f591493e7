"""Notices of a run: whole sentences in both languages, and no small number of closed data."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from layers.frame.units import Units
from layers.notices import notices
from layers.tables import Border, Fallback, FromArchive
from tests.example_release import example_release


def said(city, *, lost=0, repairs=(), refused=0, snapshots=()):
    columns = ["source_id", "table", "repair", "rows", "area_change_m2"]
    quarantine = pd.DataFrame({"source_id": ["records"] * refused, "row": range(refused)})
    border = Border(None, quarantine, pd.DataFrame(list(repairs), columns=columns), {"records": 300})
    units = Units(None, pd.DataFrame({"deprivation_rank": [0.5]}), None, None)
    cells = np.where(np.arange(50) < lost, -1, 7)
    return notices(border, units, city, cells=cells, unit_index=cells, snapshots=snapshots)


@pytest.mark.parametrize(
    ("simulated", "lost", "nb", "en"),
    [
        (True, 3, "Færre enn 5 hendelser ligger i vann", "Fewer than 5 incidents lie in water"),
        (True, 5, "5 hendelser ligger i vann", "5 incidents lie in water"),
        (False, 1, "1 hendelse ligger i vann", "1 incident lies in water"),
    ],
)
def test_a_small_number_of_incidents_is_told_of_open_data_alone(simulated, lost, nb, en):
    on_no_map, in_no_finding, *_ = said(example_release(simulated=simulated).city, lost=lost)
    assert on_no_map.nb.startswith(nb)
    assert on_no_map.en.startswith(en)
    assert in_no_finding.nb.endswith("ligger ikke i noen sone og er ikke med i funnene.")
    assert in_no_finding.en.endswith("in no district, in no finding.")


def test_ways_cut_at_the_edge_of_an_extract_are_told():
    city = example_release().city
    one, several, *_ = said(city, repairs=[("osm", "streets", "ways cut at the edge", n, 0.0) for n in (1, 42)])
    assert one.en == "1 walkable way leads out of the extract osm and ends at its edge."
    assert several.en == "42 walkable ways lead out of the extract osm and end at its edge."
    assert several.nb == "42 gangbare veier i osm fører ut av kartutsnittet og ender ved kanten."


def test_one_is_told_as_one():
    city = example_release().city
    refused, mended, *_ = said(city, refused=1, repairs=[("fjord", "water", "made valid", 1, 12.0)])
    assert refused.en == "1 of 300 rows of records was refused; reasons stand in tables/quarantine.csv."
    assert mended.en == "1 shape of fjord was repaired (12 m² changed)."
    assert mended.nb == "1 form i fjord ble reparert (12 m² endret)."


@pytest.mark.parametrize(
    ("fault", "nb", "en"),
    [
        (
            "unreachable",
            "er fra 2019-12-29: kilden var ikke å nå, og",
            "is as of 2019-12-29: the source could not be reached, and",
        ),
        ("offline", "er fra 2019-12-29: kjørt uten nett, og", "is as of 2019-12-29: run offline, and"),
    ],
)
def test_a_snapshot_that_stands_in_is_told_first(fault, nb, en):
    release = example_release()
    stands_in = replace(release.snapshots[0], fallback=Fallback(fault, "why", 3.2, date(2019, 12, 29)))
    first, *_ = said(release.city, lost=1, snapshots=[stands_in, *release.snapshots])
    assert nb in first.nb
    assert en in first.en


def test_a_snapshot_of_the_archive_address_is_told():
    release = example_release()
    archived = replace(release.snapshots[0], from_archive=FromArchive("changed", "why"))
    first, *_ = said(release.city, lost=1, snapshots=[archived])
    assert first.nb == f"{archived.source_id} er hentet fra arkivadressen: kilden er endret."
    assert first.en == f"{archived.source_id} is from the archive address: the source has changed."
