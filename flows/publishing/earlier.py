"""What earlier runs of closed data still show, read from their folders for the disclosure gate. Decides nothing."""

import json
from datetime import date
from pathlib import Path

from flows.publishing.current import current_run
from flows.publishing.publish import MANIFEST, SUCCESS
from flows.publishing.run_files import counts_of
from layers.city import City
from layers.disclosure.between_runs import Earlier
from layers.disclosure.kept_cells import ShownSurface
from layers.errors import PublishError


def earlier_runs(root: Path, city: City) -> tuple[Earlier, ...]:
    """Return what the runs in `root` show, the one readers see first, runs with the same counts once.

    Open and simulated data: nothing, as nothing can be learnt from two runs that the data do not say themselves.
    """
    if city.is_open:
        return ()
    shown = current_run(root)
    whole = [path for path in (root / "runs").glob("*") if (path / SUCCESS).is_file() and "-only-" not in path.name]
    found: dict[str, Earlier] = {}
    for run in sorted(whole, key=lambda path: (path != shown, path.name)):
        try:
            files = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["files"]
            tables = f"{files['tables/districts.csv']} {files['tables/scenes.csv']}"
            if tables not in found:
                found[tables] = _earlier(run, with_surfaces=run == shown)
        except (OSError, ValueError, KeyError) as error:
            msg = f"{run}: cannot be read ({type(error).__name__}), so what it shows cannot be compared. Withdraw it."
            raise PublishError(msg) from error
    return tuple(found.values())


def _earlier(run: Path, *, with_surfaces: bool) -> Earlier:
    surfaces = {key: surface for path in sorted((run / "rasters").glob("*.tif")) for key, surface in _surface(path)}
    return Earlier(run.name, counts_of(run, "districts"), counts_of(run, "scenes"), surfaces if with_surfaces else {})


def _surface(path: Path) -> list[tuple[tuple[str, str], ShownSurface]]:
    """Read a density raster; rasters of change say another period, and are left out."""
    import rasterio

    with rasterio.open(path) as raster:
        tags = raster.tags()
        if "PERIOD" not in tags or "PERIOD_END_EXCLUSIVE" not in tags:
            return []
        values = raster.read(1, masked=True).astype(float).filled(float("nan")) * (raster.scales[0] or 1.0)
        transform = tuple(raster.transform)
    days = (date.fromisoformat(tags["PERIOD_END_EXCLUSIVE"]) - date.fromisoformat(tags["PERIOD_START"])).days
    return [((tags["PERIOD"], tags["SERIES"]), ShownSurface(values, transform, days))]
