"""A PostgreSQL server with PostGIS of this machine's packages, in a folder of its own, on a socket. Owns no table."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SYSTEM = "postgres"


@dataclass(frozen=True)
class Server:
    """Where it listens: a socket in `folder`, and a TCP port of this machine with passwords."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgresql:///postgres?host={self.folder}&port={self.port}&user={SYSTEM}"


def missing() -> str | None:
    """Say what this machine lacks, or None."""
    programs = _programs()
    if programs is None:
        return "PostgreSQL is not installed (Debian: postgresql, postgresql-15-postgis-3)"
    extension = Path("/usr/share/postgresql") / programs.parent.name / "extension/postgis.control"
    if not extension.is_file():
        return "PostGIS is not installed (Debian: postgresql-15-postgis-3)"
    if os.geteuid() == 0 and not (_has_user() and shutil.which("setpriv")):
        return "PostgreSQL refuses to run as root, and there is no user postgres"
    return None


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _has_user() -> bool:
    try:
        return bool(pwd.getpwnam(SYSTEM))
    except KeyError:
        return False


@contextmanager
def running() -> Iterator[Server]:
    """Start a cluster of its own and stop it at the end; nothing of another cluster is touched."""
    programs = _programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    server = Server(folder, 54_329)
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM, SYSTEM)
    try:
        _as_user(programs / "initdb", "-D", folder / "data", "-U", SYSTEM, "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder} -c port={server.port}"
        start = ("-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        _as_user(programs / "pg_ctl", *start)
        try:
            yield server
        finally:
            _as_user(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={SYSTEM}", f"--regid={SYSTEM}", "--clear-groups", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
