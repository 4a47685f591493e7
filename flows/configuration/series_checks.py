"""Checks of series that other settings name: negative controls, pairs of routes, the multiverse. Owns no series."""

from collections.abc import Iterator

from flows.configuration.draft import Draft
from flows.configuration.plain_words import unknown
from flows.configuration.yaml_lines import KeyPath
from layers.city import Harm, Inference, Multiverse, Series

Found = Iterator[tuple[KeyPath, str]]


def series_named(draft: Draft) -> Found:
    """Yield names of series that are not there, and series that cannot be what they are declared to be."""
    harm = draft.section("harm", Harm)
    if harm is None:
        return
    known = {series.id: series for series in harm.series}
    multiverse, inference = draft.section("multiverse", Multiverse), draft.section("inference", Inference)
    for position, name in enumerate(multiverse.also_series if multiverse is not None else ()):
        if name not in known:
            yield ("multiverse", "also_series", position), _unknown(name, known)
    if inference is not None:
        yield from _negative_controls(inference, harm, known)
        yield from _route_contrasts(inference, known)


def _negative_controls(inference: Inference, harm: Harm, known: dict[str, Series]) -> Found:
    for position, name in enumerate(inference.negative_controls):
        key: KeyPath = ("inference", "negative_controls", position)
        if name not in known:
            yield key, _unknown(name, known)
        elif name == harm.series[0].id:
            yield (
                key,
                f"{name!r} is the headline series: its displacement is the question. Name a series apart from it.",
            )
        elif name in inference.negative_controls[:position]:
            yield key, f"{name!r} stands twice. Name it once."


def _route_contrasts(inference: Inference, known: dict[str, Series]) -> Found:
    for position, pair in enumerate(inference.route_contrasts):
        key: KeyPath = ("inference", "route_contrasts", position)
        lacking = [(field, name) for field, name in pair if name not in known]
        for field, name in lacking:
            yield (*key, field), _unknown(name, known)
        if lacking:
            continue
        if known[pair.series].recorded_by == known[pair.beside].recorded_by:
            route = known[pair.series].recorded_by
            yield key, f"{pair.series!r} and {pair.beside!r} both came into the records by {route}. Pair two routes."
        if any(pair.series == earlier.series for earlier in inference.route_contrasts[:position]):
            yield (*key, "series"), f"{pair.series!r} is set against another already. Name it once."


def _unknown(name: str, known: dict[str, Series]) -> str:
    return unknown(name, set(known), what="series of harm.series")
