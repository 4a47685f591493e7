"""Measures and places by the names readers know them by: dated, numbered, without slugs. Draws nothing."""

import re
from dataclasses import dataclass
from datetime import date

from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.city import City, Words
from layers.disclosure.release import Release
from layers.findings.numbers import Language
from layers.products.drawing.map_views import in_language
from layers.products.numbers import LANGUAGES, NO_BREAK, short_day
from layers.products.words import Speaker
from layers.style import Style

_SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_PLACE = "place"  # ground that scenes are known by, no measure
_STEM = 5  # letters by which a name is taken to say its kind already: Parken stenges, stenging


@dataclass(frozen=True)
class Measure:
    """A measure that begins in one of the periods; those of one day share a number."""

    number: int
    start: date
    name: Words
    ground: BaseGeometry | None = None  # where it applies; none: everywhere, or not known

    def words(self, speaker: Speaker) -> str:
        """Return number, date and name, as they stand below the maps."""
        return self.words_in(speaker.language)

    def words_in(self, language: Language) -> str:
        """Return number, date and name in one language."""
        return f"{self.number}{NO_BREAK}· {short_day(self.start, language)}{NO_BREAK}{in_language(self.name, language)}"


def measures_of(release: Release, style: Style) -> tuple[Measure, ...]:
    """Return the measures that begin in the city's periods, by date, each with what kind it is unless its name says.

    One that stands in two tables under the same name and date is told once, where its ground is known.
    """
    periods, rows = release.city.periods, _told_once(release.interventions)
    spoken = {language: Speaker(language, style) for language in LANGUAGES}
    begun = sorted(
        (start, key, name, kind)
        for start, key, name, kind in zip(
            rows["start"], rows["intervention_id"], rows["name"], rows["kind"], strict=True
        )
        if any(p.start <= start < p.end for p in periods)
    )
    grounds = dict(zip(rows["intervention_id"], rows.geometry, strict=True))
    numbers = {start: number for number, start in enumerate(dict.fromkeys(row[0] for row in begun), start=1)}
    return tuple(
        Measure(
            numbers[start],
            start,
            Words(**{language: _named(name, kind, spoken[language]) for language in spoken}),
            grounds[key],
        )
        for start, key, name, kind in begun
    )


def _told_once(interventions: GeoDataFrame) -> GeoDataFrame:
    rows = interventions[interventions["kind"] != _PLACE]
    located_first = rows.iloc[rows.geometry.isna().to_numpy().argsort(kind="stable")]
    return located_first.drop_duplicates(["name", "start"])


def plain_name(name: str, speaker: Speaker) -> str:
    """Return a name for readers: as the glossary has it, else a slug with spaces and a capital, any other as it is."""
    words = speaker.style.words.get(f"name {name.replace('_', ' ')}")
    if words is not None:
        return speaker.of(words)
    return sentence_case(name.replace("_", " ").replace("-", " ")) if _SLUG.fullmatch(name) else name


def sentence_case(words: str) -> str:
    """Return words with a capital in front; the rest keeps its own."""
    return words[:1].upper() + words[1:]


def counted_place(place_id: str, city: City, speaker: Speaker) -> str:
    """Return the name of a counted place: the city, the scene that stands there, else its id in plain words."""
    counted = next((c for c in city.place_counts if c.place_id == place_id), None)
    if counted is None:
        return plain_name(place_id, speaker)
    if counted.place is None:
        return speaker.of(city.name)
    ground = counted.place.table, set(counted.place.ids)
    scene = next((s for s in city.scenes if (s.place.table, set(s.place.ids)) == ground), None)
    return plain_name(place_id, speaker) if scene is None else speaker.of(scene.name)


def _named(name: str, kind: str, speaker: Speaker) -> str:
    shown, said = plain_name(name, speaker), speaker.kind(kind)
    return shown if said[:_STEM].lower() in shown.lower() else f"{shown} ({said})"
