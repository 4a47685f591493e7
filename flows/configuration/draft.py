"""What can be read of a city's settings beside its mistakes, for checks across sections. Judges nothing."""

from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from layers.city import City

LISTS = ("sources", "periods", "scenes", "steps", "breaks", "help_series", "context_series", "place_counts")
T = TypeVar("T")


@dataclass(frozen=True)
class Draft:
    """The valid parts of a city, and the raw file for all that only needs names.

    `items` holds, per list, the valid entries with their position in the file; `sections` the other valid parts.
    """

    raw: dict[str, Any]
    items: dict[str, list[tuple[int, Any]]]
    sections: dict[str, Any]

    def entries(self, name: str, kind: type[T]) -> list[tuple[int, T]]:
        """Return the valid entries of a list that are of `kind`."""
        return [(position, item) for position, item in self.items[name] if isinstance(item, kind)]

    def section(self, name: str, kind: type[T]) -> T | None:
        """Return a section if it is valid."""
        found = self.sections.get(name)
        return found if isinstance(found, kind) else None

    def names(self, name: str, *, key: str = "id") -> set[str]:
        """Return the names given in a list, of entries with other mistakes too."""
        return {entry for _, entry in self.named(name, key=key)}

    def named(self, name: str, *, key: str = "id") -> list[tuple[int, str]]:
        """Return position and name of each entry of a list that has one."""
        return _named(self.raw.get(name), key)

    def named_in(self, section: str, name: str) -> list[tuple[int, str]]:
        """Return position and id of each entry of a list inside a section."""
        around = self.raw.get(section)
        return _named(around.get(name), "id") if isinstance(around, dict) else []

    def keys_in(self, section: str, name: str) -> set[str]:
        """Return the keys of a mapping inside a section."""
        around = self.raw.get(section)
        inside = around.get(name) if isinstance(around, dict) else None
        return set(inside) if isinstance(inside, dict) else set()

    def keys_in_mapping(self, section: str, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Return key and value of each mapping inside a mapping of a section."""
        around = self.raw.get(section)
        inside = around.get(name) if isinstance(around, dict) else None
        found = inside.items() if isinstance(inside, dict) else ()
        return [(str(key), value) for key, value in found if isinstance(value, dict)]


def _named(entries: Any, key: str) -> list[tuple[int, str]]:
    if not isinstance(entries, list):
        return []
    return [
        (position, str(entry[key]))
        for position, entry in enumerate(entries)
        if isinstance(entry, dict) and key in entry
    ]


def draft_of(raw: dict[str, Any]) -> Draft:
    """Read every part of a city's settings that can be read by itself."""
    items, sections = {}, {}
    for name, info in City.model_fields.items():
        if name in LISTS:
            reader = _reader(get_args(info.annotation)[0])
            given = raw.get(name)
            items[name] = _valid(reader, given if isinstance(given, list) else [])
        elif name in raw:
            for _, value in _valid(_reader(info.annotation), [raw[name]]):
                sections[name] = value
    return Draft(raw, items, sections)


def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _valid(reader: TypeAdapter[Any], given: list[Any]) -> list[tuple[int, Any]]:
    found = []
    for position, entry in enumerate(given):
        try:
            found.append((position, reader.validate_python(entry)))
        except ValidationError:
            continue  # reported once, by the validation of the whole city
    return found
