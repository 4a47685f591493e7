"""Checks across a city's settings: names that must exist, periods that must meet, rules that need two sections.

Owns no reading and no wording of single values. Each check yields where a mistake stands and what to do about it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import get_args

from flows.configuration.crs_checks import metric_crs, source_crs
from flows.configuration.draft import Draft
from flows.configuration.left_out_checks import days_left_out
from flows.configuration.plain_words import one_of, unknown
from flows.configuration.series_checks import series_named
from flows.configuration.source_checks import (
    audience,
    figures_joined,
    internal_folder,
    people_without_areas,
    place_tables,
    source_tables,
)
from flows.configuration.yaml_lines import KeyPath
from layers.city import (
    DESCRIPTIVE_KINDS,
    KINDS_OF_RECORDS,
    Density,
    Deprivation,
    Disclosure,
    FindingKind,
    Harm,
    Inference,
    Period,
    PlaceCount,
    SimulatedSource,
    Step,
    TableSource,
)

Found = Iterator[tuple[KeyPath, str]]
ANYWHERE_ELSE = "elsewhere"
_RANKED = ("districts", "indicator_areas")  # tables that give indicators


def cross_check(draft: Draft) -> list[tuple[KeyPath, str]]:
    """Return every mistake that shows only when parts are held beside each other."""
    checks = (
        metric_crs,
        source_crs,
        unique_ids,
        contiguous_periods,
        steps_along_chain,
        windows_in_periods,
        days_left_out,
        harm_names,
        series_named,
        detection_names,
        source_tables,
        people_without_areas,
        place_tables,
        place_count_categories,
        deprivation_source,
        publishable_bandwidth,
        inference_rules,
        internal_folder,
        figures_joined,
        audience,
    )
    return [mistake for check in checks for mistake in check(draft)]


def unique_ids(draft: Draft) -> Found:
    """Yield ids that two entries of a list share."""
    lists: list[tuple[KeyPath, list[tuple[int, str]]]] = [
        (("sources",), draft.named("sources")),
        (("periods",), draft.named("periods")),
        (("scenes",), draft.named("scenes")),
        (("breaks",), draft.named("breaks")),
        (("help_series",), draft.named("help_series")),
        (("context_series",), draft.named("context_series")),
        (("harm", "series"), draft.named_in("harm", "series")),
        (("place_counts",), draft.named("place_counts", key="place_id")),
    ]
    for place, named in lists:
        times = Counter(name for _, name in named)
        for position, name in named:
            if times[name] > 1:
                key = "place_id" if place == ("place_counts",) else "id"
                yield (*place, position, key), f"{name!r} is the id of {times[name]} entries. Give each its own."
    steps = Counter(step.id for _, step in draft.entries("steps", Step))
    for position, step in draft.entries("steps", Step):
        if steps[step.id] > 1:
            yield ("steps", position), f"the step {step.id} stands {steps[step.id]} times. Keep one, or name a variant."


def contiguous_periods(draft: Draft) -> Found:
    """Yield periods that do not begin where the one before them ends."""
    for (_, before), (position, after) in pairwise(draft.entries("periods", Period)):
        key: KeyPath = ("periods", position, "start")
        days = _days(abs((after.start - before.end).days))
        cure = f"Let it start on {before.end}, or move that end."
        if after.start < before.start:
            yield key, f"{after.id!r} starts before {before.id!r} above it. Write periods in order of time."
        elif after.start > before.end:
            last = after.start - timedelta(days=1)
            gap = f"a gap of {days} ({before.end} to {last}) lies between {before.id!r} and {after.id!r}"
            yield key, f"{gap}; they would count nowhere. {cure}"
        elif after.start < before.end:
            shared = f"{before.id!r} and {after.id!r} overlap by {days} ({after.start} to {before.end})"
            yield key, f"{shared}; they would count twice. {cure}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def steps_along_chain(draft: Draft) -> Found:
    """Yield steps that do not go from a known period to a later one, between known scenes."""
    order = {name: position for position, name in draft.named("periods")}
    scenes = draft.names("scenes")
    for position, step in draft.entries("steps", Step):
        ends = {"from": step.from_period, "to": step.to_period}
        for key, name in ends.items():
            if name not in order:
                yield ("steps", position, key), unknown(name, order, what="period")
        if set(ends.values()) <= set(order) and order[step.from_period] >= order[step.to_period]:
            text = f"{step.to_period!r} does not come after {step.from_period!r}. Compare with a later period."
            yield ("steps", position, "to"), text
        for key in ("origin", "receivers"):
            names: tuple[str, ...] = getattr(step, key)
            for index, name in enumerate(names):
                if name not in scenes:
                    yield ("steps", position, key, index), unknown(name, scenes, what="scene")
                elif name in names[:index]:
                    yield ("steps", position, key, index), f"{name!r} stands twice in {key}. Name it once."


def windows_in_periods(draft: Draft) -> Found:
    """Yield days to compare that lie outside the period they stand for."""
    periods = {period.id: period for _, period in draft.entries("periods", Period)}
    for position, step in draft.entries("steps", Step):
        for key, window, name in (("before", step.before, step.from_period), ("after", step.after, step.to_period)):
            period = periods.get(name)
            if window and period and not (period.start <= window.start and window.end <= period.end):
                text = f"{window.start} to {window.end} is not inside {name!r} ({period.start} to {period.end})."
                yield ("steps", position, key), f"{text} Shorten it, or move the period's ends."


def harm_names(draft: Draft) -> Found:
    """Yield categories and series of unknown harm classes, and series that no category fills."""
    classes = draft.keys_in("harm", "classes")
    harm = draft.section("harm", Harm)
    if harm is None:
        return
    for category, kind in harm.categories.items():
        if kind.harm_class not in classes:
            key: KeyPath = ("harm", "categories", category, "harm_class")
            yield key, unknown(kind.harm_class, classes, what="harm class of harm.classes")
    given = {(kind.harm_class, kind.borne_by, kind.recorded_by) for kind in harm.categories.values()}
    for position, series in enumerate(harm.series):
        wanted = (series.harm_class, series.borne_by, series.recorded_by)
        if series.harm_class not in classes:
            place: KeyPath = ("harm", "series", position, "harm_class")
            yield place, unknown(series.harm_class, classes, what="harm class of harm.classes")
        elif given and wanted not in given:
            text = f"no category is {', '.join(wanted)}: this series would be empty. Map one to it, or remove it."
            yield ("harm", "series", position), text


def detection_names(draft: Draft) -> Found:
    """Yield detection shares of unknown scenes and periods."""
    places, periods = draft.names("scenes") | {ANYWHERE_ELSE}, draft.names("periods")
    for position, source in draft.entries("sources", SimulatedSource):
        for index, entry in enumerate(source.detection):
            key: KeyPath = ("sources", position, "detection", index)
            if entry.place not in places:
                yield (*key, "place"), unknown(entry.place, places, what="scene")
            if entry.period not in periods:
                yield (*key, "period"), unknown(entry.period, periods, what="period")


def place_count_categories(draft: Draft) -> Found:
    """Yield counts of categories that are not mapped, and rings that hold nothing."""
    categories = draft.keys_in("harm", "categories")
    for position, count in draft.entries("place_counts", PlaceCount):
        for index, category in enumerate(count.categories):
            if categories and category not in categories:
                key: KeyPath = ("place_counts", position, "categories", index)
                yield key, unknown(category, categories, what="category of harm.categories")
        for index, (near, far) in enumerate(count.rings_m):
            if not 0 <= near < far:
                text = f"a ring from {near:g} to {far:g} m holds nothing. Write the smaller distance first, from 0 on."
                yield ("place_counts", position, "rings_m", index), text
        if count.rings_m and count.place is None:
            yield (
                ("place_counts", position),
                "rings need a place. Add place, or remove rings_m to count the whole city.",
            )


def deprivation_source(draft: Draft) -> Found:
    """Yield what the indicator does not say of itself, and an indicator that no source of districts gives."""
    section = draft.section("deprivation", Deprivation)
    if section is None:
        return
    for key in ("source", "year", "indicator"):
        if not getattr(section, key).strip():
            yield ("deprivation", key), "is empty. The atlas prints it beside every statement on deprivation: write it."
    areas = [source for _, source in draft.entries("sources", TableSource) if source.table in _RANKED]
    given = {
        name for area in areas for name in (*area.columns, *area.constants, *(area.join.columns if area.join else ()))
    }
    if (
        any(area.table == "districts" for area in areas)
        and section.indicator.strip()
        and section.indicator not in given
    ):
        cure = (
            f"Write under columns (or join.columns) of source {areas[0].id!r}: {section.indicator}: COLUMN OF ITS FILE."
        )
        yield ("deprivation", "indicator"), f"no source of districts gives {section.indicator!r}. {cure}"


def publishable_bandwidth(draft: Draft) -> Found:
    """Yield bandwidths below what disclosure asks of published maps."""
    density, disclosure = draft.section("density", Density), draft.section("disclosure", Disclosure)
    if density is None or disclosure is None:
        return
    for key in ("bandwidth_m", "street_bandwidth_m"):
        if (width := getattr(density, key)) < disclosure.min_bandwidth_m:
            text = f"{width:g} m is below disclosure.min_bandwidth_m ({disclosure.min_bandwidth_m:g} m)."
            yield ("density", key), f"{text} Widen it; a narrower map would point at single addresses."


def inference_rules(draft: Draft) -> Found:
    """Yield kinds of findings without band or claim, and detection ratios that leave out no change."""
    inference = draft.section("inference", Inference)
    if inference is None:
        return
    low, high = inference.detection_ratios
    if not 0 < low <= 1 <= high:
        text = f"{low:g} to {high:g} does not go around 1 (recording unchanged). Write e.g. [0.5, 2.0]."
        yield ("inference", "detection_ratios"), text
    declared = {"negative_control": inference.negative_controls, "route_contrast": inference.route_contrasts}
    left_out = DESCRIPTIVE_KINDS | {kind for kind in KINDS_OF_RECORDS if not declared[kind]}
    judged = [kind for kind in get_args(FindingKind) if kind not in left_out]
    for name in ("no_practical_change", "claim"):
        if missing := [kind for kind in judged if kind not in getattr(inference, name)]:
            yield ("inference", name), f"says nothing of {one_of(missing)}. Verdicts need it for every kind of finding."
    for kind, half_width in inference.no_practical_change.items():
        if half_width < 0:
            yield ("inference", "no_practical_change", kind), f"{half_width:g} is no half-width. Write 0 or more."
