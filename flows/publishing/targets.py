"""Brings what readers see into the target beside the files, the user's database. Builds nothing, decides no content."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.steps import Step
from layers.city import City, Words
from layers.errors import PublishError

if TYPE_CHECKING:
    from flows.report import RunReport


def delivered(report: "RunReport", city: City, step: Step) -> "RunReport":
    """Write the run that readers see into the city's database, if it has one that holds another.

    The files stand already: a database that cannot be written leaves the run published, with a warning.
    """
    target = city.targets.postgis
    if target is None or not report.published:
        return report
    from layers.products import postgis

    try:
        step("database", lambda: postgis.write(_package(report.directory, city), city, target))
    except PublishError as problem:
        said = Words(nb=f"Databasen er ikke oppdatert: {problem}", en=f"The database was not updated: {problem}")
        return replace(report, warnings=(*report.warnings, said), undelivered=str(problem))
    return report


def follow(city: City, shown: Path | None) -> bool:
    """Bring the database back to what readers see after a run was taken back; False if the city has none.

    Raises
    ------
    PublishError
        If it cannot be written, or someone reads what was taken back: it then still lies there.
    """
    target = city.targets.postgis
    if target is None:
        return False
    from layers.products import postgis

    if shown is None:
        postgis.withdraw(city, target)
    else:
        postgis.write(_package(shown, city), city, target, keeps_replaced=False)
    return True


def _package(run: Path, city: City) -> Path:
    return run / f"{city.city}.gpkg"
