"""The column of a raw frame that says why a row may not pass the border. Owns its name and its marking."""

from typing import TypeVar

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

REFUSED = "refused"  # missing: the row may pass
Frame = TypeVar("Frame", bound=DataFrame)


def mark(frame: Frame, rows: "Series | np.ndarray", reason: str) -> Frame:
    """Return the frame with `reason` on `rows` (boolean, one per row) that have no reason yet: the first counts."""
    wanted = np.asarray(rows, dtype=bool)
    if not wanted.any():
        return frame
    if REFUSED not in frame:
        frame[REFUSED] = pd.Series(None, index=frame.index, dtype=object)
    frame.loc[wanted & frame[REFUSED].isna().to_numpy(), REFUSED] = reason
    return frame
