"""Every command that the README shows is one that exists, with options that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from flows.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.DOTALL | re.MULTILINE)
VARIABLE = re.compile(r"[A-Z_]+=\S*")


def command_lines() -> list[str]:
    lines = []
    for block in FENCE.findall(README):
        joined = block.replace("\\\n", " ")
        prompted = [line[2:] for line in joined.splitlines() if line.startswith("$ ")]
        lines += prompted or [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return lines


def words_of(line: str) -> list[str]:
    words = shlex.split(line, comments=True)
    while words and VARIABLE.fullmatch(words[0]):
        words = words[1:]
    return words


COMMANDS = [line for line in command_lines() if words_of(line)]


@pytest.mark.parametrize("line", [line for line in COMMANDS if Path(words_of(line)[0]).name == "harmshift"])
def test_harmshift_knows_the_command(line):
    name, *arguments = words_of(line)[1:]
    if name.startswith("-"):
        assert name in {"--help", "--version", "-h"}
        return
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, f"README shows {line!r}, and there is no command {name!r}"
    stop = next((position for position, word in enumerate(arguments) if word in {"|", ">", "&&", ";"}), None)
    command.make_context(name, arguments[:stop], resilient_parsing=False)


@pytest.mark.parametrize("line", [line for line in COMMANDS if words_of(line)[0] == "make"])
def test_make_knows_the_target(line):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = [word for word in words_of(line)[1:] if "=" not in word]
    assert set(wanted) <= targets, f"README shows {line!r}"


def test_links_to_files_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
