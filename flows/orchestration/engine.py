"""Chooses how the plan runs: as a Prefect flow, or plainly in this process. The result is the same."""

import logging
import os
from importlib import import_module
from typing import Literal

from flows.lock import city_lock
from flows.options import RunOptions
from flows.orchestration.cluster import joined
from flows.orchestration.prefect_server import answers, environment, temporary_server
from flows.plan import run_city
from flows.report import RunReport
from flows.steps import PlainStep
from layers.city import City

Engine = Literal["auto", "prefect", "plain"]
log = logging.getLogger(__name__)


def run(city: City, options: RunOptions, engine: Engine, *, step: PlainStep | None = None) -> RunReport:
    """Run a city's plan under its lock.

    `auto` takes Prefect when PREFECT_API_URL answers and says so when it does not; `prefect` always runs the flow and
    starts a temporary server when none answers; `plain` never touches Prefect.
    """
    with city_lock(options.state_dir, city.city):
        return run_unlocked(city, options, engine, step=step)


def run_unlocked(city: City, options: RunOptions, engine: Engine, *, step: PlainStep | None = None) -> RunReport:
    """Run a city's plan as `run` does, for a caller that holds the city's lock."""
    step = step or PlainStep()
    with joined(options.scheduler):
        url = os.environ.get("PREFECT_API_URL")
        server_answers = engine != "plain" and url is not None and answers(url)
        if server_answers and url is not None:
            return _with_server(city, options, step, url)
        if engine == "prefect":
            return _with_temporary_server(city, options, step)
        if engine == "auto":
            log.info("no Prefect server answers at PREFECT_API_URL (%s): running plainly", url or "not set")
        return run_city(city, options, step)


def _with_server(city: City, options: RunOptions, step: PlainStep, url: str) -> RunReport:
    from flows.orchestration.prefect_flow import run_in_prefect

    log.info("running as a Prefect flow on %s", url)
    return run_in_prefect(city, options, step=step, api_url=url)


def _with_temporary_server(city: City, options: RunOptions, step: PlainStep) -> RunReport:
    home = options.state_dir / "prefect"
    with temporary_server(home) as server:
        os.environ.update(environment(home))  # before Prefect is imported, which reads them once
        log.info("starting a temporary Prefect server; its log is %s", server.log)
        _warm_up()
        return _with_server(city, options, step, server.wait())


def _warm_up() -> None:
    """Import what the plan needs while the server starts: on two cores both proceed."""
    for module in (
        "flows.analysis",
        "flows.orchestration.prefect_flow",
        "layers.border",
        "layers.products",
        "layers.simulation",
    ):
        import_module(module)
