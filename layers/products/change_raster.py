"""Rasters of change: one cloud-optimised GeoTIFF per step and series, with its QGIS style. Owns no formula."""

from pathlib import Path

import numpy as np

from layers.city import Words
from layers.disclosure.release import RATIO_WITHHELD, SHOWN, ChangeSurface, Release
from layers.products.cog import Band, Raster, write_rasters
from layers.products.geopackage.qgis_raster import change_raster_qml
from layers.products.records import both
from layers.style import Style

_NODATA = -9999.0
_EVIDENCE = Words(
    nb="andel endret, punktvis 5 % (1), punktvis 1 % (2), falske funn 5 % over alle celler (3); minus er fall",
    en="share changed, pointwise 5 % (1), pointwise 1 % (2), false discoveries 5 % over all cells (3); minus is a fall",
)
_STATUS = Words(
    nb="status: 0 utenfor, 1 vist, 2 holdt tilbake, for få hendelser, 3 forholdet holdt tilbake",
    en="status: 0 outside, 1 shown, 2 withheld, too few incidents, 3 the ratio withheld",
)

_TESTS = {
    "maximum": "maximum test, 999 draws of four-week runs (longer in long windows) that trade before and after",
    "simes": "Simes, from the pointwise p",
}


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `rasters/change-<series>-<from>-<to>.tif` and a .qml beside each.

    Bands: rate ratio (incidents per day, after over before), relative risk (the same over that of all the land),
    evidence of a changed share, status. All float32; an empty cell's status says why it is empty.

    Parameters
    ----------
    release
        Its change surfaces have passed the disclosure gate.
    style
        Colours and words.
    directory
        Folder of the run.

    Returns
    -------
    tuple of Path
        The files written, step by step, series by series.
    """
    qml = change_raster_qml(style)
    rasters = (
        Raster(surface.name, _bands(surface, release, style), nodata=_NODATA, tags=_tags(surface, release), qml=qml)
        for surface in release.change_surfaces
    )
    return write_rasters(directory, release.grid, rasters)


def _bands(surface: ChangeSurface, release: Release, style: Style) -> tuple[Band, ...]:
    words = style.words
    tested = np.isin(surface.status, (SHOWN, RATIO_WITHHELD))
    evidence = np.where(tested, surface.evidence, _NODATA)
    return (
        Band(_stored(surface.rate_ratio), _title(surface, release, words["rate_ratio"])),
        Band(_stored(surface.relative_risk), _title(surface, release, words["relative_risk"])),
        Band(evidence.astype(np.float32), both(_EVIDENCE)),
        Band(surface.status.astype(np.float32), both(_STATUS)),
    )


def _stored(values: np.ndarray) -> np.ndarray:
    """Return ratios at three significant digits, which is more than they are known to; nodata where NaN."""
    known = np.isfinite(values) & (values > 0)
    digits = 10.0 ** (np.floor(np.log10(values, out=np.zeros(values.shape), where=known)) - 2)
    return np.where(known, np.rint(values / digits) * digits, _NODATA).astype(np.float32)


def _title(surface: ChangeSurface, release: Release, what: Words) -> str:
    city = release.city
    series = next(s for s in city.harm.series if s.id == surface.series)
    names = {period.id: period.name for period in city.periods}
    mark = f"{both(release.stamp)}: " if release.stamp else ""
    return f"{mark}{what.nb}, {series.name.nb}, {names[surface.from_period].nb} → {names[surface.to_period].nb}"


def _tags(surface: ChangeSurface, release: Release) -> dict[str, str]:
    series = next(s for s in release.city.harm.series if s.id == surface.series)
    mark = "SIMULATED. " if release.stamp else ""
    return {
        "TIFFTAG_DATETIME": release.run.built_at.strftime("%Y:%m:%d %H:%M:%S"),
        "TIFFTAG_SOFTWARE": f"harmshift {release.run.code_version}",
        "TIFFTAG_IMAGEDESCRIPTION": f"{mark}Change of registered incidents, {series.name.en}, {surface.step}",
        "CITY": release.city.city,
        "RUN_ID": release.run.run_id,
        "STEP": surface.step,
        "SERIES": surface.series,
        "BEFORE": f"{surface.before.start.isoformat()}/{surface.before.end.isoformat()}",
        "AFTER": f"{surface.after.start.isoformat()}/{surface.after.end.isoformat()}",
        "BANDWIDTH_M": f"{surface.bandwidth_m:g}",
        "CELL_M": f"{release.grid.cell_m:g}",
        "P_NO_CHANGE_ANYWHERE": "<1e-16" if surface.p_anywhere < 1e-16 else f"{surface.p_anywhere:.3g}",
        "P_ANYWHERE_BY": _TESTS[surface.anywhere_by],
        "CAVEAT": "Pointwise p allows for bursts by one dispersion of the whole series. No verdict rests on it.",
        "SIMULATED": "YES" if release.stamp else "NO",
    }
