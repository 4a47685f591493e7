"""The JSON schema of a city's YAML, for editors. `config/schema.json` is a copy that a test compares."""

import json
from typing import Any

from flows.configuration.extended import KEY
from flows.configuration.settings import DEFAULT_SECTIONS
from layers.city import City

COMMAND = "harmshift schema > config/schema.json"
ABOUT = "A city of harmshift. Sections density, inference and disclosure may be left out: pipeline.yaml supplies them."


def city_schema() -> str:
    """Return the schema as text: what `City` allows, less what the defaults supply."""
    schema = City.model_json_schema(by_alias=True)
    schema["required"] = [name for name in schema["required"] if name not in DEFAULT_SECTIONS]
    for section in DEFAULT_SECTIONS:
        schema["$defs"][section.capitalize()].pop("required", None)
    schema["properties"][KEY] = {"type": "string", "description": "file of the same folder that this one is laid over"}
    needed = schema.pop("required")
    schema["anyOf"] = [{"required": needed}, {"required": [KEY]}]
    schema = _without_titles(schema)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "City",
        "description": ABOUT,
    }
    return (
        json.dumps({**head, **{k: v for k, v in schema.items() if k not in head}}, indent=1, ensure_ascii=False) + "\n"
    )


def _without_titles(node: Any) -> Any:
    """Drop pydantic's titles: they repeat the keys."""
    if isinstance(node, dict):
        return {key: _without_titles(value) for key, value in node.items() if key != "title"}
    return [_without_titles(item) for item in node] if isinstance(node, list) else node
