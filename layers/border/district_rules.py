"""What districts must be together: each with an indicator, none over another. Owns these rules, ranks nothing."""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from layers.city import City
from layers.errors import ContractError

_SLIVER_SHARE = 0.01  # of the smaller district: generalised borders overlap by less (census tracts: 0.06 %)
_SHOWN = 10


def check_districts(districts: GeoDataFrame, city: City) -> None:
    """Raise if a district lacks the indicator that ranks it or a declared denominator, or two districts overlap.

    Raises
    ------
    ContractError
        Naming the districts, at most ten.
    """
    _check_indicator(districts, city)
    _check_denominators(districts, city)
    _check_overlaps(districts)


def _check_indicator(districts: GeoDataFrame, city: City) -> None:
    indicator = city.deprivation.indicator
    if indicator not in districts:
        msg = (
            f"districts have no column {indicator!r}, which deprivation.indicator names. Map it in `columns` or `join`."
        )
        raise ContractError(msg)
    without = districts[indicator].isna()
    if without.all():
        raise ContractError(f"no district has a value of {indicator!r}; are `missing` and the join's columns right?")
    if without.any() and city.deprivation.without_value == "refuse":
        named = _named(districts, np.flatnonzero(without))
        msg = (
            f"{int(without.sum())} of {len(districts)} districts have no {indicator!r}: {named}. Supply it, or say "
            "`without_value: unranked` under deprivation: their harm is then left out of findings by rank."
        )
        raise ContractError(msg)


def _check_denominators(districts: GeoDataFrame, city: City) -> None:
    ranked = districts[city.deprivation.indicator].notna()
    for kind, column in city.deprivation.denominators.items():
        where = f"deprivation.denominators.{kind}"
        if column not in districts:
            raise ContractError(f"districts have no column {column!r}, which {where} names. Map it in `columns`.")
        wrong = ranked & ~(districts[column] >= 0)
        if wrong.any():
            named = _named(districts, np.flatnonzero(wrong))
            msg = f"{int(wrong.sum())} of {len(districts)} districts have no number of people in {column!r}"
            raise ContractError(f"{msg}, which {where} names: {named}. Supply it.")
        if not districts[column][ranked].sum() > 0:
            raise ContractError(f"{column!r}, which {where} names, counts nobody in the ranked districts. Correct it.")


def _check_overlaps(districts: GeoDataFrame) -> None:
    shapes = districts.geometry.to_numpy()
    first, second = districts.sindex.query(shapes, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    share = common / np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    over = np.flatnonzero(share > _SLIVER_SHARE)
    if not len(over):
        return
    worst = over[np.argsort(-share[over], kind="stable")][:_SHOWN]
    ids = districts["district_id"].to_numpy()
    pairs = ", ".join(f"{ids[first[k]]} and {ids[second[k]]} ({share[k]:.0%} of the smaller)" for k in worst)
    many = "1 pair of districts overlaps" if len(over) == 1 else f"{len(over)} pairs of districts overlap"
    msg = f"{many}, so harm there would count twice: {pairs}. Mend the borders."
    raise ContractError(msg)


def _named(districts: GeoDataFrame, rows: np.ndarray) -> str:
    shown = districts.iloc[rows[:_SHOWN]]
    names = [f"{i} ({name})" for i, name in zip(shown["district_id"], shown["name"], strict=True)]
    return ", ".join(names) + (" ..." if len(rows) > _SHOWN else "")
