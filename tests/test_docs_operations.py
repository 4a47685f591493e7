"""The page on operations: every command it shows is carried out on a small town; what it says of settings is so."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.nights import night
from flows.nights.night_settings import NightSettings
from tests.flows import night_city as town

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
COMMANDS = [line[2:] for block in BLOCKS for line in block.splitlines() if line.startswith("$ ")]
OURS = [line for line in COMMANDS if line.startswith("harmshift ")]
OF_NIGHTS = ("nightly", "fetch", "doctor")


@pytest.mark.slow
def test_the_commands_of_a_night_do_what_they_say(tmp_path):
    """In the order of the page, on a town that bears the name the page uses."""
    config = tmp_path / "config"
    shutil.copytree(town.CONFIG, config, ignore=shutil.ignore_patterns("cities"))
    path = town.write_town(config / "cities").rename(config / "cities/fjordby.yaml")
    text = path.read_text(encoding="utf-8").replace("city: lilleby", "city: fjordby\nas_of: 2023-06-01")
    path.write_text(text, encoding="utf-8")
    nights = (config / "nightly.yaml").read_text(encoding="utf-8")
    (config / "nightly.yaml").write_text(nights.replace("cities: []", "cities: [fjordby]"), encoding="utf-8")
    kept = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    lines = [line for line in OURS if line.split()[1] in OF_NIGHTS]
    assert {line.split()[1] for line in lines} == set(OF_NIGHTS)
    for line in lines:
        done = subprocess.run(line.split(), cwd=tmp_path, env=kept, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert town.opens(tmp_path / "outputs/fjordby")


def test_prefect_commands_are_those_that_a_test_carries_out():
    carried_out = (ROOT / "tests/flows/test_prefect_nights.py").read_text(encoding="utf-8")
    for line in COMMANDS:
        words = [word for word in line.split()[1:] if word != "--no-prompt"]
        if line.startswith("prefect ") and words != ["server", "start"]:
            assert all(f'"{word}"' in carried_out for word in words), line
        if line.startswith("python "):
            assert f'"{line.split()[-1]}"' in carried_out, line


def test_every_command_shown_is_one_of_ours_or_of_prefect():
    assert all(line.split()[0] in ("harmshift", "prefect", "make", "python") for line in COMMANDS), COMMANDS


def test_what_the_page_names_is_there():
    for name in ("deadline_min", "keep", "drift", "repeat_warning_days"):
        assert name in PAGE or name == "drift"
        assert name in NightSettings.model_fields
    assert (night.OK, night.FAILED, night.BAD_SETTINGS, night.WITH_WARNINGS) == (0, 1, 2, 3)
    for name in re.findall(r"`(harmshift[-\w]*\.(?:service|timer|cron))`|`(Containerfile)`", PAGE):
        assert (ROOT / "deploy" / "".join(name)).is_file()
