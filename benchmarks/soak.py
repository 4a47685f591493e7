"""Sixty simulated nights in a row on a tiny city served over HTTP, with faults injected: what each night ended with.

Run: `python -m benchmarks.soak`. Writes benchmarks/soak.json. Every night is a process of its own, as it is in use.
Disk full and read-only need a small disk of their own: as root one is mounted, else file sizes are limited.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import flows.analysis
import flows.nights.night
import layers.border
import layers.products
import layers.sources.files
from flows.lock import city_lock
from flows.nights import heartbeat
from flows.publishing.current import current_run
from tests.flows import night_city as town
from tests.flows.faults.killer import in_child, kill_at
from tests.peers.http import Peer, json_answer, serving
from tests.peers.records import Record
from tests.peers.services import socrata

HERE = Path(__file__).parent
NIGHTS = 60
FIRST = datetime(2023, 3, 1, 1, 15, tzinfo=UTC)  # the clock goes forward in the night of 26 March
LOADED = (
    flows.analysis,
    flows.nights.night,
    layers.border,
    layers.products,
    layers.sources.files,
)  # once, before the forks
GONE = range(20, 28)
WITHOUT_LINKS = 44  # from this night on the file system has no symbolic links
FAULTS = {
    2: "zero new incidents",
    4: "killed at write 30",
    5: "killed at write 70",
    6: "killed at write 110",
    7: "killed at write 140",
    8: "killed at write 165",
    9: "killed at write 185",
    11: "busy server (429)",
    12: "gateway timeout",
    13: "web page in place of data",
    15: "schema changed",
    16: "truncated answer",
    17: "empty answer",
    18: "slow drip",
    **dict.fromkeys(GONE, "source gone"),
    25: "source gone, clock change",
    29: "disk full",
    30: "read-only",
    32: "two nights at once",
    34: "clock ten days back",
    36: "10 x usual volume",
    37: "drift accepted",
    39: "settings broken",
    41: "late revisions",
    42: "Prefect server down",
    43: "GeoPackage in use",
    46: "copy in use",
    47: "copy in use",
    49: "killed while current moves",
    50: "killed at write 300",
    51: "stored snapshot damaged",
    52: "heartbeat damaged",
    53: "published run damaged",
    55: "zero new incidents",
    57: "server unreachable mid-run",
}
PEER = {
    "busy server (429)": ("busy", 1),
    "gateway timeout": ("gateway_timeout", 1000),
    "web page in place of data": ("html", 1000),
    "truncated answer": ("truncated", 1000),
    "empty answer": ("empty", 1000),
    "slow drip": ("slow_drip", 1000),
    "source gone": ("gone", 1000),
    "source gone, clock change": ("gone", 1000),
}


@dataclass
class World:
    """The city, its folder, the service that has its incidents, and what has been asked of both."""

    folder: Path
    peer: Peer
    records: list[Record]
    is_mounted: bool
    until: date = field(default_factory=FIRST.date)
    more: list[Record] = field(default_factory=list)

    @property
    def yaml(self) -> Path:
        return self.folder / "lilleby.yaml"

    @property
    def root(self) -> Path:
        return self.folder / "out" / "lilleby"

    def advance(self, number: int, fault: str) -> None:
        """Let a day pass: what happened on it is in the service by night."""
        if fault != "zero new incidents":
            self.until = (FIRST + timedelta(days=number)).date()
        if fault == "10 x usual volume":
            day = FIRST + timedelta(days=number - 1)
            like = self.records[-1]
            self.more += [replace(like, case_no=f"F{i}", occurred=day, updated=day) for i in range(120)]
        fresh = town.served(self.until, per_day=3.0)
        if fault == "late revisions":
            fresh[-1] = replace(fresh[-1], kind="noise", lon=fresh[-1].lon + 0.001, updated=fresh[-1].updated)
        self.records[:] = fresh + self.more


def main() -> None:
    """Do all nights and write the list."""
    rows = []
    with tempfile.TemporaryDirectory() as home, small_disk(Path(home) / "out") as is_mounted:
        os.environ |= {"HARMSHIFT_STATE": f"{home}/state", "NUMBA_CACHE_DIR": f"{home}/numba"}
        records: list[Record] = []
        with serving({"socrata": socrata(records)}) as peer:
            town.write_town(Path(home), peer.address)
            world = World(Path(home), peer, records, is_mounted)
            for number in range(NIGHTS):
                rows.append(one_night(world, number))
                print(json.dumps(rows[-1]), flush=True)
    lines = ",\n ".join(json.dumps(row) for row in rows)
    (HERE / "soak.json").write_text(f"[{lines}]\n", encoding="utf-8")


def one_night(world: World, number: int) -> dict[str, object]:
    """Let a day pass, inject the night's fault, do the night, take the fault away, look at what is there."""
    fault = FAULTS.get(number, "none")
    world.advance(number, fault)
    before, began = current_run(world.root), time.perf_counter()
    with injected(world, fault):
        code = in_child(lambda: child(world, number, fault))
    seconds = time.perf_counter() - began
    beat = heartbeat.read(Path(os.environ["HARMSHIFT_STATE"]), "lilleby")
    outcome = beat.outcome if beat is not None and beat.ended_at is not None and code >= 0 else "killed"
    return {
        "night": number,
        "fault": fault,
        "exit_code": code,
        "outcome": outcome,
        "published": current_run(world.root) != before,
        "current_opens": town.opens(world.root),
        "seconds": round(seconds, 1),
    }


