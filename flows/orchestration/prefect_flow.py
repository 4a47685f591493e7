"""The plan as a Prefect flow: one flow a city-run, one task a step, retries on fetching only, nothing cached."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from prefect import Task, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.options import RunOptions
from flows.plan import run_city
from flows.report import RunReport
from flows.steps import PlainStep
from layers.city import City
from layers.errors import UserError

T = TypeVar("T")
log = logging.getLogger(__name__)
RETRY_DELAYS_S = [2.0, 5.0, 15.0]


@dataclass(frozen=True)
class PrefectStep:
    """Runs each step as a task of the running flow; the plain step inside keeps time and progress."""

    plain: PlainStep

    @property
    def seconds(self) -> dict[str, float]:
        return self.plain.seconds

    def __call__(self, name: str, work: Callable[[], T], *, retries: int = 0) -> T:
        """Run `work` as a task named `name`."""

        def step() -> T:
            return self.plain(name, work)

        # Results stay in this process: Prefect's cache and result store are no data formats.
        wrapped: Task[[], T] = task(
            name=name,
            retries=retries,
            retry_delay_seconds=RETRY_DELAYS_S[:retries] or 0,
            cache_policy=NO_CACHE,
            persist_result=False,
        )(step)
        return wrapped()


def _without_traceback(record: logging.LogRecord) -> bool:
    """Let a user's mistake into Prefect's log as one line; faults of the program keep their traceback."""
    if record.exc_info and isinstance(record.exc_info[1], UserError):
        record.exc_info = None
    return True


def run_in_prefect(city: City, options: RunOptions, *, step: PlainStep, api_url: str) -> RunReport:
    """Run the plan as a flow recorded by the server at `api_url`."""

    @flow(
        name="harmshift",
        flow_run_name=f"{city.city}-{options.as_of.isoformat()}",
        persist_result=False,
        validate_parameters=False,
    )
    def city_run(city_name: str, as_of: str) -> RunReport:  # noqa: ARG001 - shown in Prefect as the run's parameters
        report = run_city(city, options, PrefectStep(step))
        _leave_artifact(city, report)
        return report

    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_without_traceback)
    with temporary_settings({PREFECT_API_URL: api_url}):
        return city_run(city.city, options.as_of.isoformat())


def _leave_artifact(city: City, report: RunReport) -> None:
    summary = report.directory / "summary.md"
    if not summary.is_file():
        return
    try:
        create_markdown_artifact(
            key=city.city.replace("_", "-"), markdown=summary.read_text(encoding="utf-8"), description=report.run_id
        )
    except Exception as error:  # noqa: BLE001 - the run is published; what Prefect shows of it is not the run
        log.warning("the summary of %s was not left in Prefect: %s", report.run_id, type(error).__name__)
