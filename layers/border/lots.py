"""One table of one source on its way over the border, with the rows that were refused. Decides no reason itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import AnySource
from layers.errors import ContractError
from layers.sources.refused import REFUSED, mark

QUARANTINE = ["source_id", "table", "row", "reason"]
_SHOWN = 10


@dataclass(frozen=True)
class Lot:
    """Rows of one table of one source; the frame's index is the row's position in the source."""

    source: AnySource
    table: str
    frame: GeoDataFrame
    rows_read: int
    refused: tuple[DataFrame, ...] = ()
    checked: bool = False  # its rows are known to keep the contract

    def with_frame(self, frame: GeoDataFrame) -> "Lot":
        """Return the same lot with another frame."""
        return replace(self, frame=frame)

    def refuse(self, rows: "np.ndarray | pd.Series", reason: str) -> "Lot":
        """Put aside the rows (boolean, one per row of the frame) with a reason."""
        if not np.asarray(rows, dtype=bool).any():
            return self
        return replace(self, frame=mark(self.frame.copy(deep=False), rows, reason)).settled()

    def settled(self) -> "Lot":
        """Move the rows that carry a reason from the frame to the refused ones."""
        if REFUSED not in self.frame:
            return self
        reasons = self.frame[REFUSED]
        aside = reasons.notna()
        out = DataFrame(
            {
                "source_id": self.source.id,
                "table": self.table,
                "row": self.frame.index[aside].to_numpy(),
                "reason": reasons[aside].to_numpy(),
            }
        )
        kept = self.frame.loc[~aside, [c for c in self.frame.columns if c != REFUSED]]
        return replace(self, frame=kept, refused=(*self.refused, out) if len(out) else self.refused)


def quarantine(lots: Sequence[Lot]) -> DataFrame:
    """Return every refused row: source_id, table, row, reason, by source, table and row."""
    parts = [part for lot in lots for part in lot.refused]
    if not parts:
        return DataFrame({"source_id": [], "table": [], "row": np.array([], dtype="int64"), "reason": []})
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(QUARANTINE[:3], kind="stable", ignore_index=True)


def check_share(lots: Sequence[Lot]) -> None:
    """Raise if more of a source was refused than it declares.

    Raises
    ------
    ContractError
        With every reason and its count.
    """
    for source in {lot.source.id: lot.source for lot in lots}.values():
        own = [lot for lot in lots if lot.source.id == source.id]
        out, rows = quarantine(own), sum(lot.rows_read for lot in own)
        share = len(out) / rows if rows else 0.0
        if share > source.max_refused_share:
            counts = out["reason"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
            reasons = "; ".join(f"{reason}: {n:,}" for reason, n in counts.head(_SHOWN).items())
            first = ", ".join(str(row) for row in out["row"].head(_SHOWN))
            msg = (
                f"source {source.id!r}: {len(out):,} of {rows:,} rows ({share:.2%}) were refused, more than "
                f"max_refused_share {source.max_refused_share:.2%}. Reasons: {reasons}. First rows: {first} "
                "(counted from 0). Mend the source, or raise max_refused_share if these rows may be left out."
            )
            raise ContractError(msg)
