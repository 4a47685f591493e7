"""Two nights at once, clocks that jump, nights that hang or crash, a Dask worker or a Prefect server that dies."""

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows import plan
from flows.lock import city_lock
from flows.nights import heartbeat, night, nightly
from flows.nights.night import NightChoices
from flows.nights.night_settings import NightSettings
from flows.orchestration.prefect_server import environment, temporary_server
from flows.publishing.current import current_run
from layers.density import smoothed
from tests.flows import night_city as town

ROOT = Path(__file__).parents[3]
CHOICES = NightChoices(config=town.CONFIG)


def broken_plan(monkeypatch, error: Exception):
    """Let the first try of a plan end with an error that is nobody's mistake."""
    real, tries = night.run_city, []

    def once(*args, **named):
        tries.append(args)
        if len(tries) == 1:
            raise error
        return real(*args, **named)

    monkeypatch.setattr(night, "run_city", once)
    monkeypatch.setattr(night, "run_unlocked", lambda city, options, _engine: once(city, options))
    return tries


def test_two_nights_at_once(folder):
    path = town.write_town(folder)
    with city_lock(folder / "state", "lilleby"):
        second = town.night(path)
    assert (second.exit_code, second.outcome, second.busy) == (1, "failed", True)
    assert second.message.startswith("another run of lilleby is under way (lock ")
    assert heartbeat.read(folder / "state", "lilleby") is None  # the first one's heartbeat is not written over


@pytest.mark.slow
def test_the_lock_of_a_killed_night_is_free_and_its_death_is_written_down(after_one):
    path, root = after_one
    hold = "import os,sys; from pathlib import Path; from flows.lock import city_lock\n"
    hold += "with city_lock(Path(sys.argv[1]), 'lilleby'): os.kill(os.getpid(), 9)"
    state = path.parent / "state"
    done = subprocess.run(
        [sys.executable, "-c", hold, str(state)], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert town.night(path, 7).outcome == "published"
    assert town.opens(root)


@pytest.mark.slow
def test_a_clock_that_went_back_publishes_nothing(after_one):
    path, root = after_one
    before = current_run(root)
    failed = town.night(path, now=town.NIGHT - timedelta(days=300))
    assert failed.exit_code == 1
    assert (
        "today is 2022-08-05 by this machine's clock, but the published run is of 2023-06-01. Set the clock"
        in failed.message
    )
    assert current_run(root) == before
    assert town.night(path, 7).outcome == "published"


@pytest.mark.slow
@pytest.mark.parametrize(
    "instants",
    [
        ["2023-10-28T23:30", "2023-10-29T00:30", "2023-10-29T01:30"],  # 02:30 twice in Oslo
        ["2024-03-31T00:30", "2024-03-31T01:30"],  # 01:30, then 03:30
    ],
)
def test_nights_in_which_the_clocks_change(after_one, instants):
    path, root = after_one
    first, *others = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in instants]
    assert town.night(path, now=first, accept_drift=True).outcome == "published"  # months of data at once
    assert current_run(root).name.startswith(f"{instants[-1][:10]}-")
    for again in others:
        assert town.night(path, now=again).outcome == "unchanged"
    assert heartbeat.read(path.parent / "state", "lilleby").ended_at == others[-1]


@pytest.mark.slow
@pytest.mark.parametrize("error", [ConnectionRefusedError(111, "refused"), RuntimeError("database is locked")])
def test_what_carries_the_plan_out_dies_and_the_night_is_done_without_it(after_one, monkeypatch, error):
    path, root = after_one
    tries = broken_plan(monkeypatch, error)
    done = town.night(path, 7, engine="auto")
    assert (done.exit_code, done.outcome) == (3, "published")
    assert type(error).__name__ in done.warnings[0].text
    assert "done without it. Look at their logs" in done.warnings[0].text
    assert len(tries) == 2
    assert town.opens(root)


def test_a_fault_of_the_program_is_not_tried_twice(folder, monkeypatch):
    tries = broken_plan(monkeypatch, ZeroDivisionError("secret 4711"))
    done = town.night(town.write_town(folder))
    assert (done.exit_code, len(tries)) == (1, 1)
    assert "harmshift failed (ZeroDivisionError" in done.message
    assert "4711" not in done.message


def test_the_night_after_an_upgrade_judges_anew_and_replaces_what_stood(after_one, monkeypatch):
    path, root = after_one
    kept, shown = path.parent / "state" / "kept" / "lilleby", current_run(root)
    earlier = {part.name for part in kept.iterdir()}
    for part in kept.iterdir():
        (part / "rows.arrow").rename(part / "rows.parquet")  # as an earlier version laid it out
    shutil.rmtree(path.parent / "state" / "heartbeat")  # and had none
    for file in path.parent.glob("incidents_2023-06.csv"):
        file.unlink()  # nothing is new but the code
    monkeypatch.setattr("flows.plan.code_version", lambda: "0.2.0+upgraded")
    done = town.night(path, 1)
    assert done.outcome == "published", done
    assert current_run(root) != shown
    assert shown in set((root / "runs").iterdir())
    assert town.opens(root)
    assert not earlier & {part.name for part in kept.iterdir()}
    assert all((part / "rows.arrow").is_file() for part in kept.iterdir())
    assert town.night(path, 2).outcome == "unchanged"


