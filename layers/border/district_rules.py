"""What districts must be together: each with an indicator, none over another. Owns these rules, ranks nothing."""

import numpy as np
from geopandas import GeoDataFrame

from layers.city import City
from layers.errors import ContractError
from layers.frame.overlaps import refuse_overlaps

_SHOWN = 10


def check_figures(districts: GeoDataFrame, city: City) -> None:
    """Raise if a district lacks the indicator that ranks it, or a declared denominator.

    Raises
    ------
    ContractError
        Naming the districts, at most ten.
    """
    _check_indicator(districts, city)
    _check_denominators(districts, city)


def check_overlaps(districts: GeoDataFrame) -> None:
    """Raise if two districts overlap, naming at most ten pairs."""
    refuse_overlaps(districts, "district_id", what="districts", why="harm there would count twice")


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


def _named(districts: GeoDataFrame, rows: np.ndarray) -> str:
    shown = districts.iloc[rows[:_SHOWN]]
    names = [f"{i} ({name})" for i, name in zip(shown["district_id"], shown["name"], strict=True)]
    return ", ".join(names) + (" ..." if len(rows) > _SHOWN else "")
