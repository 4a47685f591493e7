"""The data catalogue, `config/sources.yaml`: fills what a city's source that names an entry leaves unsaid."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.configuration.plain_words import in_words, is_echo, key_path, unknown
from flows.configuration.yaml_lines import Document, KeyPath, Mark, Mistake, read_yaml, refuse
from layers.city.catalogue import CatalogueEntry

CATALOGUE = "sources.yaml"


def with_catalogue(document: Document, config_dir: Path) -> tuple[Document, list[Mistake]]:
    """Lay the catalogue's entries under the sources that name them by `catalogue`.

    Raises
    ------
    ConfigError
        If the catalogue itself says something that cannot be.
    """
    sources = document.data.get("sources")
    named = [source for source in sources if isinstance(source, dict)] if isinstance(sources, list) else []
    if not isinstance(sources, list) or not any("catalogue" in source for source in named):
        return document, []
    entries, marks = read_catalogue(config_dir)
    filled: list[Any] = []
    mistakes: list[Mistake] = []
    added: dict[KeyPath, Mark] = {}
    for position, source in enumerate(sources):
        name = source.get("catalogue") if isinstance(source, dict) else None
        if name is None:
            filled.append(source)
        elif name not in entries:
            key = ("sources", position, "catalogue")
            mistakes.append(Mistake(document.mark(key), key, unknown(str(name), entries, what="entry of sources.yaml")))
            filled.append(source)
        else:
            said = entries[name].keys()
            filled.append({**said, **source})
            added |= {("sources", position, key): marks[name] for key in said if key not in source}
    whole = replace(document, data={**document.data, "sources": filled}, marks={**added, **document.marks})
    return whole, mistakes


def read_catalogue(config_dir: Path) -> tuple[dict[str, CatalogueEntry], dict[str, Mark]]:
    """Return the entries by name, and where each stands.

    Raises
    ------
    ConfigError
        With every mistake of the file.
    """
    document = read_yaml(config_dir / CATALOGUE)
    entries, mistakes = {}, list(document.mistakes)
    for name, said in document.data.items():
        try:
            entries[str(name)] = CatalogueEntry.model_validate(said)
        except ValidationError as error:
            for detail in error.errors():
                if not is_echo(detail):
                    key = (name, *key_path(CatalogueEntry, detail))
                    mistakes.append(Mistake(document.mark(key), key, in_words(CatalogueEntry, detail)))
    if mistakes:
        raise refuse(mistakes)
    return entries, {name: document.mark((name,)) for name in entries}
