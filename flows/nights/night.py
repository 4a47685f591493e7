"""One city's night: look, and if something is new compute, compare, publish, tidy; its outcome is always written down.

Knows no other city and no schedule. Whatever happens ends in a `Night`: no exception leaves it.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flows.commands.run_once import run_options
from flows.configuration.settings import LoadedCity, find_config_dir, load_city
from flows.lock import LockedError, city_lock
from flows.nights import heartbeat
from flows.nights.drift import DriftError, write_volume
from flows.nights.heartbeat import Heartbeat, Outcome
from flows.nights.night_settings import NightSettings, night_settings
from flows.nights.night_warnings import Warned, warnings_of
from flows.nights.retention import prune_runs
from flows.nights.unchanged import refuse_backward
from flows.options import RunOptions, Watch
from flows.orchestration.cluster import ClusterError
from flows.orchestration.engine import Engine, run_unlocked
from flows.plan import run_city
from flows.publishing.current import current_run
from flows.publishing.publish import destination
from flows.report import RunReport
from flows.state import make_state_dir, state_dir
from flows.steps import PlainStep, Step
from flows.told import told
from layers.errors import ConfigError, UserError

OK, FAILED, BAD_SETTINGS, WITH_WARNINGS = 0, 1, 2, 3
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """How a city's night ended; `busy`: another night of it is under way, and its heartbeat is left alone."""

    city: str
    outcome: Outcome
    exit_code: int
    message: str
    run_id: str | None = None
    warnings: tuple[Warned, ...] = ()
    busy: bool = False


@dataclass(frozen=True, kw_only=True)
class NightChoices:
    """What the command line, or the deployment, asks for."""

    config: Path | None = None
    out: Path = Path("outputs")
    data_dir: Path | None = None
    as_of: date | None = None
    offline: bool = False
    accept_drift: bool = False
    engine: Engine = "auto"
    scheduler: str | None = None


@dataclass(frozen=True)
class _Tonight:
    """A city with all its night needs."""

    loaded: LoadedCity
    options: RunOptions
    settings: NightSettings
    engine: Engine
    step: Step | None  # of a flow that is running already

    @property
    def root(self) -> Path:
        return destination(self.loaded.city, self.options.out)


def city_night(name: str, choices: NightChoices, *, now: datetime | None = None, step: Step | None = None) -> Night:
    """Do one city's night and write its heartbeat.

    Parameters
    ----------
    name : str
        Name in config/cities or path of a YAML file.
    now : datetime or None
        The instant of the night, with time zone; None: the clock's.
    step : Step or None
        Carries out the steps inside a flow that is running already; None: `choices.engine` decides.
    """
    city, beat = Path(name).stem, Heartbeat(city=Path(name).stem, started_at=now or datetime.now(UTC))
    try:
        folder = find_config_dir(choices.config)
        settings, loaded = night_settings(folder), load_city(name, folder)
        city, beat = loaded.city.city, replace(beat, city=loaded.city.city)
        with city_lock(make_state_dir(state_dir()), city):
            last = heartbeat.read(state_dir(), city) or beat
            beat = replace(beat, last_good_at=last.last_good_at, run_id=last.run_id, sources=last.sources)
            _keep(beat)
            tonight = _Tonight(loaded, _options(loaded, folder, choices, settings, now), settings, choices.engine, step)
            night, ages = _night(tonight, beat.started_at)
            _end(beat, night, ages, now)
            return night
    except Exception as error:  # noqa: BLE001 - whatever it was, the night of the next city begins
        night = failed(city, error)
    if not night.busy:
        _end(beat, night, {}, now)
    return night


def failed(city: str, error: Exception) -> Night:
    """Return the night that an error ended, in one sentence."""
    outcome: Outcome = "bad settings" if isinstance(error, ConfigError) else "failed"
    if isinstance(error, DriftError):
        outcome = "drift"
    code = BAD_SETTINGS if isinstance(error, ConfigError) else FAILED
    return Night(city, outcome, code, told(error), busy=isinstance(error, LockedError))


