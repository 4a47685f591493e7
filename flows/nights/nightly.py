"""All cities' nights, one after another, each in a process of its own with a deadline; a message before and after."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from platform import node

from flows.configuration.settings import find_config_dir
from flows.lock import LockedError, city_lock
from flows.nights import heartbeat
from flows.nights.heartbeat import Heartbeat
from flows.nights.night import BAD_SETTINGS, FAILED, OK, WITH_WARNINGS, Night, NightChoices
from flows.nights.night_settings import NightSettings, cities_of_night, name_of_city, night_settings
from flows.nights.night_warnings import Warned
from flows.nights.notify import due, tell
from flows.nights.retention import prune_snapshots
from flows.orchestration.prefect_server import end_with_parent
from flows.state import state_dir

CHILD = "from flows.cli import main; main()"
GRACE_S = 20  # to end by itself after a deadline, before it is killed
ORDER = (FAILED, BAD_SETTINGS, WITH_WARNINGS, OK)  # the worst first


def nightly(cities: tuple[str, ...], choices: NightChoices) -> int:
    """Do every city's night and return the exit code of them all.

    Returns
    -------
    int
        1 if a city failed; else 2 if the settings of one are wrong; else 3 if one has warnings; else 0.
    """
    folder = find_config_dir(choices.config)
    settings, cities = night_settings(folder), cities_of_night(cities, folder)
    tell("harmshift: the night begins", [", ".join(Path(name).stem for name in cities)])
    nights = [in_its_own_process(name, choices, settings) for name in cities]
    report(nights, settings)
    _tidy(state_dir(), settings)
    return worst(night.exit_code for night in nights)


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that stands for several."""
    return min(codes, key=ORDER.index, default=OK)


def report(nights: Sequence[Night], settings: NightSettings, *, now: datetime | None = None) -> None:
    """Send the one message at the end: how each city ended, and what to look at."""
    now = now or datetime.now(UTC)
    lines = []
    for night in nights:
        lines.append(f"{night.city}: {night.outcome}. {night.message}")
        path = state_dir() / "told" / f"{night.city}.json"
        again = timedelta(days=settings.repeat_warning_days)
        fresh, known = due(path, night.warnings, now=now, again_after=again)
        lines += [f"  warning: {warning.text}" for warning in fresh]
        if known:
            names = ", ".join(warning.key for warning in known)
            lines.append(f"  as before: {names}; told in full every {settings.repeat_warning_days:g} days")
        if night.exit_code != OK:
            lines.append(f"  {_where(night)}")
    bad = [night.city for night in nights if night.exit_code in (FAILED, BAD_SETTINGS)]
    warned = [night.city for night in nights if night.warnings]
    title = f"FAILED: {', '.join(bad)}" if bad else "all is well"
    if warned and not bad:
        title = f"done, with warnings: {', '.join(warned)}"
    tell(f"harmshift: {title}", lines)


def _where(night: Night) -> str:
    """Say where to look, on which machine, and what readers see meanwhile: the message may be read far from it."""
    said = f"look on {node()} at the log of this call and at {heartbeat.path_of(state_dir(), night.city).absolute()}"
    is_bad = night.exit_code in (FAILED, BAD_SETTINGS)
    return f"{said}; readers still see {night.run_id}" if is_bad and night.run_id else said


def in_its_own_process(name: str, choices: NightChoices, settings: NightSettings) -> Night:
    """Do a city's night in a child, which may crash, hang or be killed without harm to the others."""
    began, city = datetime.now(UTC), name_of_city(name, find_config_dir(choices.config))
    before = heartbeat.read(state_dir(), city)
    command = [sys.executable, "-c", CHILD, *arguments(name, choices)]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command,
        start_new_session=True,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one prctl call, no locks
    )
    overdue = False
    try:
        code = child.wait(timeout=settings.deadline_min * 60)
    except subprocess.TimeoutExpired:
        overdue, code = True, FAILED
    finally:
        _end(child)
    beat = heartbeat.read(state_dir(), city)
    if beat is not None and beat != before and beat.ended_at is not None and not overdue:
        warnings = tuple(Warned(*pair) for pair in beat.warnings)
        return Night(city, beat.outcome, code, beat.message, beat.run_id, warnings)
    return _without_heartbeat(Heartbeat(city=city, started_at=began), code, settings, overdue=overdue)


def _without_heartbeat(beat: Heartbeat, code: int, settings: NightSettings, *, overdue: bool) -> Night:
    """Say for a child that could not why it ended; write it down unless another night of the city is under way."""
    said = f"ended with {code} before it could say why. Look at the last lines of its log."
    if code < 0:
        said = f"was killed ({signal.Signals(-code).name}); perhaps memory ran out. Look at the system's log."
    if overdue:
        minutes = f"{settings.deadline_min:g} minutes"
        said = f"took longer than {minutes} and was ended. Look at its log, or raise deadline_min in nightly.yaml."
    run_id = None
    try:
        with city_lock(state_dir(), beat.city):
            last = heartbeat.read(state_dir(), beat.city) or beat
            good, run_id = last.last_good_at, last.run_id
            heartbeat.write(
                state_dir(),
                Heartbeat(
                    city=beat.city,
                    started_at=beat.started_at,
                    ended_at=datetime.now(UTC),
                    outcome="overdue" if overdue else "failed",
                    exit_code=FAILED,
                    run_id=run_id,
                    message=said,
                    last_good_at=good,
                    sources=last.sources,
                ),
            )
    except LockedError as held:
        said = str(held)
    except OSError:
        pass  # the folder cannot be written: the message is what remains
    return Night(beat.city, "overdue" if overdue else "failed", code if code in ORDER else FAILED, said, run_id)


def arguments(name: str, choices: NightChoices) -> list[str]:
    """Return the command line of one city's night."""
    said: list[str] = ["night", name, "--out", str(choices.out), "--engine", choices.engine]
    for option, value in (
        ("--config", choices.config),
        ("--data", choices.data_dir),
        ("--as-of", choices.as_of),
        ("--scheduler", choices.scheduler),
    ):
        said += [option, str(value)] if value is not None else []
    return said + ["--offline"] * choices.offline + ["--accept-drift"] * choices.accept_drift


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End a child and whatever it started."""
    for stop in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is not None:
            return
        os.killpg(child.pid, stop)
        try:
            child.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            continue


def _tidy(state: Path, settings: NightSettings) -> None:
    """Remove stored content that no source gives any more, unless a city is being fetched at this moment."""
    store = state / "snapshots"
    try:
        with ExitStack() as held:
            for index in sorted((store / "index").glob("*")):
                held.enter_context(city_lock(state, index.name))
            prune_snapshots(store, days=settings.keep.snapshot_days, now=datetime.now(UTC))
    except (LockedError, OSError):
        return