@pytest.mark.slow
@pytest.mark.prefect
def test_a_prefect_server_that_is_killed_mid_run(after_one, monkeypatch):
    path, root = after_one
    home = path.parent / "server"
    with temporary_server(home) as server:
        for name, value in environment(home).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PREFECT_API_URL", server.wait())
        monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
        take = plan.take_all

        def killing(city, options):
            if server.process.poll() is None:
                os.killpg(server.process.pid, signal.SIGKILL)
                server.process.wait()
            return take(city, options)

        monkeypatch.setattr(plan, "take_all", killing)
        done = town.night(path, 7, engine="auto")
    assert done.outcome == "published", done
    assert done.exit_code in (0, 3)
    assert town.opens(root)


CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, *[worker.pid for worker in cluster.workers.values()], flush=True)
        sys.stdin.read()
"""


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_mid_run(after_one, monkeypatch):
    path, root = after_one
    script = path.parent / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, str(script)], text=True, cwd=ROOT, **pipes) as cluster:
        address, *workers = cluster.stdout.readline().split()
        spread = smoothed.unit_shares

        def killing(*args, **named):
            if len(workers) == 2:
                os.kill(int(workers.pop()), signal.SIGKILL)
            return spread(*args, **named)

        monkeypatch.setattr(smoothed, "unit_shares", killing)
        done = town.night(path, 7, scheduler=address)
        cluster.stdin.close()
    assert done.outcome == "published", done
    assert len(workers) == 1
    assert town.opens(root)


@pytest.mark.slow
def test_a_dask_scheduler_that_is_not_there_costs_a_warning_alone(after_one, monkeypatch):
    monkeypatch.setattr("flows.orchestration.cluster.PATIENCE", "0.2s")
    path, root = after_one
    done = town.night(path, 7, scheduler="tcp://127.0.0.1:1")
    assert (done.exit_code, done.outcome) == (3, "published")
    assert "the Dask cluster failed" in done.warnings[0].text
    assert town.opens(root)


def test_a_child_that_hangs_is_ended_and_one_that_crashed_is_told_of(folder, monkeypatch, capfd):
    path = town.write_town(folder)
    (folder / "state").mkdir()
    for code, said, outcome in (
        ("import time; time.sleep(600)", "took longer than 0.005 minutes and was ended", "overdue"),
        ("import os; os.kill(os.getpid(), 9)", "was killed (SIGKILL); perhaps memory ran out", "failed"),
        ("raise SystemExit(7)", "ended with 7 before it could say why. Look at the last lines of its log.", "failed"),
    ):
        monkeypatch.setattr(nightly, "arguments", lambda *_: [])
        monkeypatch.setattr(nightly, "sys", SimpleNamespace(executable=sys.executable, platform=sys.platform))
        monkeypatch.setattr(nightly, "CHILD", code)
        limit = 0.005 if outcome == "overdue" else 1.0
        settings = NightSettings.model_validate({"deadline_min": limit})
        done = nightly.in_its_own_process(str(path), CHOICES, settings)
        assert (done.outcome, done.exit_code) == (outcome, 1)
        assert said in done.message
        beat = heartbeat.read(folder / "state", "lilleby")
        assert (beat.outcome, beat.message, beat.last_good_at) == (outcome, done.message, None)


@pytest.mark.slow
def test_the_command_isolates_cities_and_sums_up(folder):
    """One town in order, one whose settings are wrong, one without data: each is told of, the good one published."""
    path = town.write_town(folder / "a")
    broken = town.write_town(folder / "b")
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("city: lilleby", "city: skakkby").replace("EPSG:25832", "EPSG:4326", 1))
    empty = town.write_town(folder / "c")
    empty.write_text(text.replace("city: lilleby", "city: tomby"), encoding="utf-8")
    for file in (folder / "c").glob("incidents_*.csv"):
        file.unlink()
    command = [str(Path(sys.executable).with_name("harmshift")), "nightly", str(broken), str(empty), str(path)]
    options = ["--config", str(town.CONFIG), "--out", str(folder / "out"), "--engine", "plain"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    said = done.stdout
    assert said.startswith(
        "harmshift: the night begins\nlilleby, lilleby, lilleby\nharmshift: FAILED: lilleby, tomby\n"
    )
    assert "tomby: failed. source 'records'" in said
    assert "lilleby: published. published " in said
    assert "Traceback" not in done.stderr
    assert town.opens(folder / "out/lilleby")
