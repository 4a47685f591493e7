"""Incidents in Parquet files too large to hold: their mass on the grid, part by part. Memory follows the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from pyarrow import parquet

from geo.placing import add_placed, doors
from geo.threads import total_anywhere
from layers.errors import ContractError
from layers.window import StudyArea, places_of

ROWS_AT_A_TIME = 1 << 18
SUMS_AT_A_TIME = 8  # grids that are summed side by side


@dataclass(frozen=True)
class Columns:
    """Names of columns: x and y, metres in the CRS of the area, and a group 0, 1, ... (a period, say) if any."""

    x: str
    y: str
    group: str | None = None

    @property
    def names(self) -> list[str]:
        return [self.x, self.y] if self.group is None else [self.x, self.y, self.group]


def mass_of_parts(area: StudyArea, paths: Sequence[Path], columns: Columns, *, groups: int = 1) -> np.ndarray:
    """Return the mass that the incidents of Parquet files put on each cell: groups x rows x cols float64.

    The same bytes whatever the order and the size of the files, in threads or on a cluster, whose workers must be able
    to read the paths.

    Raises
    ------
    ContractError
        If a file lacks a column, or a group is not one of 0 ... groups - 1.
    """
    pieces = [piece for path in paths for piece in _pieces(path, columns)]
    batches = [pieces[k::SUMS_AT_A_TIME] for k in range(min(SUMS_AT_A_TIME, len(pieces)))]
    if not batches:
        return np.zeros((groups, *area.grid.shape))
    summed = partial(_summed, columns=columns, groups=groups)
    found: np.ndarray = total_anywhere(summed, area, batches, add=np.add)
    return found


def _pieces(path: Path, columns: Columns) -> list[tuple[Path, int]]:
    """Row groups of a file."""
    with parquet.ParquetFile(path) as file:
        lacking = [name for name in columns.names if name not in file.schema_arrow.names]
        if lacking:
            msg = f"{path.name}: no column {', '.join(lacking)}; it has {', '.join(file.schema_arrow.names)}."
            raise ContractError(msg)
        return [(path, k) for k in range(file.num_row_groups)]


def _summed(area: StudyArea, pieces: list[tuple[Path, int]], *, columns: Columns, groups: int) -> np.ndarray:
    """Mass of some row groups; `geo.placing` makes the sum exact, so their order does not matter."""
    mass = np.zeros((groups, *area.grid.shape))
    open_doors = doors(area.land, **area.cuts)
    for path, row_group in pieces:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME, row_groups=[row_group], columns=columns.names):
                x, y, *group = (batch.column(name).to_numpy(zero_copy_only=False) for name in columns.names)
                places = places_of(area, x, y)
                for target, of in zip(mass, _chosen(group, groups, path), strict=True):
                    add_placed(target, open_doors, places.cells[of], places.across[of], places.down[of])
    return mass


def _chosen(group: list[np.ndarray], groups: int, path: Path) -> list[np.ndarray | slice]:
    """Rows of each group; all of them where there is no column of groups."""
    if not group:
        return [slice(None)]
    found = group[0]
    if found.size and not 0 <= found.min() <= found.max() < groups:
        msg = f"{path.name}: groups from {found.min()} to {found.max()}; 0 to {groups - 1} are meant."
        raise ContractError(msg)
    return [np.flatnonzero(found == k) for k in range(groups)]
