"""Folders of facts in config/facts: finds and reads the one a city names, and says what is wrong in it, by line."""

from dataclasses import replace
from pathlib import Path

from flows.configuration.plain_words import unknown
from flows.configuration.yaml_lines import Document, KeyPath, Mark, Mistake

FOLDER = "facts"
_KEY: KeyPath = ("facts",)


def with_facts(document: Document, config_dir: Path) -> tuple[Document, list[Mistake]]:
    """Put the facts of the folder that `facts` names in the place of its name; nothing where it cannot be read."""
    name = document.data.get("facts")
    if name is None:
        return document, []
    without = replace(document, data={**document.data, "facts": None})
    folder = config_dir / FOLDER
    known = sorted(path.name for path in folder.glob("*") if path.is_dir())
    if name not in known:
        return without, [Mistake(document.mark(_KEY), _KEY, unknown(str(name), known, what="folder of facts"))]
    from layers.facts.read import read_facts

    facts, wrong = read_facts(folder / str(name))
    mistakes = [Mistake(Mark(one.path, one.line), (one.column,) if one.column else (), one.text) for one in wrong]
    return replace(document, data={**document.data, "facts": facts}), mistakes
