"""From checked tables to a release: surfaces, shares, findings, gate. The part of the plan that computes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from flows.steps import Step
from layers.city import City, Words
from layers.density.change import changes
from layers.density.compared import compared
from layers.density.hotspots import hotspots
from layers.density.lineup import line_up
from layers.density.relative_risk import RelativeRisk, relative_risks
from layers.density.smoothed import smoothed
from layers.density.street_density import StreetMap, street_map
from layers.density.street_quality import street_notices
from layers.density.surfaces import Density, counted_spans, densities
from layers.description import Described, describe, true_figures
from layers.description.scene_size import with_scene_sizes
from layers.disclosure import gate as disclosure
from layers.disclosure.audit import Counted, Shown, gate_sums
from layers.disclosure.between_runs import Earlier
from layers.disclosure.context import gate_context
from layers.disclosure.kept_cells import kept_where_little_changed
from layers.disclosure.protected import refuse_protected, without_protected
from layers.disclosure.release import Finding, LineUp, Release, Run, Surface
from layers.disclosure.unreleased import Sorted, away_from, held_back
from layers.facts.released import with_facts
from layers.findings import findings
from layers.findings.readings import readings
from layers.findings.trends import trends
from layers.frame.exposure import Exposure, exposure
from layers.frame.place_counts import place_counts
from layers.frame.unit_roles import unit_roles
from layers.frame.units import Units, unit_of, units
from layers.frame.window import Places, StudyArea, places_of, study_area
from layers.help import service_access
from layers.inequality import gate_measures
from layers.internal import Internal, Placed, internal
from layers.multiverse import multiverse, summaries
from layers.notices import notices
from layers.routes import routes
from layers.tables import Border, Expected, Snapshot, Tables
from layers.truth import expected_exposure, truth, with_truth


@dataclass(frozen=True)
class Inputs:
    """What an analysis starts from."""

    city: City
    run: Run
    border: Border
    snapshots: tuple[Snapshot, ...]
    expected: Expected | None  # of a simulated city
    is_internal: bool = False  # whether the internal product is asked for
    earlier: tuple[Earlier, ...] = ()  # what earlier runs of closed data show, the one readers see first

    @property
    def tables(self) -> Tables:
        return self.border.tables


@dataclass(frozen=True)
class Located:
    """Incidents placed on the grid and in the units; -1 where they lie in none."""

    area: StudyArea
    units: Units
    places: Places
    unit_index: np.ndarray


@dataclass(frozen=True)
class Maps:
    """Where incidents lie, on the ground and along streets."""

    densities: tuple[Density, ...]
    hotspots: GeoDataFrame
    changes: GeoDataFrame
    line_up: LineUp | None
    relative_risks: tuple[RelativeRisk, ...]
    street_map: StreetMap | None


@dataclass(frozen=True)
class Estimates:
    """What is said of the changes, and what it rests on."""

    exposure: Exposure
    findings: tuple[Finding, ...]
    described: Described
    multiverse: DataFrame
    routes: DataFrame
    truth: dict[str, Any] | None


@dataclass(frozen=True)
class Results:
    """What was computed, before the disclosure gate."""

    located: Located
    maps: Maps
    estimates: Estimates
    place_counts: DataFrame
    service_access: DataFrame


def analyse(inputs: Inputs, step: Step) -> tuple[Release, Internal | None]:
    """Compute everything a product may show and pass it through the disclosure gate.

    Returns
    -------
    Release, and beside it what only analysts may see, if the inputs ask for it
    """
    city, tables, until = inputs.city, inputs.tables, inputs.run.data_until
    refuse_protected(tables, city)
    located = step("locate incidents", lambda: _locate(tables, city))
    maps = _maps(inputs, located, step)
    estimates = _estimates(inputs, located, step)
    offered = disclosure.gate_services(tables.services)
    results = Results(
        located,
        maps,
        estimates,
        place_counts=step("place counts", lambda: place_counts(tables, city)),
        service_access=step("help within reach", lambda: service_access(tables, offered, city, data_until=until)),
    )
    gated = step("disclosure gate", lambda: _gate(inputs, results))
    release = step("scenes and facts", lambda: with_facts(with_scene_sizes(gated)))
    if not inputs.is_internal:
        return release, None
    placed = Placed(located.area, located.places, located.units, estimates.exposure)
    new = _hot_spots(results, release.surfaces, city).held
    return release, step("internal layers", lambda: internal(tables, placed, city, inputs.run, new_hotspots=new))


def _maps(inputs: Inputs, located: Located, step: Step) -> Maps:
    city, incidents, until = inputs.city, inputs.tables.incidents, inputs.run.data_until
    area, places = located.area, located.places
    maps = step("density on the ground", lambda: densities(area, incidents, places, city, data_until=until))
    pairs = step("windows compared", lambda: compared(area, incidents, places, city, data_until=until))
    return Maps(
        densities=maps,
        hotspots=step("hot spots", lambda: hotspots(maps, area, city, data_until=until)),
        changes=step("change on the ground", lambda: changes(pairs, area, city)),
        line_up=step("line-up", lambda: line_up(pairs, area, city)),
        relative_risks=step("relative risk", lambda: relative_risks(pairs, area, city)),
        street_map=step("density along streets", lambda: _street_map(inputs)),
    )


def _estimates(inputs: Inputs, located: Located, step: Step) -> Estimates:
    city, tables, until = inputs.city, inputs.tables, inputs.run.data_until
    laid, index = located.units, located.unit_index
    counted = step("exposure", lambda: exposure(laid, tables.incidents, city, unit_index=index, data_until=until))
    spread_out = step(
        "shares",
        lambda: smoothed(located.area, laid, tables.incidents, city, places=located.places, exposure=counted),
    )
    tried = step(
        "multiverse",
        lambda: multiverse(located.area, laid, tables, city, first_day=counted.first_day, data_until=until),
    )
    found = step(
        "findings",
        lambda: findings(
            counted,
            laid,
            city,
            data_until=until,
            smoothed=spread_out,
            interventions=tables.interventions,
            tried=summaries(tried),
        ),
    )
    described = step("least effort and inequality", lambda: describe(tables, laid, counted, city, unit_index=index))
    beside = step("routes side by side", lambda: routes(counted, laid, city))
    own = step("own course", lambda: trends(counted, city, uptake=tables.help_uptake, data_until=until))
    found = (*found, *described.findings, *own)
    known = None if inputs.expected is None else _truth(inputs.expected, laid, city, until=until, described=described)
    if known is not None:
        found = with_truth(found, known)
    return Estimates(counted, found, described, multiverse=tried, routes=beside, truth=known)


def _truth(expected: Expected, laid: Units, city: City, *, until: date, described: Described) -> dict[str, Any]:
    """Return the truth of a simulated city, that of what describes it among it."""
    known = truth(expected, laid, city, data_until=until)
    of_units = expected_exposure(expected, laid, city, data_until=until)
    known["findings"] += true_figures(of_units, laid, city, ways=described.ways, denominators=described.denominators)
    return known


def _locate(tables: Tables, city: City) -> Located:
    area = study_area(tables, city)
    laid = units(tables, city)
    x, y = tables.incidents.geometry.x.to_numpy(), tables.incidents.geometry.y.to_numpy()
    return Located(area, laid, places_of(area, x, y), unit_of(laid, x, y))


def _street_map(inputs: Inputs) -> StreetMap | None:
    streets = inputs.tables.streets
    if streets is None or streets.empty or not inputs.city.has_walkable_streets:
        return None
    return street_map(streets, inputs.tables.incidents, inputs.city, data_until=inputs.run.data_until)


def _gate(inputs: Inputs, results: Results) -> Release:
    city, tables, located = inputs.city, inputs.tables, results.located
    surfaces = _surfaces(inputs, results)
    hot_spots = _hot_spots(results, surfaces, city)
    gated = disclosure.gate_findings(results.estimates.findings, city)
    sums, told = _sums(inputs, results)
    return Release(
        city=city,
        run=inputs.run,
        snapshots=inputs.snapshots,
        warnings=(*_warnings(inputs, results), *told),
        grid=located.area.grid,
        window=located.area.polygon,
        water=tables.water,
        streets=tables.streets,
        districts=located.units.districts,
        district_counts=sums.districts,
        zones=without_protected(tables.zones),
        interventions=without_protected(tables.interventions),
        services=disclosure.gate_services(tables.services),
        scenes=located.units.scenes,
        scene_counts=sums.scenes,
        surfaces=surfaces,
        streets_density=None if results.maps.street_map is None else results.maps.street_map.table,
        hotspots=hot_spots.shown,
        findings=gated,
        readings=readings(gated, city),
        place_counts=sums.place_counts,
        quarantine_summary=_summary(inputs.border.quarantine),
        truth=results.estimates.truth,
        changes=away_from(disclosure.gate_changes(results.maps.changes, city), hot_spots.held),
        flows=sums.flows,
        inequality=gate_measures(results.estimates.described.measures, city, gated),
        concentration_curves=sums.curves,
        multiverse=disclosure.gate_multiverse(results.estimates.multiverse, gated, city),
        service_access=results.service_access,
        routes=disclosure.gate_routes(results.estimates.routes, city),
        unit_roles=unit_roles(located.units, city),
        rings=located.units.rings,
        line_up=results.maps.line_up,
        context=gate_context(tables.context_series, city),
        change_surfaces=disclosure.gate_relative_risks(results.maps.relative_risks, located.area.land, city),
    )


def _sums(inputs: Inputs, results: Results) -> tuple[Shown, tuple[Words, ...]]:
    laid, counted, said = results.located, results.estimates.exposure, results.estimates.described
    until = inputs.run.data_until
    before = Counted(counted, laid.unit_index, results.place_counts, said.curves, said.flows, until)
    return gate_sums(before, inputs.tables, laid.units, inputs.city, earlier=inputs.earlier)


def _surfaces(inputs: Inputs, results: Results) -> tuple[Surface, ...]:
    """Withhold cells with too little behind them, and changes of cells with too little behind the change."""
    city, shown = inputs.city, inputs.earlier[0].surfaces if inputs.earlier else None
    days = {p.id: (span.end - span.start).days for p, span in counted_spans(city, inputs.run.data_until)}
    surfaces = disclosure.gate_surfaces(results.maps.densities, city)
    return kept_where_little_changed(surfaces, shown, results.located.area.grid, city, days=days)


def _hot_spots(results: Results, surfaces: Sequence[Surface], city: City) -> Sorted:
    """Cut hot spots to what the surfaces show, and sort out those that nobody has released."""
    maps, grid = results.maps, results.located.area.grid
    return held_back(disclosure.gate_hotspots(maps.hotspots, maps.densities, surfaces, grid), city)


def _warnings(inputs: Inputs, results: Results) -> tuple[Words, ...]:
    located, along = results.located, results.maps.street_map
    of_inputs = notices(
        inputs.border,
        located.units,
        inputs.city,
        cells=located.places.cells,
        unit_index=located.unit_index,
        snapshots=inputs.snapshots,
    )
    return (*of_inputs, *street_notices(None if along is None else along.quality, inputs.city))


def _summary(quarantine: DataFrame) -> DataFrame:
    keys = ["source_id", "table", "reason"]
    return quarantine.groupby(keys, observed=True, sort=True).size().rename("rows").reset_index()
