"""Areas that must not lie over one another: found and refused, borders that were generalised forgiven. Mends none."""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from layers.errors import ContractError

_SLIVER_SHARE = 0.01  # of the smaller area: generalised borders overlap by less (census tracts: 0.06 %)
_SHOWN = 10


def refuse_overlaps(areas: GeoDataFrame, key: str, *, what: str, why: str) -> None:
    """Raise if two areas share more than a sliver.

    Parameters
    ----------
    key : str
        The column of their ids.
    what, why : str
        What they are, in the plural, and what would go wrong.

    Raises
    ------
    ContractError
        Naming the worst pairs, at most ten.
    """
    shapes = areas.geometry.to_numpy()
    first, second = areas.sindex.query(shapes, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    share = common / np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    over = np.flatnonzero(share > _SLIVER_SHARE)
    if not len(over):
        return
    worst = over[np.argsort(-share[over], kind="stable")][:_SHOWN]
    ids = areas[key].to_numpy()
    pairs = ", ".join(f"{ids[first[k]]} and {ids[second[k]]} ({share[k]:.0%} of the smaller)" for k in worst)
    many = f"1 pair of {what} overlaps" if len(over) == 1 else f"{len(over)} pairs of {what} overlap"
    raise ContractError(f"{many}, so {why}: {pairs}. Mend the borders.")
