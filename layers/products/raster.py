"""Density rasters: one cloud-optimised GeoTIFF per series and period, with its QGIS style. Owns no class break."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from layers.city import Words
from layers.disclosure.release import Release, Surface
from layers.products.cog import Band, Raster, write_rasters
from layers.products.geopackage.qgis_raster import raster_qml
from layers.products.records import both, stamp_long
from layers.style import Style, density_breaks

SCALE = 0.1  # a finer step would claim more than a density says
_NODATA_WHOLE = 65535
_NODATA_REAL = -1.0
_LARGEST_WHOLE = (_NODATA_WHOLE - 1) * SCALE
_NODATA_MEANS = Words(
    nb="utenfor analyseområdet, eller holdt tilbake fordi for få hendelser står bak cellen; bånd 2 sier hvilket",
    en="outside the area of analysis, or withheld because too few incidents stand behind the cell; band 2 says which",
)
STATUS = Words(
    nb="status: 0 utenfor, 1 vist, 2 holdt tilbake fordi for få hendelser står bak cellen",
    en="status: 0 outside, 1 shown, 2 withheld because too few incidents stand behind the cell",
)


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `rasters/<city>_<series>_<period>.tif` and a .qml beside each.

    Parameters
    ----------
    release
        Its surfaces are in incidents per km2 and year; NaN becomes nodata. The second band says why a cell is empty.
    style
        Colours of the classes.
    directory
        Folder of the run.

    Returns
    -------
    tuple of Path
        The files written, series by series, period by period.
    """
    looks = {series: _look(release, style, series) for series in {surface.series for surface in release.surfaces}}
    rasters = (_raster(surface, release, style, look=looks[surface.series]) for surface in release.surfaces)
    return write_rasters(directory, release.grid, rasters)


def raster_name(release: Release, surface: Surface) -> str:
    """Return the file name of a surface without its ending."""
    return f"{release.city.city}_{surface.series}_{surface.period}"


def _look(release: Release, style: Style, series: str) -> tuple[np.dtype, str]:
    """Return how all rasters of a series are stored, and their style: breaks are found once for all periods."""
    breaks = density_breaks(release.surfaces, series)
    return storage(release, series, breaks), raster_qml(breaks, style)


def storage(release: Release, series: str, breaks: Sequence[float]) -> np.dtype:
    """Return how all rasters of a series are stored: whole tenths, or real numbers.

    Real numbers where tenths would overflow, or where the lowest class is too near them. One answer for all periods,
    so that they compare cell by cell.
    """
    highest = max(
        float(np.nanmax(s.values, initial=0.0, where=np.isfinite(s.values)))
        for s in release.surfaces
        if s.series == series
    )
    too_coarse = breaks[0] < 10 * SCALE
    return np.dtype(np.float32 if highest > _LARGEST_WHOLE or too_coarse else np.uint16)


def quantised(values: np.ndarray, kind: np.dtype) -> np.ndarray:
    """Return densities as stored, nodata where they are NaN."""
    known = np.isfinite(values)
    if kind == np.float32:
        return np.where(known, values, _NODATA_REAL).astype(np.float32)
    tenths = np.rint(np.where(known, values, 0.0) / SCALE)
    return np.where(known, tenths, _NODATA_WHOLE).astype(np.uint16)


def _raster(surface: Surface, release: Release, style: Style, *, look: tuple[np.dtype, str]) -> Raster:
    kind, qml = look
    is_whole = kind == np.uint16
    title, unit = _title(surface, release, style), style.words["density_unit"].en
    density = Band(quantised(surface.values, kind), title, unit, scale=SCALE if is_whole else 1.0)
    status = Band(surface.status.astype(kind), both(STATUS))
    nodata = _NODATA_WHOLE if is_whole else _NODATA_REAL
    tags = _tags(surface, release, style)
    return Raster(raster_name(release, surface), (density, status), nodata=nodata, tags=tags, qml=qml)


def _title(surface: Surface, release: Release, style: Style) -> str:
    """Return the name of the band: what, when, in which unit, simulated or not."""
    series = next(s for s in release.city.harm.series if s.id == surface.series)
    period = next(p for p in release.city.periods if p.id == surface.period)
    mark = f"{both(release.stamp)}: " if release.stamp else ""
    return f"{mark}{style.words['density'].nb}, {series.name.nb}, {period.name.nb} ({style.words['density_unit'].nb})"


def _tags(surface: Surface, release: Release, style: Style) -> dict[str, str]:
    period = next(p for p in release.city.periods if p.id == surface.period)
    long = stamp_long(release, style)
    mark = f"{long.en}. " if long else ""
    return {
        "TIFFTAG_DATETIME": release.run.built_at.strftime("%Y:%m:%d %H:%M:%S"),
        "TIFFTAG_SOFTWARE": f"harmshift {release.run.code_version}",
        "TIFFTAG_IMAGEDESCRIPTION": f"{mark}{_title(surface, release, style)}",
        "CITY": release.city.city,
        "RUN_ID": release.run.run_id,
        "SERIES": surface.series,
        "PERIOD": surface.period,
        "PERIOD_START": period.start.isoformat(),
        "PERIOD_END_EXCLUSIVE": min(period.end, release.run.data_until).isoformat(),
        "BANDWIDTH_M": f"{surface.bandwidth_m:g}",
        "CELL_M": f"{release.grid.cell_m:g}",
        "UNIT": both(style.words["density_unit"]),
        "NODATA_MEANS": both(_NODATA_MEANS),
        "SIMULATED": "YES" if release.stamp else "NO",
    }
