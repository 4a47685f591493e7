"""The page's own words in both languages, from the file beside it. The atlas's and the glossary's are elsewhere."""

from functools import cache
from pathlib import Path

import yaml

from layers.city import Words
from layers.products.words import Speaker

_WORDS = Path(__file__).parent / "words.yaml"


def said(key: str, speaker: Speaker, **values: object) -> str:
    """Return the wording of `key` in the speaker's language with `values` in its braces."""
    words = speaker.of(page_words()[key])
    return words.format(**values) if values else words


@cache
def page_words() -> dict[str, Words]:
    """Every wording of the page."""
    return {
        key: Words.model_validate(words) for key, words in yaml.safe_load(_WORDS.read_text(encoding="utf-8")).items()
    }
