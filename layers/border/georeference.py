"""From a source's CRS to the city's: refused, never guessed. Owns where coordinates may lie, mends no shape."""

import numpy as np
import pyproj
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS, Transformer

from layers.border.lots import Lot
from layers.city import City
from layers.errors import ContractError

_MARGIN_DEG = 3.0  # beyond a CRS's area of use: UTM is good a few degrees outside its zone (Bergen lies there in 32N)
_SAME_POINT = 6e-7  # equal to six decimals, as refused points are written
_MAY_LACK_PLACE = ("interventions", "observations", "help_uptake", "context_series")
Box = tuple[float, float, float, float]


def in_city_crs(lot: Lot, city: City) -> Lot:
    """Return the lot in the city's CRS, rows with unusable coordinates put aside.

    Raises
    ------
    ContractError
        If the CRS is missing, contradicts the declared one, or the coordinates contradict it (degrees where metres
        are declared or the reverse, x and y swapped).
    """
    geometry = lot.frame.geometry.to_numpy()
    has_place = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    if lot.table not in _MAY_LACK_PLACE:
        lot = lot.refuse(~has_place, "no coordinates")
    if not has_place.any():
        return lot.with_frame(lot.frame.set_crs(city.crs, allow_override=True))
    crs = _crs_of(lot)
    home = _home(lot, crs, city)
    _check_units(lot, crs)
    _check_order(lot, crs, home, city)
    lot = _usable(lot, crs, home, city)
    return _reprojected(lot, crs, city)


def require_metric(city: City) -> CRS:
    """Return the city's CRS, if it is projected and in metres.

    Raises
    ------
    ContractError
        Otherwise.
    """
    crs = CRS.from_user_input(city.crs)
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        unit = crs.axis_info[0].unit_name
        msg = f"crs of city {city.city!r} is {city.crs} ({crs.name}, {unit}); distances need metres, e.g. EPSG:25832."
        raise ContractError(msg)
    return crs


def _crs_of(lot: Lot) -> CRS:
    stated, declared = lot.frame.crs, getattr(lot.source, "crs", None)
    where = f"source {lot.source.id!r} ({lot.table})"
    if stated is None and declared is None:
        raise ContractError(
            f"{where} states no CRS. Declare the one it is in, e.g. `crs: EPSG:4326`; it is not guessed."
        )
    if stated is None:
        return CRS.from_user_input(declared)
    if declared is not None and not CRS.from_user_input(declared).equals(stated, ignore_axis_order=True):
        msg = f"{where} is declared as {declared} but its file says {_name(stated)}. Remove `crs`, or mend the file."
        raise ContractError(msg)
    return CRS.from_user_input(stated)


def _name(crs: CRS) -> str:
    code = crs.to_authority()
    return ":".join(code) if code else crs.name


def _bounds(frame: GeoDataFrame) -> np.ndarray:
    return shapely.bounds(frame.geometry.to_numpy())


def _home(lot: Lot, crs: CRS, city: City) -> Box | None:
    """Where coordinates of this source may lie, in its own CRS."""
    box = getattr(lot.source, "usable_box", None)
    if box is not None:
        return (box[0], box[1], box[2], box[3])
    area = CRS.from_user_input(city.crs).area_of_use
    if area is None:
        return None
    wide = (
        max(area.west - _MARGIN_DEG, -180.0),
        max(area.south - _MARGIN_DEG, -90.0),
        min(area.east + _MARGIN_DEG, 180.0),
        min(area.north + _MARGIN_DEG, 90.0),
    )
    if crs.is_geographic:
        return wide
    in_crs: Box = Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*wide)
    return in_crs


def _inside(bounds: np.ndarray, box: Box) -> np.ndarray:
    x0, y0, x1, y1 = box
    inside: np.ndarray = (bounds[:, 0] >= x0) & (bounds[:, 1] >= y0) & (bounds[:, 2] <= x1) & (bounds[:, 3] <= y1)
    return inside


def _finite(lot: Lot) -> np.ndarray:
    bounds = _bounds(lot.frame)
    finite: np.ndarray = bounds[np.isfinite(bounds).all(axis=1)]
    return finite


def _check_units(lot: Lot, crs: CRS) -> None:
    bounds = _finite(lot)
    like_degrees = _inside(bounds, (-180.0, -90.0, 180.0, 90.0))
    where, name = f"source {lot.source.id!r} ({lot.table})", _name(crs)
    if crs.is_projected and like_degrees.all() and len(bounds):
        msg = f"{where} is in {name} (metres) by its CRS, but all its values look like degrees. Say `crs: EPSG:4326`?"
        raise ContractError(msg)
    if crs.is_geographic and like_degrees.mean() < 0.5:
        msg = f"{where} is in {name} (degrees) by its CRS, but most of its values are no degrees. Say its metric CRS."
        raise ContractError(msg)


def _check_order(lot: Lot, crs: CRS, home: Box | None, city: City) -> None:
    bounds = _finite(lot)
    if home is None or not len(bounds):
        return
    here, swapped = _inside(bounds, home), _inside(bounds[:, [1, 0, 3, 2]], home)
    if here.mean() < 0.5 and (swapped & ~here).mean() > 0.5:
        axes = "longitude and latitude" if crs.is_geographic else "x and y (east and north)"
        msg = (
            f"source {lot.source.id!r} ({lot.table}): {axes} are swapped: most rows lie outside the area of {city.crs} "
            "or the usable box, and inside it the other way round. Exchange `x` and `y`, or mend the file."
        )
        raise ContractError(msg)


def _usable(lot: Lot, crs: CRS, home: Box | None, city: City) -> Lot:
    """Put aside rows whose coordinates cannot be used; rows without any place stay."""
    declared_box = getattr(lot.source, "usable_box", None)
    bounds = _bounds(lot.frame)
    placed = ~shapely.is_missing(lot.frame.geometry.to_numpy())
    finite = np.isfinite(bounds).all(axis=1)
    reasons = [(placed & ~finite, "coordinates not finite")]
    if declared_box is not None:
        reasons.append((finite & ~_inside(bounds, declared_box), "outside the usable box"))
    for x, y in getattr(lot.source, "refused_points", ()):
        same = (np.abs(bounds[:, 0] - x) <= _SAME_POINT) & (np.abs(bounds[:, 1] - y) <= _SAME_POINT)
        reasons.append((same, "point that stands for an unknown place"))
    if crs.is_geographic:
        reasons.append((finite & ~_inside(bounds, (-180.0, -90.0, 180.0, 90.0)), "no longitude and latitude"))
    if home is not None:
        reasons.append((finite & ~_inside(bounds, home), f"far outside the area of {city.crs}"))
    left = np.ones(len(bounds), dtype=bool)
    for bad, reason in reasons:
        lot = lot.refuse(bad[left], reason)
        left &= ~bad
    return lot


def _reprojected(lot: Lot, crs: CRS, city: City) -> Lot:
    frame = lot.frame.set_crs(crs, allow_override=True)
    target = pyproj.CRS.from_user_input(city.crs)
    if not crs.equals(target, ignore_axis_order=True):
        frame = frame.to_crs(target)
    frame = frame.set_crs(city.crs, allow_override=True)
    lot = lot.with_frame(frame)
    bounds = _bounds(frame)
    lost = ~shapely.is_missing(frame.geometry.to_numpy()) & ~np.isfinite(bounds).all(axis=1)
    return lot.refuse(lost, f"cannot be brought to {city.crs}")
