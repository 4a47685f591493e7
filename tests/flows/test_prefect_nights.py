"""Deployments on a real Prefect server, their schedules, and a worker that runs three cities at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import stamina
import yaml

from flows.orchestration.prefect_server import environment, temporary_server
from tests.flows import night_city as town

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
TOWNS = ("austby", "vestby", "sorby")
TIMEOUT_S = 600


def prefect(*arguments: str, env: dict[str, str], cwd: Path) -> str:
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def busy(error: Exception) -> bool:
    """Whether the server said 503: its SQLite was locked for a moment, and its own clients ask again too."""
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code == httpx.codes.SERVICE_UNAVAILABLE


@stamina.retry(on=busy, attempts=10, timeout=TIMEOUT_S)
def asked(url: str, what: str, body: dict | None = None) -> list[dict]:
    reply = httpx.post(f"{url}/{what}", json=body or {}, timeout=60)
    reply.raise_for_status()
    return reply.json()


def deployed(folder: Path) -> Path:
    """The shipped prefect.yaml, with three towns in the place of its cities; one town has no data."""
    said = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    like, said["deployments"] = said["deployments"][0], []
    for name in TOWNS:
        path = town.write_town(folder / name)
        path.write_text(path.read_text(encoding="utf-8").replace("city: lilleby", f"city: {name}"), encoding="utf-8")
        parameters = {"city": str(path), "out": str(folder / "out"), "config": str(town.CONFIG)}
        said["deployments"].append(like | {"name": name, "tags": [f"city:{name}"], "parameters": parameters})
    for path in (folder / TOWNS[2]).glob("incidents_*.csv"):
        path.unlink()
    said.pop("definitions")
    file = folder / "prefect.yaml"
    file.write_text(yaml.safe_dump(said), encoding="utf-8")
    return file


def test_three_cities_at_once_by_a_worker_with_their_schedules(tmp_path):
    file = deployed(tmp_path)
    with temporary_server(tmp_path / "server") as server:
        env = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
        env |= environment(tmp_path / "server") | {"PREFECT_API_URL": server.wait(), "PYTHONPATH": str(ROOT)}
        env |= {"HARMSHIFT_HOME": str(ROOT), "HARMSHIFT_STATE": str(tmp_path / "state")}
        prefect("work-pool", "create", "harmshift", "--type", "process", env=env, cwd=tmp_path)
        command = [sys.executable, "-m", "flows.orchestration.prefect_deploy", str(file)]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [word for name in TOWNS for word in ("deployed", f"harmshift-night/{name}")]
        known = {each["name"]: each for each in asked(server.url, "deployments/filter")}
        assert set(known) == set(TOWNS)
        for each in known.values():
            (schedule,) = each["schedules"]
            assert schedule["active"]
            assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("15 3 * * *", "Europe/Oslo")
            assert each["global_concurrency_limit"]["limit"] == 1
            asked(server.url, f"deployments/{each['id']}/create_flow_run")
        runs = worked_off(server.url, env, tmp_path)
    assert {run["name"] for run in runs.values()} == {"lilleby"}  # of the settings' file, not its folder
    states = {name: runs[name]["state"] for name in TOWNS}
    assert {name: state["type"] for name, state in states.items()} == {
        "austby": "COMPLETED",
        "vestby": "COMPLETED",
        "sorby": "FAILED",
    }, states
    assert states["austby"]["message"].startswith("published ")
    assert "source 'records'" in states["sorby"]["message"]
    for name in TOWNS[:2]:
        assert town.opens(tmp_path / "out" / name)
    starts, ends = ([runs[name][key] for name in TOWNS[:2]] for key in ("start_time", "end_time"))
    assert max(starts) < min(ends)  # at once, not one after another


def worked_off(url: str, env: dict[str, str], folder: Path) -> dict[str, dict]:
    """Let a worker do what was asked for; return the flow runs by city, once all have ended."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "harmshift", "--limit", "3"]
    with (folder / "worker.log").open("wb") as log:
        pipes = {"stdout": log, "stderr": subprocess.STDOUT}
        worker = subprocess.Popen(command, env=env, cwd=folder, start_new_session=True, **pipes)
    try:
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            asked_for = [run for run in asked(url, "flow_runs/filter") if not run["auto_scheduled"]]
            if len(asked_for) == len(TOWNS) and all(run["end_time"] for run in asked_for):
                break
            assert worker.poll() is None, (folder / "worker.log").read_text()
            time.sleep(2)  # waiting for other processes, which only the server knows of
        return {Path(run["parameters"]["city"]).parent.name: run for run in asked_for}
    finally:
        os.killpg(worker.pid, signal.SIGKILL)  # what it was asked to do has ended; asked politely, it takes minutes
        worker.wait()
