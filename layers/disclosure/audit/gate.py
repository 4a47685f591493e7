"""Every table of sums through its own gate, and then all of them together through the audit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, Words
from layers.disclosure import gate as disclosure
from layers.disclosure.audit.atoms import atoms
from layers.disclosure.audit.solve import Withheld, withheld
from layers.disclosure.audit.sums import KEYS, Shown, Sum, sums
from layers.disclosure.audit.targets import system_of, targets_of
from layers.disclosure.between_runs import Earlier
from layers.disclosure.openness import shown_as_published
from layers.frame.exposure import Exposure, district_counts, scene_counts
from layers.frame.units import Units
from layers.inequality import gate_curves
from layers.movement.table import gate_flows
from layers.tables import Tables

_FIRST = ("curves", "place_counts", "scenes", "districts")  # what is withheld first


@dataclass(frozen=True)
class Counted:
    """What was counted, before any gate; `unit_index`: unit of each incident, -1 for none; `until`: not counted."""

    exposure: Exposure
    unit_index: np.ndarray
    place_counts: DataFrame
    curves: DataFrame
    flows: GeoDataFrame
    until: date


def gate_sums(
    counted: Counted, tables: Tables, units: Units, city: City, *, earlier: Sequence[Earlier]
) -> tuple[Shown, tuple[Words, ...]]:
    """Return the tables of sums as they may be shown, beside each other and beside what earlier runs show.

    Also what a reader must know of it.
    """
    by_district = district_counts(counted.exposure, units, city)
    by_scene = scene_counts(counted.exposure, units, city)
    districts, scenes = disclosure.gate_counts(by_district, by_scene, units.pieces, city, earlier=earlier)
    shown = Shown(
        districts,
        scenes,
        disclosure.gate_place_counts(counted.place_counts, city, data_until=counted.until),
        gate_curves(counted.curves, city),
        counted.curves,
        gate_flows(counted.flows, city),
    )
    if shown_as_published(city):
        return shown, ()
    return audited(shown, counted, tables, units, city)


def audited(
    shown: Shown, counted: Counted, tables: Tables, units: Units, city: City
) -> tuple[Shown, tuple[Words, ...]]:
    """Return the tables with further counts withheld, until linear programming over all of them gives none away.

    Unknown are the counts of atoms, none below zero; a sum that is shown is an equation, a rounded one two bounds.
    What is withheld is a point of a curve, a count by distance, a scene's or a district's, in that order, the smallest
    first. What findings tell is not withheld here: they have gates of their own.
    """
    laid = atoms(tables, units, city, unit_index=counted.unit_index, until=counted.until)
    found = list(sums(shown, laid, units, city, until=counted.until))
    if not found or not laid.count.size:
        return shown, ()
    system, unknown = system_of(found, laid)
    targets = targets_of(laid, units, city, unknown, until=counted.until)
    done = withheld(system, targets, _cost(found), fewest=city.disclosure.min_count)
    hidden = [one for one, is_hidden in zip(found, done.hidden, strict=True) if is_hidden]
    return _without(shown, hidden), tuple(_told(done))


def _cost(found: Sequence[Sum]) -> np.ndarray:
    """Return the position of each sum in the order of withholding; inf for those that cannot be."""
    order = sorted(
        (k for k, one in enumerate(found) if one.table),
        key=lambda k: (_FIRST.index(found[k].table), found[k].most, k),
    )
    cost = np.full(len(found), np.inf)
    cost[order] = np.arange(len(order))
    return cost


def _without(shown: Shown, hidden: Sequence[Sum]) -> Shown:
    rows = {table: [one.row for one in hidden if one.table == table] for table in _FIRST}
    kept = {table: _counts_without(getattr(shown, table), rows[table]) for table in KEYS}
    marks = np.isin(np.arange(len(shown.place_counts)), rows["place_counts"])
    place_counts = shown.place_counts.assign(count=shown.place_counts["count"].mask(marks))
    curves = shown.curves.drop(index=rows["curves"]).reset_index(drop=True)
    return replace(shown, **kept, place_counts=place_counts, curves=curves)


def _counts_without(counts: DataFrame, rows: Sequence[int]) -> DataFrame:
    marks = np.isin(np.arange(len(counts)), rows)
    return counts.assign(
        incidents=counts["incidents"].mask(marks),
        incidents_per_day=counts["incidents_per_day"].mask(marks),
        withheld=counts["withheld"] | marks,
    )


def _told(done: Withheld) -> Iterator[Words]:
    if done.is_cut_short:
        yield Words(
            nb="Flere tall er holdt tilbake enn kanskje nødvendig: regnestykkene som viser hva summene røper, ble for "
            "mange.",
            en="More counts are withheld than perhaps needed: the programmes that tell what sums give away were too "
            "many.",
        )
