"""The atlas's wording in one language: its own words, then the style's glossary. Computes nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from layers.city import Words
from layers.findings.numbers import Language
from layers.products.drawing.map_views import in_language
from layers.style import Style

_WORDS = Path(__file__).parent / "words.yaml"


@dataclass(frozen=True)
class Speaker:
    """Says things in one language.

    Parameters
    ----------
    language : str
        ``nb`` or ``en``.
    style : Style
        Holds the glossary shared with other products.
    """

    language: Language
    style: Style

    def say(self, key: str, **values: object) -> str:
        """Return the wording of `key` with `values` in its braces; the atlas's own word before the glossary's."""
        own = own_words()
        words = own[key] if key in own else self.style.words[key]
        return self.of(words).format(**values) if values else self.of(words)

    def of(self, words: Words) -> str:
        """Words in this language."""
        return in_language(words, self.language)

    def quoted(self, words: Words) -> str:
        """Words in this language, in its quotation marks."""
        return self.say("quoted", words=self.of(words))

    def kind(self, kind: str) -> str:
        """Return the kind of a zone, a measure or a service in words, from the glossary if it has it."""
        return self.glossed("kind", kind)

    def glossed(self, what: str, term: str) -> str:
        """Return what the glossary calls a term of the tables (a kind, reason, category, source); else the term."""
        words = self.style.words.get(f"{what} {term.replace('_', ' ')}")
        return term.replace("_", " ") if words is None else self.of(words)

    def of_sources(self, words: Words, source_ids: Iterable[str]) -> str:
        """Words in this language, with names of sources in place of their ids."""
        said = self.of(words)
        for source_id in source_ids:
            said = re.sub(rf"\b{re.escape(source_id)}\b", self.glossed("source", source_id), said)
        return said

    def join(self, names: list[str]) -> str:
        """Names in a sentence: a, b and c."""
        return ", ".join(names[:-1]) + self.say("and") + names[-1] if len(names) > 1 else "".join(names)


@cache
def own_words() -> dict[str, Words]:
    """Every wording of the atlas, from the file that ships with it."""
    said = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {key: Words.model_validate(words) for key, words in said.items()}
