"""Facts made ready for a release: public ones, held against what the run computed. Writes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pandas import DataFrame

from layers.city.facts import Row
from layers.disclosure.release import Release
from layers.facts.agreement import mapping_table
from layers.facts.expected import expectation_table, help_cut_off
from layers.facts.places import fact_places, practices
from layers.facts.survey import survey_table
from layers.facts.tables import ReleasedFacts


def with_facts(release: Release) -> Release:
    """Add the facts of the city to a release, held against what it shows already; nothing where it names none."""
    city = release.city
    if city.facts is None:
        return release
    places = fact_places(city.facts, crs=city.crs)
    access = DataFrame() if release.service_access is None else release.service_access
    facts = ReleasedFacts(
        fact_places=places,
        practices=practices(city.facts, places),
        mapping_rounds=mapping_table(city.facts.mapping_rounds, places, release.hotspots, city),
        survey_figures=survey_table(city.facts.survey_figures),
        published_counts=_table(city.facts.published_counts),
        expectations=expectation_table(city.facts, release.findings, city),
        statements=_table(city.facts.statements),
        help_cut_off=help_cut_off(city.facts, release.zones, access, city),
    )
    return replace(release, facts=facts)


def _table(rows: Sequence[Row]) -> DataFrame:
    said: list[dict[str, Any]] = [row.model_dump() for row in rows]
    return DataFrame(said).rename(columns={"source_id": "source"})
