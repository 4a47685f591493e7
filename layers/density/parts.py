"""Incidents in Parquet files too large to hold: their mass on the grid, part by part. Memory follows the grid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from pyarrow import parquet

from geo.placing import add_placed, doors
from geo.threads import total_anywhere
from layers.errors import ContractError
from layers.frame.window import StudyArea, places_of

ROWS_AT_A_TIME = 1 << 19  # 40 MB; fewer are placed more slowly
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
    # a grid of its own is worth its while only for more incidents than it has cells
    sums = min(SUMS_AT_A_TIME, 1 + sum(piece.rows for piece in pieces) // (area.land.size // 2))
    batches = [pieces[k::sums] for k in range(min(sums, len(pieces)))]
    if not batches:
        return np.zeros((groups, *area.grid.shape))
    summed = partial(_summed, columns=columns, groups=groups)
    found: np.ndarray = total_anywhere(summed, area, batches, add=np.add)
    return found


@dataclass(frozen=True)
class _Piece:
    """A row group of a file."""

    path: Path
    row_group: int
    rows: int


def _pieces(path: Path, columns: Columns) -> list[_Piece]:
    with parquet.ParquetFile(path) as file:
        lacking = [name for name in columns.names if name not in file.schema_arrow.names]
        if lacking:
            msg = f"{path.name}: no column {', '.join(lacking)}; it has {', '.join(file.schema_arrow.names)}."
            raise ContractError(msg)
        return [_Piece(path, k, file.metadata.row_group(k).num_rows) for k in range(file.num_row_groups)]


def _summed(area: StudyArea, pieces: list[_Piece], *, columns: Columns, groups: int) -> np.ndarray:
    """Mass of some row groups; `geo.placing` makes the sum exact, so their order does not matter."""
    mass = np.zeros((groups, *area.grid.shape))
    open_doors = doors(area.land, **area.cuts)
    for x, y, group in _read(pieces, columns, groups):
        places = places_of(area, x, y)
        for target, of in zip(mass, _chosen(group, groups), strict=True):
            add_placed(target, open_doors, places.cells[of], places.across[of], places.down[of])
    return mass


def _read(
    pieces: list[_Piece], columns: Columns, groups: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Yield x, y and group of about `ROWS_AT_A_TIME` rows: small row groups together, large ones in parts."""
    held: list[list[np.ndarray]] = []
    for batch in _batches(pieces, columns, groups):
        held.append(batch)
        if sum(part[0].size for part in held) >= ROWS_AT_A_TIME:
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def _batches(pieces: list[_Piece], columns: Columns, groups: int) -> Iterator[list[np.ndarray]]:
    for piece in pieces:
        with parquet.ParquetFile(piece.path) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME, row_groups=[piece.row_group], columns=columns.names):
                arrays = [batch.column(name).to_numpy(zero_copy_only=False) for name in columns.names]
                _require_groups(arrays[2:], groups, piece.path)
                yield arrays


def _joined(held: list[list[np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    x, y, *group = held[0] if len(held) == 1 else (np.concatenate(parts) for parts in zip(*held, strict=True))
    return x, y, group[0] if group else None


def _require_groups(group: list[np.ndarray], groups: int, path: Path) -> None:
    for found in group:
        if found.size and not 0 <= found.min() <= found.max() < groups:
            msg = f"{path.name}: groups from {found.min()} to {found.max()}; 0 to {groups - 1} are meant."
            raise ContractError(msg)


def _chosen(group: np.ndarray | None, groups: int) -> list[np.ndarray | slice]:
    """Rows of each group; all of them where there is no column of groups."""
    return [slice(None)] if group is None else [np.flatnonzero(group == k) for k in range(groups)]
