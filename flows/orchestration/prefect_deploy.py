"""Registers the deployments of prefect.yaml on the server at PREFECT_API_URL. Writes none of them.

Run: `python -m flows.orchestration.prefect_deploy`.

`prefect deploy` of 3.8.8 ends with an error after its first deployment: it asks its own server for workers in a way
that this server refuses. What is registered is the same.
"""

import os
import sys
from pathlib import Path
from typing import Any

import yaml
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment


def deploy(file: Path, home: Path) -> list[str]:
    """Register every deployment of a file; return their names. One that is there already is replaced.

    Parameters
    ----------
    file : Path
        As prefect.yaml.
    home : Path
        The folder that holds flows/, where a worker runs a night.
    """
    os.chdir(home)  # Prefect writes down the folder it is called in
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [_deployed(each) for each in said["deployments"]]


def _deployed(said: dict[str, Any]) -> str:
    pool = said["work_pool"]
    made = RunnerDeployment.from_entrypoint(
        said["entrypoint"],
        name=said["name"],
        description=said.get("description"),
        tags=said.get("tags"),
        parameters=said["parameters"],
        schedules=[CronSchedule(cron=each["cron"], timezone=each["timezone"]) for each in said["schedules"]],
        concurrency_limit=ConcurrencyLimitConfig(**said["concurrency_limit"]),
        work_pool_name=pool["name"],
        job_variables=pool.get("job_variables"),
    )
    made.apply()
    return str(said["name"])


if __name__ == "__main__":
    given = [Path(argument).absolute() for argument in sys.argv[1:]]
    home = Path(os.environ.get("HARMSHIFT_HOME") or Path(__file__).parents[2])
    for name in deploy(given[0] if given else home / "prefect.yaml", home):
        print(f"deployed harmshift-night/{name}")  # noqa: T201 - a command of its own, for people
