"""`harmshift doctor`: runs every examination, says what is well, what is not, what of it matters. Cures nothing."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from flows import doctor_checks
from flows.console import aligned

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
    click.echo("\nharmshift can run here." if not ill else f"\n{ill} essential part{'s' * (ill > 1)} failed: see FAIL.")
    return 1 if ill else 0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "MISSING"
