"""Whom harm is set against: residents, people there in the daytime, people who use a scene. Ranks, counts no harm.

A city centre has few residents and many others, so harm per resident overstates what each of them bears. The order of
districts by deprivation is the same for all; how many people stand in each place of that order is not.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from geopandas import GeoDataFrame

from geo.equity import fractional_rank, share_in_most_deprived
from layers.city import City
from layers.frame.units import Units

Kind = Literal["resident", "ambient", "user"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Denominator:
    """People of every district, and what follows for districts and units; NaN where a district is unranked.

    Attributes
    ----------
    kind : resident, ambient or user
    people, deprivation, rank : ndarray, shape (districts,)
        High deprivation = more deprived; rank 1 is the most deprived.
    district_of_unit : ndarray of int, shape (units,)
    unit_rank, unit_fifth : ndarray, shape (units,)
    """

    kind: Kind
    people: np.ndarray
    deprivation: np.ndarray
    rank: np.ndarray
    district_of_unit: np.ndarray
    unit_rank: np.ndarray
    unit_fifth: np.ndarray


def denominators(units: Units, districts: GeoDataFrame, city: City) -> tuple[Denominator, ...]:
    """Return the residents first, then what `deprivation.denominators` declares.

    Parameters
    ----------
    districts : GeoDataFrame
        The city's table, with the declared columns.
    """
    table = districts.assign(district_id=districts["district_id"].astype(str)).set_index("district_id")
    table = table.loc[units.districts["district_id"]]
    indicator = table[city.deprivation.indicator].to_numpy(dtype=float)
    deprivation = indicator if city.deprivation.more_is == "more_deprived" else -indicator
    ids = list(units.districts["district_id"])
    of_unit = np.array([ids.index(district) for district in units.pieces["district_id"]])
    declared = city.deprivation.denominators
    columns: dict[Kind, str] = {"resident": "population", **{kind: declared[kind] for kind in declared}}
    found = []
    for kind in KINDS:
        if kind in columns:
            people = table[columns[kind]].to_numpy(dtype=float)
            rank, fifth = fractional_rank(deprivation, people), share_in_most_deprived(deprivation, people)
            found.append(Denominator(kind, people, deprivation, rank, of_unit, rank[of_unit], fifth[of_unit]))
    return tuple(found)
