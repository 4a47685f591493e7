"""The file in which released hot spots stand, `<city>.released.json` beside the city's YAML. Decides nothing."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from flows.configuration.yaml_lines import Document, Mistake
from layers.city.released import ReleasedHotspot
from layers.errors import ConfigError, PublishError

KEY = "released"
BY_HAND = "is not written here: one person could. Let two people run: harmshift release CITY HOTSPOT_ID"


def released_path(city_file: Path) -> Path:
    """Return where the released hot spots of a city's YAML stand."""
    return city_file.with_name(f"{city_file.stem}.released.json")


def read_released(city_file: Path) -> list[dict[str, Any]]:
    """Return what was released, as it stands in the file; nothing if there is none.

    Raises
    ------
    ConfigError
        If the file cannot be read.
    """
    path = released_path(city_file)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))["released"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path}: cannot be read ({type(error).__name__}). Restore it, or remove it and release again."
        raise ConfigError(msg) from error
    return list(said)


def with_released(document: Document) -> tuple[Document, list[Mistake]]:
    """Lay what was released over a city's settings, which may not say it themselves."""
    if KEY in document.data:
        return document, [Mistake(document.mark((KEY,)), (KEY,), BY_HAND)]
    found = read_released(document.path)
    merged = document.data | ({KEY: found} if found else {})
    return Document(document.path, merged, document.marks), []


def write_released(city_file: Path, entries: list[ReleasedHotspot]) -> Path:
    """Replace the file in one step and return it.

    Raises
    ------
    PublishError
        If the folder cannot be written.
    """
    path = released_path(city_file)
    said = {"released": [entry.model_dump(mode="json") for entry in entries]}
    try:
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump(said, written, ensure_ascii=False, indent=1)
            written.write("\n")
        Path(fresh).chmod(0o644)
        Path(fresh).replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror}). Mend its rights, or name your own settings with --config."
        raise PublishError(msg) from error
    return path
