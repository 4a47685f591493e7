"""What is deployed: prefect.yaml, systemd units, cron line, Containerfile: read as their readers read them."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from flows.cli import cli
from flows.configuration.settings import known_cities
from layers.city import known_zone

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("harmshift.service", "harmshift.timer", "harmshift-alarm.service")


def knows(line: str) -> None:
    name, *arguments = line.split()
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, line
    command.make_context(name, arguments)


def test_every_deployment_is_a_city_with_a_schedule_and_one_run_at_a_time():
    said = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    for deployment in said["deployments"]:
        assert deployment["name"] in known_cities(ROOT / "config")
        assert deployment["parameters"] == {"city": deployment["name"]}
        assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        assert deployment["work_pool"]["name"] == "harmshift"
        (schedule,) = deployment["schedules"]
        assert known_zone(schedule["timezone"])
        minute, hour, *rest = schedule["cron"].split()
        assert (int(minute) in range(60), int(hour) in range(3, 24), rest) == (True, True, ["*"] * 3)
        path, name = deployment["entrypoint"].split(":")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_the_units_and_the_cron_line_call_commands_that_exist():
    service = (DEPLOY / "harmshift.service").read_text(encoding="utf-8")
    knows(re.search(r"^ExecStart=\S+/harmshift (.*)$", service, re.MULTILINE).group(1))
    assert "SuccessExitStatus=3" in service
    assert "KillMode=control-group" in service
    lines = re.findall(r"\.venv/bin/harmshift ([^>|\n]*)", (DEPLOY / "harmshift.cron").read_text(encoding="utf-8"))
    assert len(lines) == 2
    for line in lines:
        knows(line)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path):
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        text = text.replace("/opt/harmshift/.venv/bin/harmshift", shutil.which("true"))
        text = text.replace("/usr/bin/logger", shutil.which("true"))
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_copies_what_is_there_and_runs_as_nobody_special():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "RUN", "COPY", "WORKDIR", "USER", "ENV", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {name for name, _ in lines} <= known
    assert lines[0][0] == "FROM"
    assert not lines[0][1].endswith(":latest")
    assert ":" in lines[0][1]
    for name, rest in lines:
        if name == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
    users = [rest for name, rest in lines if name == "USER"]
    assert users == ["10001"]  # a number: the host can tell that it is not root
    assert [name for name, _ in lines].index("USER") < [name for name, _ in lines].index("ENTRYPOINT")
    for name, rest in lines:
        if name in ("CMD", "HEALTHCHECK"):
            words = re.findall(r'"([^"]+)"', rest)
            knows(" ".join(word for word in words if word != "harmshift"))
    assert "--require-hashes" in text
