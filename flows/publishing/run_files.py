"""The files of published runs, found by city and run and read back. Writes nothing."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame

from flows.publishing.current import current_run
from flows.publishing.publish import MANIFEST, SUCCESS
from layers.comparison import as_counts
from layers.errors import PublishError, UserError

CURRENT = "current"


def run_folder(root: Path, run_id: str | None) -> Path:
    """Return the folder of a run, by its whole id or the beginning of it; None or "current": the one readers see.

    Raises
    ------
    UserError
        If there is none, or several begin so; with those there are.
    """
    if run_id in (None, CURRENT):
        shown = current_run(root)
        if shown is None:
            raise UserError(f"{root}: no run is published yet. Run first: harmshift run {root.name}")
        return shown
    runs = sorted(path for path in (root / "runs").glob("*") if (path / SUCCESS).is_file())
    exact = [path for path in runs if path.name == run_id]
    found = exact or [path for path in runs if path.name.startswith(str(run_id))]
    if len(found) != 1:
        known = ", ".join(path.name for path in runs) or "none"
        what = "several runs begin with" if found else "there is no run"
        raise UserError(f"{root}: {what} {run_id}. There are: {known}.")
    return found[0]


def manifest_of(run: Path) -> dict[str, Any]:
    """Return the manifest of a run.

    Raises
    ------
    PublishError
        If it cannot be read.
    """
    try:
        return dict[str, Any](json.loads((run / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        msg = f"{run / MANIFEST}: cannot be read ({type(error).__name__}). Name another run, or run again."
        raise PublishError(msg) from error


def findings_of(run: Path) -> list[dict[str, Any]]:
    """Return the findings of a run as its findings.json says them; earlier versions say less.

    Raises
    ------
    PublishError
        If it cannot be read.
    """
    path = run / "findings.json"
    try:
        said: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(
            f"{path}: cannot be read ({type(error).__name__}). Name another run, or run again."
        ) from error
    return said


def counts_of(run: Path, name: str) -> DataFrame:
    """Return the published counts of districts or scenes.

    Raises
    ------
    PublishError
        If the run has no such table.
    """
    path = run / "tables" / f"{name}.csv"
    try:
        keys = {"district_id": str, "scene_id": str, "period": str, "series": str}
        return as_counts(pd.read_csv(path, dtype=keys))
    except (OSError, ValueError, KeyError) as error:
        raise PublishError(
            f"{path}: cannot be read ({type(error).__name__}). Name another run, or run again."
        ) from error
