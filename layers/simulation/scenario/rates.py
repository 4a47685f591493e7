"""How often, where and when in a story: its declared rates as daily expectation and recorded share. Draws nothing."""

from dataclasses import replace
from datetime import date

import numpy as np
from pandas import DataFrame

from layers.city import City, HarmKind, ScenarioSource
from layers.errors import ConfigError
from layers.simulation.places import ELSEWHERE
from layers.simulation.rates import Component, Kind, days, wave_of
from layers.simulation.scenario.ground import Given

EVERY_STORY = "all"
_PEAK_DAY = 196


def components(source: ScenarioSource, city: City, given: Given) -> tuple[Component, ...]:
    """Return every component of the story, those without any harm left out.

    A level holds through its period; season, weekday and trend go over it, 1 on the first day of the second period.
    Rows of the story go before rows of `all`. Where totals are published, the expected number meets them.
    """
    told = story_rows(source, city, given)
    built: list[Component] = []
    for category, kind in city.harm.categories.items():
        parts = [_component(source, city, told, kind=(category, kind), place=place) for place in _places(city)]
        present = [part for part in parts if part is not None and part.per_day.any()]
        built += _meeting_totals(source, given, present, city)
    return tuple(built)


def story_rows(source: ScenarioSource, city: City, given: Given) -> DataFrame:
    """Return the rows of the story told, its own before those of every story, indexed by category, place and what.

    Raises
    ------
    ConfigError
        If the story, a category, a place or a period is not known.
    """
    story, rows = city.story or source.story, given.rates
    known = sorted(set(rows["story"]) - {EVERY_STORY})
    if story not in known:
        msg = f"source {source.id!r}: its rates tell no story {story!r}. Known: {', '.join(known)}."
        raise ConfigError(msg)
    _refuse_unknown(source, city, rows)
    own = rows[rows["story"].isin([story, EVERY_STORY])]
    own = own.sort_values("story", key=lambda s: s.eq(EVERY_STORY), kind="stable")
    first: DataFrame = own.drop_duplicates(["category", "place", "what"]).set_index(["category", "place", "what"])
    return first


def _refuse_unknown(source: ScenarioSource, city: City, rows: DataFrame) -> None:
    lacking = [period.id for period in city.periods if period.id not in rows]
    names = {"per_day": set(city.harm.categories), "people": {series.id for series in city.help_series}}
    names["recorded"] = names["per_day"]
    strange = sorted(
        {f"{r.category} ({r.what})" for r in rows.itertuples() if r.category not in names.get(str(r.what), ())}
    )
    strange += sorted(set(rows["place"]) - {*_places(city), ""})
    if lacking or strange:
        wrong = [f"no column for period {', '.join(lacking)}"] * bool(lacking)
        wrong += [f"unknown to the city: {', '.join(strange)}"] * bool(strange)
        raise ConfigError(f"source {source.id!r}: {source.rates}: {'; '.join(wrong)}. Mend the rates or the city.")


def levels(told: DataFrame, key: tuple[str, str, str], city: City) -> np.ndarray | None:
    """Return the declared level of every period, (periods,), or None where the story says nothing."""
    if key not in told.index:
        return None
    return told.loc[key, [period.id for period in city.periods]].astype(float).to_numpy()


def _places(city: City) -> tuple[str, ...]:
    return (*(scene.id for scene in city.scenes), ELSEWHERE)


def _component(
    source: ScenarioSource, city: City, told: DataFrame, *, kind: tuple[str, HarmKind], place: str
) -> Component | None:
    category, harm = kind
    level = levels(told, (category, place, "per_day"), city)
    if level is None:
        return None
    share = levels(told, (category, place, "recorded"), city)
    made = Kind(harm.harm_class, harm.borne_by, harm.recorded_by, category, (0.0, 0.0, 0.0), 0.0, _PEAK_DAY)
    length = [(period.end - period.start).days for period in city.periods]
    wave = wave_of(source, city, made)
    wave = wave * np.exp(-source.trend_per_year * length[0] / 365.25)  # 1 where the second period begins
    name = "/".join((harm.harm_class, harm.borne_by, harm.recorded_by, category.replace(" ", "-"), place))
    recorded = None if share is None else np.repeat(share, length)
    return Component(name, made, place, place, np.repeat(level, length) * wave, recorded)


def _meeting_totals(source: ScenarioSource, given: Given, parts: list[Component], city: City) -> list[Component]:
    """Scale a category so that what is expected to be recorded meets its published totals.

    Between totals their factors hold from each total's start on; before the first and after the last, the nearest.
    """
    wanted = source.totals.get(parts[0].kind.category, ()) if parts else ()
    if not wanted or given.published is None:
        return parts
    calendar, rows = days(city), given.published.set_index("count_id")
    daily = np.sum([p.per_day * (1.0 if p.recorded is None else p.recorded) for p in parts], axis=0)
    factor = np.ones(calendar.size)
    for number, name in enumerate(sorted(wanted, key=lambda name: str(rows.loc[name, "start"]))):
        row = rows.loc[name]
        start, end = (np.datetime64(date.fromisoformat(str(row[edge]))) for edge in ("start", "end"))
        ends = [float(str(row[edge])) for edge in ("low", "high") if str(row[edge]).strip()]
        held = (calendar >= start) & (calendar < end)
        factor[calendar >= start if number else slice(None)] = np.mean(ends) / daily[held].sum()
    return [replace(part, per_day=part.per_day * factor) for part in parts]
