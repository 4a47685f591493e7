"""A night on a Prefect server whose SQLite another process holds locked: it ends, is published, and says so."""

import subprocess
import sys

import pytest

from flows import plan
from flows.orchestration.prefect_server import environment, temporary_server
from tests.flows import night_city as town

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.prefect
def test_a_prefect_server_whose_database_is_locked_mid_run(after_one, monkeypatch):
    path, root = after_one
    home, holders = path.parent / "server", []
    with temporary_server(home) as server:
        short = {"PREFECT_CLIENT_MAX_RETRIES": "0", "PREFECT_API_REQUEST_TIMEOUT": "3"}
        for name, value in {**environment(home), **short, "PREFECT_API_URL": server.wait()}.items():
            monkeypatch.setenv(name, value)
        take = plan.take_all

        def locking(city, options):
            if not holders:
                command = [sys.executable, "-c", HOLD, str(home / "prefect.db")]
                holders.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
                assert holders[0].stdout.readline() == "held\n"
            return take(city, options)

        monkeypatch.setattr(plan, "take_all", locking)
        try:
            done = town.night(path, 7, engine="auto")
        finally:
            for holder in holders:
                holder.communicate("")
    assert (done.outcome, done.exit_code) == ("published", 3), done
    assert [warning.key for warning in done.warnings] == ["engine"]
    assert town.opens(root)
    assert town.night(path, 8).outcome == "unchanged"
