"""The atlas's wording: complete in both languages, the same figures in both, nothing unused."""

import re
from pathlib import Path
from typing import get_args

import pytest

from layers.city import FindingKind
from layers.products.words import Speaker, own_words
from tests.example_release import example_style

MODULES = Path(__file__).parents[3] / "layers" / "products"
_CHOICES = ("bandwidth_m", "unit", "indicator", "edge_shift_days", "harm_weights", "place_draw", "geocoding_draw")
_BUILT = (
    {f"fifth_{fifth}" for fifth in range(1, 6)}
    | {f"short_{kind}" for kind in get_args(FindingKind)}
    | {f"choice_{choice}" for choice in _CHOICES}
)
_VALUES = {"crude", "control", "user", "resident", "business", "public", "unknown"} | {
    "reactive", "health", "field", "police_initiated", "outlined_rise", "outlined_fall"
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(own_words()))
def test_both_languages_take_the_same_values(key):
    words = own_words()[key]
    assert set(re.findall(r"{(\w+)}", words.nb)) == set(re.findall(r"{(\w+)}", words.en))


def test_every_wording_is_used():
    code = "".join(path.read_text(encoding="utf-8") for path in MODULES.rglob("*.py"))
    unused = {key for key in own_words() if not re.search(f"[\"']{key}[\"']", code)} - _BUILT - _VALUES
    assert unused == set()


def test_no_word_stigmatises():
    said = " ".join(f"{words.nb} {words.en}" for words in own_words().values()).lower()
    assert not re.search(r"narkoman|misbruker|junkie|addict|rusmisbruk|verst|worst|belast|problemområde", said)


def test_names_are_joined_as_in_a_sentence():
    speaker = Speaker("nb", example_style())
    assert speaker.join(["a"]) == "a" and speaker.join(["a", "b", "c"]) == "a, b og c" and speaker.join([]) == ""
