"""What least effort says of two readings of harm: how much lies elsewhere, how far off, towards whom. No table.

The least-effort reading of two maps is not observed movement: noise alone makes some, so it stands beside that of year
pairs between which nothing had happened.
"""

from dataclasses import dataclass

import numpy as np

from geo.functionals import ORIGIN, RECEIVERS
from geo.transport import Plan, moved_share, ranges_over_plans, transport, unbalanced_transport

_BEYOND = 1.1  # ways are read up to a tenth farther than the farthest declared receiver lies from its origin
_LEAST_PRICE_M, _STEP_M = 250.0, 50.0
_SAME_RANK = 1e-12

Range = tuple[float, float]


@dataclass(frozen=True)
class Least:
    """The least effort between two readings.

    Attributes
    ----------
    plan : Plan
        Of shares of harm in the ranked units, all of it kept.
    before, after : ndarray, shape (units,)
        Those shares; 0 in unranked units.
    elsewhere : float
        Share that lies elsewhere after, half the total variation.
    mean_m : float
        Mean distance of that share; NaN if there is none.
    to_more, to_less, net : pair of float
        Share that ends in more deprived units, in less deprived ones, and the difference: least and most over all
        plans of least effort.
    shift : float
        Change of the mean rank, percentile points: what goes up the ranks, whatever the plan.
    """

    plan: Plan
    before: np.ndarray
    after: np.ndarray
    elsewhere: float
    mean_m: float
    to_more: Range
    to_less: Range
    net: Range
    shift: float


def least_effort(rates: np.ndarray, rank: np.ndarray, distance_m: np.ndarray) -> Least | None:
    """Compare two readings; None if the ranked units have no harm in one of them.

    Parameters
    ----------
    rates : ndarray, shape (2, units)
        Harm per day before and after.
    rank : ndarray, shape (units,)
        1 = most deprived, NaN = unranked, whose harm is left out.
    distance_m : ndarray, shape (units, units)
    """
    ranked = np.isfinite(rank)
    a, b = (np.where(ranked, harm, 0.0) for harm in rates)
    if not (a.sum() > 0 and b.sum() > 0):
        return None
    a, b = a / a.sum(), b / b.sum()
    plan = transport(a, b, distance_m)
    height = np.where(ranked, rank, 0.0)
    climb = height[None, :] - height[:, None]
    up, down = (climb > _SAME_RANK).astype(float), (climb < -_SAME_RANK).astype(float)
    to_more, to_less, net = ranges_over_plans(plan, a, b, distance_m, (up, down, up - down))
    return Least(
        plan=plan,
        before=a,
        after=b,
        elsewhere=moved_share(a, b),
        mean_m=plan.mean_distance_m(distance_m),
        to_more=to_more,
        to_less=to_less,
        net=net,
        shift=float(100.0 * (b - a) @ height),
    )


def price_of(role: np.ndarray, distance_m: np.ndarray) -> float:
    """Return the price of a unit of harm that ends or arises, in metres of its way: half of the farthest way read.

    The farthest is a tenth beyond the way from the step's origin to its farthest declared receiver.

    Parameters
    ----------
    role : ndarray, shape (units,)
        From `functionals`: ORIGIN, RECEIVERS, ...
    """
    declared = distance_m[np.ix_(role == ORIGIN, role == RECEIVERS)].max(initial=0.0)
    return float(max(_LEAST_PRICE_M, _STEP_M * np.ceil(_BEYOND * declared / 2.0 / _STEP_M)))


def open_effort(rates: np.ndarray, rank: np.ndarray, distance_m: np.ndarray, *, price_m: float) -> Plan | None:
    """Compare two readings in harm per day when harm may also end and arise, at a price; None as above."""
    ranked = np.isfinite(rank)
    a, b = (np.where(ranked, harm, 0.0) for harm in rates)
    if not (a.sum() > 0 and b.sum() > 0):
        return None
    return unbalanced_transport(a, b, distance_m, price_m=price_m)