def child(world: World, number: int, fault: str) -> int:
    """Do the night in this process, whose end it is."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    now = FIRST + timedelta(days=number)
    choices: dict[str, object] = {}
    if number >= WITHOUT_LINKS:
        os.symlink = _refused
    if fault.startswith("killed at write"):
        kill_at(int(fault.rsplit(maxsplit=1)[-1]))
    if fault == "killed while current moves":
        flows.publishing.current._swap = lambda _root: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    if fault == "clock ten days back":
        now -= timedelta(days=10)
    if fault == "drift accepted":
        choices["accept_drift"] = True
    if fault == "Prefect server down":
        os.environ["PREFECT_API_URL"] = "http://127.0.0.1:9/api"
        choices["engine"] = "auto"
    if not world.is_mounted and fault in ("disk full", "read-only"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    if fault == "two nights at once":
        state = Path(os.environ["HARMSHIFT_STATE"])
        with city_lock(state, "lilleby"):
            refused = town.night(world.yaml, now=now)
        if not refused.busy:
            raise SystemExit(f"a second night was not refused: {refused}")
    return town.night(world.yaml, now=now, **choices).exit_code


def _refused(*_args: object, **_named: object) -> None:
    raise OSError(95, "Operation not supported")


@contextlib.contextmanager
def injected(world: World, fault: str) -> Iterator[None]:
    """Have the fault for one night."""
    undo: list[Callable[[], object]] = []
    if fault in PEER:
        world.peer.fault, world.peer.times = PEER[fault]
        undo.append(lambda: setattr(world.peer, "fault", None))
    if fault == "server unreachable mid-run":
        whole, asked = world.peer.services["socrata"], [0]

        def dies(request: object) -> object:
            asked[0] += 1
            return whole(request) if asked[0] < 2 else json_answer({"message": "worker died"}, 502)  # type: ignore[arg-type]

        world.peer.services["socrata"] = dies  # type: ignore[assignment]
        undo.append(lambda: world.peer.services.update(socrata=whole))
    if fault == "schema changed":
        whole = world.peer.services["socrata"]
        world.peer.services["socrata"] = lambda _: json_answer({"message": "No such column: kind"}, 400)
        undo.append(lambda: world.peer.services.update(socrata=whole))
    if fault == "disk full" and world.is_mounted:
        filler = world.folder / "out" / "filler"
        free = os.statvfs(world.folder / "out")
        filler.write_bytes(bytes(free.f_bavail * free.f_frsize - 300_000))
        undo.append(filler.unlink)
    if fault == "read-only" and world.is_mounted:
        remount(world.folder / "out", "ro")
        undo.append(lambda: remount(world.folder / "out", "rw"))
    if fault == "settings broken":
        text = world.yaml.read_text(encoding="utf-8")
        world.yaml.write_text(
            text.replace("bandwidth", "bandwith").replace("crs: EPSG:25832", "crs: EPSG:4326"), "utf-8"
        )
        undo.append(lambda: world.yaml.write_text(text, encoding="utf-8"))
    undo += [*_in_use(world, fault), *_damaged(world, fault)]
    try:
        yield
    finally:
        for each in undo:
            each()


def _in_use(world: World, fault: str) -> list[Callable[[], object]]:
    places = {"GeoPackage in use": current_run(world.root), "copy in use": world.root / "current"}
    if fault not in places:
        return []
    wal = Path(str(places[fault])) / "lilleby.gpkg-wal"
    wal.write_bytes(b"")
    return [wal.unlink]


def _damaged(world: World, fault: str) -> list[Callable[[], object]]:
    state = Path(os.environ["HARMSHIFT_STATE"])
    if fault == "stored snapshot damaged":
        largest = max((state / "snapshots/objects").glob("*/*"), key=lambda path: path.stat().st_size)
        largest.write_bytes(b"x" * largest.stat().st_size)
    if fault == "heartbeat damaged":
        heartbeat.path_of(state, "lilleby").write_text('{"city": "lil', encoding="utf-8")
    if fault == "published run damaged":
        path = world.root / "current" / "findings.json"
        path.chmod(0o644)
        path.write_text("{}", encoding="utf-8")
    return []


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Mount a disk of its own for results, if this user may."""
    place.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(place)], stderr=subprocess.DEVNULL
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.check_call(["umount", str(place)])


def remount(place: Path, how: str) -> None:
    """Make the small disk read-only, or writable again."""
    subprocess.check_call(["mount", "-o", f"remount,{how}", str(place)])


if __name__ == "__main__":
    main()
