"""How coarsely figures of data that are not open are told, so that one incident more or less cannot be read from them.

Owns the units and the rounding; what is rounded is decided where it is made or gated.
"""

import math
from collections.abc import Iterable

STEP = "rounded_to"  # the part of a finding that tells the unit its figures were rounded to
_STEPS = (1, 2, 5)
_LEAST_POINTS = 0.1
_CENTRE_M, _CENTRE_OF_FEW_M = 10.0, 100.0
_SAME = 1e-9  # what binary numbers add to a multiple
_FEW = 10  # times the least count that may be known


def nearest(value: float, unit: float) -> float:
    """Return the multiple of a unit that is nearest to a value, without the digits that binary numbers add."""
    return float(f"{round(value / unit) * unit:.10g}") + 0.0


def outwards(ends: tuple[float, float], unit: float) -> tuple[float, float]:
    """Return an interval with its ends taken away from each other to multiples of a unit: it holds all that it held."""
    low, high = math.floor(ends[0] / unit + _SAME), math.ceil(ends[1] / unit - _SAME)
    return nearest(low * unit, unit), nearest(high * unit, unit)


def unit_of_digits(value: float, digits: int) -> float:
    """Return the unit of the last of so many significant digits; 1 of nothing."""
    return 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1) if value else 1.0


def told_apart(figures: Iterable[tuple[float, float]], unit: float) -> bool:
    """Tell whether a reader must know of the rounding: the unit is whole points, or sums and their parts differ."""
    return unit >= 1.0 or any(abs(one - other) > unit / 2 for one, other in figures)


def nearest_in(parts: dict[str, float], names: Iterable[str], *, unit: float) -> dict[str, float]:
    """Return parts with some of them rounded to a unit."""
    chosen = set(names)
    return {name: nearest(value, unit) if name in chosen else value for name, value in parts.items()}


def points_unit(behind: float, *, fewest: int) -> float:
    """Return the unit in points of a hundred of a mean over `behind` incidents: what `fewest` of them weigh together.

    At least 0.1, and of the ladder 1, 2, 5, so that the unit does not follow the count from night to night.
    """
    least = max(_LEAST_POINTS, 100.0 * fewest / max(behind, 1.0))
    power = 10.0 ** math.floor(math.log10(least) + 1e-9)
    step = next((step for step in _STEPS if step * power >= least * (1 - 1e-9)), 10)
    return float(f"{step * power:.10g}")


def centre_unit_m(behind: float, *, fewest: int) -> float:
    """Return the unit in metres of a mean position of `behind` incidents."""
    return _CENTRE_OF_FEW_M if behind < _FEW * fewest else _CENTRE_M
