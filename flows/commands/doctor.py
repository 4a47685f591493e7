"""`harmshift doctor`: runs every examination, says what is well, what is not, what of it matters. Cures nothing."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from flows.commands import doctor_checks
from flows.configuration.settings import find_config_dir
from flows.console import aligned
from flows.nights import heartbeat
from flows.nights.heartbeat import Heartbeat
from flows.nights.night_settings import cities_of_night, name_of_city
from flows.state import state_dir

PACKAGES = (
    "harmshift", "numpy", "pandas", "geopandas", "pyogrio", "rasterio", "pyproj", "shapely", "scipy", "numba", "dask",
    "pydantic", "prefect", "fastapi", "typst",
)  # fmt: skip


@dataclass(frozen=True)
class Examination:
    """One thing that is looked at; without an essential one nothing can run."""

    name: str
    look: Callable[[], str]
    essential: bool = True


EXAMINATIONS = (
    Examination("GDAL, PROJ, GEOS", doctor_checks.libraries),
    Examination("transform", doctor_checks.transform),
    Examination("GeoPackage", doctor_checks.geopackage),
    Examination("COG", doctor_checks.cog),
    Examination("PDF", doctor_checks.pdf),
    Examination("settings", doctor_checks.settings),
    Examination("state folder", doctor_checks.state),
    Examination("Prefect", doctor_checks.prefect, essential=False),
)


def examine(alien: tuple[str, ...] = (), examinations: tuple[Examination, ...] = EXAMINATIONS) -> int:
    """Print versions and the outcome of every examination; return 1 if something essential fails, else 0.

    Parameters
    ----------
    alien : tuple of str
        Variables that were found leading to another installation's data, and were left aside.
    examinations : tuple of Examination
        What to look at.
    """
    click.echo(f"python {sys.version.split()[0]} at {sys.executable}")
    click.echo(", ".join(f"{name} {_version(name)}" for name in PACKAGES) + "\n")
    rows: list[tuple[str, ...]] = []
    ill = 0
    environment = Examination("environment", lambda: doctor_checks.environment(alien), essential=False)
    for examination in (environment, *examinations):
        try:
            rows.append(("ok", examination.name, examination.look()))
        except Exception as error:  # noqa: BLE001 - whatever fails here is the finding
            ill += examination.essential
            mark = "FAIL" if examination.essential else "note"
            rows.append((mark, examination.name, " ".join(str(error).split()) or type(error).__name__))
    click.echo("\n".join(aligned(rows)))
    click.echo(
        "\nharmshift can run here." if not ill else f"\nharmshift cannot run here: mend what is marked FAIL ({ill})."
    )
    return 1 if ill else 0


def examine_nights(cities: tuple[str, ...], config: Path | None, max_age_hours: float) -> int:
    """Print when each city's nights last ended well; return 1 if one is too long ago, or there is none.

    For whoever looks from outside: it reads heartbeats, and needs neither a server nor a source.
    """
    folder = find_config_dir(config)
    now, limit = datetime.now(UTC), timedelta(hours=max_age_hours)
    rows: list[tuple[str, ...]] = []
    for name in cities_of_night(cities, folder):
        city = name_of_city(name, folder)
        beat = heartbeat.read(state_dir(), city)
        wrong = heartbeat.ailment(beat, now=now, max_age=limit)
        said = wrong or (_well(beat, now) if beat else "")
        rows.append(("FAIL" if wrong else "ok", city, said))
    click.echo("\n".join(aligned(rows)) or f"no city in {folder}")
    return 1 if not rows or any(row[0] == "FAIL" for row in rows) else 0


def _well(beat: Heartbeat, now: datetime) -> str:
    """Say when the last good night ended, how, and what it warned of."""
    if beat.outcome not in heartbeat.WELL or beat.last_good_at is None:
        return f"a good night lately; the last one, {beat.outcome}: {beat.message or 'it has not ended'}"
    hours = max(0.0, (now - beat.last_good_at).total_seconds() / 3600)
    warned = "".join(f"; warning: {key}" for key, _ in beat.warnings)
    return f"{beat.outcome} {hours:.0f} hours ago: {beat.message}{warned}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "MISSING"
