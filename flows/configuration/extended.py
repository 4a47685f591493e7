"""A city's file that extends another: its keys laid over those of the file it names. Judges no value."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.configuration.yaml_lines import Document, Mistake, read_yaml, refuse

KEY = "extends"


def read_extended(path: Path) -> Document:
    """Read a city's YAML; where it says `extends: other.yaml`, lay it over that file of the same folder.

    Mappings merge key by key; anything else, lists too, is replaced whole. Each key keeps the place it was written at.

    Raises
    ------
    ConfigError
        If a file cannot be read, names no file of its folder, or extends one that extends another.
    """
    above = read_yaml(path)
    if KEY not in above.data:
        return above
    name = above.data[KEY]
    base_path = path.parent / str(name)
    if not isinstance(name, str) or base_path.parent != path.parent or not base_path.is_file():
        text = f"{name!r} is no file beside {path.name}. Name a city's file in the same folder, e.g. bergen.yaml."
        raise refuse([Mistake(above.mark((KEY,)), (KEY,), text)])
    base = read_yaml(base_path)
    if KEY in base.data:
        text = f"{name} extends another file itself. Extend {base.data[KEY]} and repeat what differs."
        raise refuse([Mistake(above.mark((KEY,)), (KEY,), text)])
    own = {key: value for key, value in above.data.items() if key != KEY}
    marks = {key: mark for key, mark in above.marks.items() if key != (KEY,)}
    merged = replace(above, data=over(base.data, own), marks=base.marks | marks)
    return replace(merged, mistakes=base.mistakes + above.mistakes)


def over(base: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings key by key; anything else, lists too, is replaced whole."""
    merged = dict(base)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
