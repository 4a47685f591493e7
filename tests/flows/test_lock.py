"""One run per city: the second is told so, and a dead owner's lock is free."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.lock import city_lock
from layers.errors import UserError

HOLD = """
import sys
from pathlib import Path
from flows.lock import city_lock
with city_lock(Path(sys.argv[1]), "x"):
    print("held", flush=True)
    sys.stdin.read()
"""

ROOT = Path(__file__).parents[2]


def test_a_second_run_is_refused_and_a_killed_owner_frees_the_lock(tmp_path):
    owner = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with owner:
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(UserError, match="another run of x is under way"), city_lock(tmp_path, "x"):
            pass
        with city_lock(tmp_path, "another-city"):
            pass
        owner.send_signal(signal.SIGKILL)
    with city_lock(tmp_path, "x"):
        pass