def _options(
    loaded: LoadedCity, folder: Path, choices: NightChoices, settings: NightSettings, now: datetime | None
) -> RunOptions:
    of_now = now.astimezone(loaded.city.zone).date() if now is not None else None
    wanted = {
        "as_of": choices.as_of or loaded.city.as_of or of_now,
        "offline": choices.offline,
        "out": choices.out,
        "data_dir": choices.data_dir,
        "only": None,
        "scheduler": choices.scheduler,
    }
    watch = Watch(settings.bands, choices.accept_drift)
    return replace(run_options(loaded, folder, wanted), watch=watch, now=now)


def _night(tonight: _Tonight, now: datetime) -> tuple[Night, dict[str, float]]:
    """Do the work; return how it ended, and the age of each source in days."""
    city, options = tonight.loaded.city.city, tonight.options
    refuse_backward(tonight.root, city, options.as_of)
    before = current_run(tonight.root)
    report, trouble = _run(tonight)
    warnings = [*trouble, *warnings_of(report, tonight.loaded.city, tonight.settings, now=now)]
    if report.published and report.volume is not None:
        write_volume(options.state_dir, city, report.volume)
    warnings += _tidied(tonight, now)
    if not report.published:
        outcome: Outcome = "not moved"
    else:
        # a first try may have published before what carried it out failed
        outcome = "unchanged" if report.reused and current_run(tonight.root) == before else "published"
    said = {
        "unchanged": f"nothing new; {report.directory.name} stands",
        "published": f"published {report.directory.name}",
        "not moved": f"built {report.directory.name}; current not moved: file in use",
    }[outcome]
    ages = {s.source_id: s.fallback.age_days if s.fallback else 0.0 for s in report.snapshots}
    code = WITH_WARNINGS if warnings else OK
    return Night(city, outcome, code, said, report.directory.name, tuple(warnings)), ages


def _run(tonight: _Tonight) -> tuple[RunReport, list[Warned]]:
    """Run the plan; if what carries it out fails (server, cluster), once more in this process alone."""
    city, options = tonight.loaded.city, tonight.options
    log.info("%s: the night begins, as of %s", city.city, options.as_of)
    try:
        if tonight.step is not None:
            return run_city(city, options, tonight.step), []
        return run_unlocked(city, options, tonight.engine), []
    except Exception as error:
        is_told = isinstance(error, UserError) and not isinstance(error, ClusterError)
        is_alone = tonight.step is None and tonight.engine == "plain" and options.scheduler is None
        if is_told or is_alone:
            raise
        failure = type(error).__name__
        log.warning("%s: %s; once more in this process alone", city.city, failure)
        report = run_city(city, replace(options, scheduler=None), PlainStep())
    text = (
        f"the Prefect server or the Dask cluster failed during the run ({failure}), which was done "
        "without it. Look at their logs, and at `harmshift doctor`."
    )
    return report, [Warned("engine", text)]


def _tidied(tonight: _Tonight, now: datetime) -> list[Warned]:
    """Take away old runs; that this fails must not fail a night that published."""
    from layers.snapshots.purge import enforce_retention

    city, store = tonight.loaded.city, tonight.options.state_dir / "snapshots"
    try:
        removed = prune_runs(tonight.root, tonight.settings.kept, now=now)
        expired = enforce_retention(store, city, now=now)
    except OSError as error:
        text = f"old runs in {tonight.root} cannot be removed ({error.strerror}). Mend the rights of that folder."
        return [Warned("retention", text)]
    if removed:
        log.info("%s: removed %d old runs", city.city, len(removed))
    if expired.files:
        log.info("%s: removed %d files beyond the retention of their source", city.city, expired.files)
    return []


def _end(beat: Heartbeat, night: Night, ages: dict[str, float], now: datetime | None) -> None:
    """Write how the night ended; a good one is remembered through bad ones."""
    ended = now or datetime.now(UTC)
    last = heartbeat.read(state_dir(), beat.city) or beat
    good = ended if night.outcome in heartbeat.WELL else last.last_good_at
    _keep(
        replace(
            beat,
            ended_at=ended,
            outcome=night.outcome,
            exit_code=night.exit_code,
            run_id=night.run_id or last.run_id,
            message=night.message,
            warnings=tuple((w.key, w.text) for w in night.warnings),
            last_good_at=good,
            sources=ages or last.sources,
        )
    )


def _keep(beat: Heartbeat) -> None:
    try:
        heartbeat.write(state_dir(), beat)
    except OSError as error:
        log.warning("the heartbeat cannot be written to %s: %s", state_dir(), error.strerror or error)
