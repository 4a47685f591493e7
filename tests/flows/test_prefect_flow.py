"""The real flow on a real Prefect server: recorded with its tasks, nothing left behind."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from flows.orchestration.prefect_server import environment, temporary_server

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
HARMSHIFT = Path(sys.executable).with_name("harmshift")


def run(home: Path, engine: str, **variables: str) -> subprocess.CompletedProcess:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    return subprocess.run(
        [str(HARMSHIFT), "run", "fjordby", "--engine", engine, "--config", str(ROOT / "config")],
        env={**kept, "HARMSHIFT_STATE": str(home / "state"), **variables},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def asked(url: str, what: str) -> list[dict]:
    request = urllib.request.Request(
        f"{url}/{what}/filter", data=b"{}", headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def steps_of(url: str) -> set[str]:
    return {task["name"].rsplit("-", 1)[0] for task in asked(url, "task_runs")}


def test_a_flow_on_a_server_is_recorded_with_its_tasks_and_an_artifact(tmp_path):
    with temporary_server(tmp_path / "server") as server:
        url = server.wait()
        done = run(tmp_path, "auto", PREFECT_API_URL=url, **environment(tmp_path / "server"))
        assert done.returncode == 0, done.stderr
        (flow_run,) = asked(url, "flow_runs")
        assert flow_run["name"] == "fjordby-2019-12-16"
        assert flow_run["state"]["type"] == "COMPLETED"
        assert flow_run["parameters"] == {"city_name": "fjordby", "as_of": "2019-12-16"}
        wanted = {"fetch", "check tables", "findings", "publish"}
        deadline = time.monotonic() + 60  # the server writes task runs down a little after they end
        while not wanted <= (steps := steps_of(url)) and time.monotonic() < deadline:
            pass
        assert wanted <= steps
        (artifact,) = asked(url, "artifacts")
        assert "SIMULATED" in artifact["data"]
    assert server.process.poll() is not None


def test_the_temporary_server_is_started_and_ended_with_the_run(tmp_path):
    done = run(tmp_path, "prefect")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outputs/fjordby/current/SUCCESS").is_file()
    assert str(tmp_path / "state" / "prefect") not in _commands()


def test_a_failing_flow_fails_the_command_in_one_line(tmp_path):
    (tmp_path / "outputs" / "fjordby").mkdir(parents=True)
    (tmp_path / "outputs" / "fjordby" / "runs").write_text("")  # in the way of results
    done = run(tmp_path, "prefect")
    assert done.returncode == 1
    assert "cannot write results to" in done.stderr
    assert "Traceback" not in done.stderr


def _commands() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            lines.append(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(lines)
