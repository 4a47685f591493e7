"""A temporary Prefect server on this machine, started early and ended with its starter. Never used for nightly runs."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layers.errors import UserError

START_TIMEOUT_S = 180
POLL_S = 0.25
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True)
class Server:
    """A server that is starting or running."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait(self) -> str:
        """Return the API's address once it answers.

        Raises
        ------
        UserError
            If the server ends or does not answer in time; names its log.
        """
        deadline, otherwise = time.monotonic() + START_TIMEOUT_S, f"See {self.log}, or use --engine plain."
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise UserError(f"the temporary Prefect server ended at its start. {otherwise}")
            if answers(self.url):
                return self.url
            time.sleep(POLL_S)
        raise UserError(f"the temporary Prefect server gives no answer in {START_TIMEOUT_S} s. {otherwise}")


@contextmanager
def temporary_server(home: Path) -> Iterator[Server]:
    """Start a server in the background with its data in `home`; stop it, and whatever it started, at the end."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = home / "server.log"
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - a fixed command of our own interpreter
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment(home)},
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one prctl call, no locks
        )
    try:
        yield Server(process, f"http://127.0.0.1:{port}/api", log)
    finally:
        _end(process)


def environment(home: Path) -> dict[str, str]:
    """Return Prefect's settings: own folder, no telemetry, few log lines, no implicit server."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "geo,layers,flows",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",  # the log stands on the terminal, and this server ends with the run
        "PREFECT_CLI_PROMPT": "false",
    }


def answers(url: str) -> bool:
    """Tell whether a Prefect API answers at `url`."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=3) as reply:  # noqa: S310 - http(s) address of the user's own server
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_with_parent() -> None:
    """Have the kernel end this process when its parent ends: a run that is killed cannot tidy up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    for stop in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, stop)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
