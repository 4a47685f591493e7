"""Who bears it: ranks of deprivation, and estimators of how harm lies along them. No districts, no intervals."""

from geo.equity.concentration import (
    Curve,
    concentration_curve,
    concentration_index,
    concentration_variance,
    convenient_regression,
    erreygers_index,
    generalised_index,
    wagstaff_index,
)
from geo.equity.decomposition import Decomposition, change_of, decompose
from geo.equity.gradient import RelativeIndex, Slope, relative_index, slope_index
from geo.equity.rank import fractional_rank, share_in_most_deprived
from geo.equity.shift import fifth_share, fifth_share_change, mean_rank, rank_shift, rank_shift_parts

__all__ = [
    "Curve",
    "Decomposition",
    "RelativeIndex",
    "Slope",
    "change_of",
    "concentration_curve",
    "concentration_index",
    "concentration_variance",
    "convenient_regression",
    "decompose",
    "erreygers_index",
    "fifth_share",
    "fifth_share_change",
    "fractional_rank",
    "generalised_index",
    "mean_rank",
    "rank_shift",
    "rank_shift_parts",
    "relative_index",
    "share_in_most_deprived",
    "slope_index",
    "wagstaff_index",
]
