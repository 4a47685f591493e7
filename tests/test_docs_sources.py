"""The page of sources: every example is a valid source, and every kind has one."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import TypeAdapter

from layers.city import AnySource
from layers.sources import SOURCES

PAGE = (Path(__file__).parents[1] / "docs/sources.md").read_text(encoding="utf-8")
EXAMPLES = [said for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) for said in yaml.safe_load(block)]


@pytest.mark.parametrize("said", EXAMPLES, ids=lambda said: f"{said['kind']}-{said['id']}")
def test_example_is_a_source(said):
    source = TypeAdapter(AnySource).validate_python(said)
    assert source.kind == said["kind"]


def test_every_kind_is_in_the_table_and_has_an_example_or_a_page_of_its_own():
    kinds = {kind.model_fields["kind"].annotation.__args__[0] for kind in get_args(get_args(AnySource)[0])}
    assert kinds == set(SOURCES)
    assert kinds == set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) - {
        "unreachable", "refused", "changed", "incomplete", "stale"
    }  # fmt: skip
    assert kinds - {said["kind"] for said in EXAMPLES} == {"osm", "simulated"}
