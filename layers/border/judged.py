"""One table of one source, judged alone: everything that needs neither another table nor another source."""

from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.border.contracts import ends_before_start
from layers.border.georeference import in_city_crs
from layers.border.harm_kinds import with_harm
from layers.border.lots import Lot
from layers.border.repairs import Repair, cut_ways, mended
from layers.city import AnySource, City
from layers.columns import SPANS, typed
from layers.errors import ContractError

NEEDED = ("incidents", "districts")
SAME_ID = "id that was there before"


def judged(source: AnySource, table: str, frame: DataFrame, city: City) -> tuple[Lot, list[Repair]]:
    """Bring one table of one source over, as far as it can be judged alone.

    Raises
    ------
    ContractError
        If it is empty and must not be, its CRS is missing or contradicted, or a value is not of its column's kind.
    """
    if not isinstance(frame, GeoDataFrame):
        raise TypeError(f"source {source.id!r}: table {table} is no GeoDataFrame")  # a parser's bug, not a user's
    lot = Lot(source, table, frame.reset_index(drop=True), len(frame))
    cut = cut_ways(lot)
    if frame.empty and table in (*NEEDED, "land"):
        raise ContractError(f"source {source.id!r}: {table} is empty, 0 rows. Fetch it again, or mend `path`.")
    lot = lot.settled()
    try:
        placed = in_city_crs(lot, city)
    except ContractError as error:
        if table == "incidents":
            _refuse_both(lot, city, error)
        raise
    lot = with_harm(placed, city) if table == "incidents" else placed
    try:
        lot = lot.with_frame(typed(table, lot.frame))
    except ContractError as error:
        raise ContractError(f"source {source.id!r}: {error}") from None
    if table in SPANS:
        lot = lot.refuse(ends_before_start(lot.frame, table), "end before start")
    lot, repairs = mended(lot)
    return lot, cut + repairs


def _refuse_both(lot: Lot, city: City, error: ContractError) -> None:
    """Raise what is wrong with the categories together with what is wrong with the places, if both are."""
    try:
        with_harm(lot, city)
    except ContractError as other:
        raise ContractError(f"{error}\n{other}") from None
