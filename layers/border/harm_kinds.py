"""What a category stands for: harm class, who bears it, who recorded it. Owns the mapping, no place and no time."""

from typing import get_args

import pandas as pd
from geopandas import GeoDataFrame

from layers.border.lots import Lot
from layers.city import BorneBy, City, RecordedBy
from layers.errors import ContractError

COLUMNS = ("harm_class", "borne_by", "recorded_by")


def with_harm(lot: Lot, city: City) -> Lot:
    """Return the incidents with `harm_class`, `borne_by` and `recorded_by`, all labels as categoricals.

    A source that has these columns keeps them; else they follow from `harm.categories`.

    Raises
    ------
    ContractError
        If a category is not in `harm.categories`: all unknown ones with their counts.
    """
    if "category" not in lot.frame:
        msg = (
            f"source {lot.source.id!r}: incidents need a category; name its column under `columns: {{category: ...}}`."
        )
        raise ContractError(msg)
    lot = lot.refuse(lot.frame["category"].isna(), "no category")
    frame = lot.frame.copy(deep=False)
    frame["category"] = frame["category"].astype("str").astype("category")
    if not all(column in frame for column in COLUMNS):
        frame = _mapped(frame, lot.source.id, city)
    for column, allowed in allowed_labels(city).items():
        frame[column] = pd.Categorical(frame[column], categories=allowed)
    lot = lot.with_frame(frame)
    for column in COLUMNS:
        lot = lot.refuse(lot.frame[column].isna(), f"{column} missing or unknown")
    return lot


def allowed_labels(city: City) -> dict[str, list[str]]:
    """Return the labels that may stand in each column that says what harm it is."""
    return {
        "harm_class": list(city.harm.classes),
        "borne_by": list(get_args(BorneBy)),
        "recorded_by": list(get_args(RecordedBy)),
    }


def _mapped(frame: GeoDataFrame, source_id: str, city: City) -> GeoDataFrame:
    kinds = city.harm.categories
    counts = frame["category"].value_counts()
    unknown = {name: int(n) for name, n in sorted(counts.items()) if name not in kinds and n > 0}
    if unknown:
        listed = ", ".join(f"{name!r} ({n:,})" for name, n in unknown.items())
        msg = (
            f"source {source_id!r}: categories that harm.categories does not know, with their rows: {listed}. "
            "Say for each its harm_class, borne_by and recorded_by."
        )
        raise ContractError(msg)
    for column in COLUMNS:
        of_category = {name: getattr(kinds[name], column) for name in frame["category"].cat.categories}
        frame[column] = frame["category"].map(of_category)
    return frame
