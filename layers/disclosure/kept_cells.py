"""Which cells of a map of closed data keep the value that an earlier run showed: a difference of maps is a map, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.grid import Grid
from layers.city import City
from layers.disclosure.release import Surface

_DAYS_PER_YEAR = 365.25
# A shore turns a kernel's mass back, which makes it higher than in the open: so many times the number is asked for.
_SHORE = 2.0


@dataclass(frozen=True)
class ShownSurface:
    """A raster as an earlier run shows it: incidents per km2 and year, NaN where nothing is shown."""

    values: np.ndarray
    transform: tuple[float, ...]
    days: int


Shown = Mapping[tuple[str, str], ShownSurface]


def kept_where_little_changed(
    surfaces: Sequence[Surface], earlier: Shown | None, grid: Grid, city: City, *, days: Mapping[str, int]
) -> tuple[Surface, ...]:
    """Return surfaces in which a cell has a new value only if enough incidents stand behind its change.

    The difference of two maps is the map of what came between them, a single kernel if one record came late. A cell
    keeps its earlier value unless at least `min_effective_incidents` kernels, each at its highest, fit into the change
    there: the effective number of the change is at least that. Open and simulated data keep nothing back.

    Parameters
    ----------
    earlier : mapping, optional
        Rasters of the run that readers see now, by period and series.
    days : mapping
        Days counted, by period.
    """
    if earlier is None or city.is_open:
        return tuple(surfaces)
    return tuple(_kept(surface, earlier, grid, city, days=days[surface.period]) for surface in surfaces)


def _kept(surface: Surface, earlier: Shown, grid: Grid, city: City, *, days: int) -> Surface:
    old = earlier.get((surface.period, surface.series))
    if old is None or old.values.shape != grid.shape or not np.allclose(old.transform[:6], grid.transform[:6]):
        return surface
    kernel_km2 = 2 * np.pi * (surface.bandwidth_m / 1000) ** 2
    change = np.abs(surface.values * days - old.values * old.days) / _DAYS_PER_YEAR * kernel_km2
    is_little = np.isfinite(change) & (change < _SHORE * city.disclosure.min_effective_incidents)
    return replace(surface, values=np.where(is_little, old.values, surface.values))
