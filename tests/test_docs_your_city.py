"""docs/your-city.md is followed as a newcomer would: its commands in order, its settings, the messages it names."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from tests.flows.small_city import write_city, zones

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "your-city.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line[2:]) for line in PAGE.splitlines() if line.startswith("$ ")]
(SETTINGS,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
ROWS = re.findall(r"^\| `([^|]+?)`[^|]*\| [^|]+ \|$", PAGE.split("## 0:35")[1], re.MULTILINE)
# what brings each message about: in the settings, or in a file of the data
NO_CRS = "path: zones.geojson"
FAULTS = {
    "a gap of ... lies between": ("lilleby.yaml", "start: 2017-01-01, end", "start: 2017-02-01, end"),
    "is not open": ("lilleby.yaml", "Lilleby\n    open: true", "Lilleby\n    open: false"),
    "incidents.csv": ("lilleby.yaml", "path: incidents.csv", "path: nowhere/incidents.csv"),
    "Say for each its harm_class": ("lilleby.yaml", "    noise: {harm", "    noises: {harm"),
    "states no CRS": ("lilleby.yaml", NO_CRS, "path: bare.parquet"),
    "are swapped": ("lilleby.yaml", "    x: east\n    y: north", "    x: north\n    y: east"),
    "max_refused_share": ("incidents.csv", "2012-", "someday "),
}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A newcomer's desk: the settings that ship, three files in a folder, nothing else."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "DATA").mkdir()
    write_city(tmp_path / "DATA").unlink()
    zones().set_crs(None, allow_override=True).to_parquet(tmp_path / "DATA" / "bare.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("HARMSHIFT_CONFIG", raising=False)
    return tmp_path


def followed(words: list[str]) -> Result:
    assert words[0] == "harmshift"
    return CliRunner().invoke(cli, words[1:])


def filled_in(desk: Path, text: str = SETTINGS) -> None:
    (desk / "config" / "cities" / "lilleby.yaml").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_the_page_is_followed_to_its_end(desk):
    new, unfilled, check, run, explain = COMMANDS
    assert followed(new).exit_code == 0
    listed = followed(unfilled)
    assert listed.exit_code == 2 and "is still FILL_IN" in listed.output
    filled_in(desk)
    said = followed(check)
    assert said.exit_code == 0, said.output
    assert not (desk / "outputs").exists() and not (desk / "state").exists()  # it writes nothing
    done = followed(run)
    assert done.exit_code == 0, done.output
    current = desk / "outputs" / "lilleby" / "current"
    for name in re.findall(r"^- `([^`]+)`", PAGE, re.MULTILINE):
        assert (current / name).is_file(), name
    told = followed(explain)
    assert told.exit_code == 0 and told.output, told.output


def test_every_message_of_the_table_has_its_fault():
    assert list(FAULTS) == ROWS


@pytest.mark.parametrize("message", FAULTS)
def test_the_messages_are_those_that_check_gives(message, desk):
    name, old, new = FAULTS[message]
    filled_in(desk)
    path = desk / ("DATA" if name == "incidents.csv" else "config/cities") / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    said = followed(COMMANDS[2])
    assert said.exit_code != 0, said.output
    assert not (desk / "state").exists()  # rows are read, and nothing is kept of them
    for part in message.split("..."):
        assert part.strip() in said.output, said.output


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", PAGE)
    assert [target for target in targets if not (ROOT / "docs" / target).exists()] == []
