"""A city's night as the flow that Prefect deployments call (prefect.yaml): one flow run a night, one task a step.

Knows no schedule and no server: those are the deployment's. Nothing heavy is imported before the environment is set.
"""

from pathlib import Path

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.state import prepare_environment

DEADLINE_S = 6 * 3600  # of a run on a worker; `harmshift nightly` has deadline_min instead


class NightFailedError(Exception):
    """A night that ended with 1 or 2; its message says why."""


def _name_of_run() -> str:
    """Return the city's name, of a path its file's: a folder of this machine is no name to show."""
    return Path(flow_run.parameters["city"]).stem


@flow(name="harmshift-night", flow_run_name=_name_of_run, persist_result=False, timeout_seconds=DEADLINE_S)
def night_flow(
    city: str,
    config: str | None = None,
    out: str = "outputs",
    data: str | None = None,
    accept_drift: bool = False,
) -> State:
    """Do the night of one city and tell how it ended; the flow fails when the night does.

    Parameters
    ----------
    city : str
        Name in config/cities or path of a YAML file.
    config, out, data : str or None
        Folders, as on the command line.
    accept_drift : bool
        Publish though figures lie outside the bands.
    """
    prepare_environment()
    from flows.configuration.settings import find_config_dir
    from flows.nights.night import BAD_SETTINGS, FAILED, WITH_WARNINGS, NightChoices, city_night
    from flows.nights.night_settings import night_settings
    from flows.nights.nightly import report
    from flows.nights.notify import tell
    from flows.orchestration.prefect_flow import PrefectStep
    from flows.steps import PlainStep

    choices = NightChoices(
        config=Path(config) if config else None,
        out=Path(out),
        data_dir=Path(data) if data else None,
        accept_drift=accept_drift,
    )
    tell("harmshift: the night begins", [city])
    night = city_night(city, choices, step=PrefectStep(PlainStep()))
    report([night], night_settings(find_config_dir(choices.config)))
    get_run_logger().info("%s: %s", night.outcome, night.message)
    if night.exit_code in (FAILED, BAD_SETTINGS):
        raise NightFailedError(night.message)
    with_warnings = night.exit_code == WITH_WARNINGS
    said: State = Completed(name="With warnings" if with_warnings else "Completed", message=night.message)
    return said
