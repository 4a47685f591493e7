"""Refusing coordinate systems that no formula here may be used with. Reprojects nothing."""

from pyproj import CRS
from pyproj.exceptions import CRSError as UnreadableCrs

from geo.errors import CrsError

AnyCrs = CRS | str | int | None


def require_metric(crs: AnyCrs, what: str) -> CRS:
    """Return `crs` if it is projected and in metres.

    Parameters
    ----------
    crs : pyproj CRS, text, EPSG number or None
    what : str
        What has it, for the message: ``"districts"``.

    Raises
    ------
    CrsError
        If it is missing, unreadable, in degrees, or in another unit than the metre.
    """
    known = _read(crs, what)
    units = {axis.unit_name for axis in known.axis_info[:2]}
    if known.is_geographic or "degree" in units:
        msg = f"{what}: the CRS is {name_of(known)}, in degrees; metres are needed. Reproject to the city's metric CRS."
        raise CrsError(msg)
    if not known.is_projected or any(axis.unit_conversion_factor != 1 for axis in known.axis_info[:2]):
        unit = ", ".join(sorted(units)) or "no unit"
        msg = (
            f"{what}: the CRS is {name_of(known)}, in {unit}; a projected CRS in metres is needed. "
            "Reproject to the city's metric CRS."
        )
        raise CrsError(msg)
    return known


def require_same(a: AnyCrs, b: AnyCrs, *, what_a: str, what_b: str) -> None:
    """Refuse two different coordinate systems; the order of axes does not count.

    Raises
    ------
    CrsError
        If one is missing or they differ; the message names both.
    """
    first, second = _read(a, what_a), _read(b, what_b)
    if not first.equals(second, ignore_axis_order=True):
        msg = (
            f"{what_a} is in {name_of(first)}, {what_b} in {name_of(second)}. "
            "Reproject one of them, so that both have the same CRS."
        )
        raise CrsError(msg)


def name_of(crs: CRS) -> str:
    """Return authority and code with the name, or the name alone: ``EPSG:25832 (ETRS89 / UTM zone 32N)``."""
    authority = crs.to_authority()
    return f"{':'.join(authority)} ({crs.name})" if authority else str(crs.name)


def _read(crs: AnyCrs, what: str) -> CRS:
    if crs is None:
        msg = f"{what}: the CRS is missing. State it where the data come from, e.g. crs: EPSG:25832."
        raise CrsError(msg)
    try:
        return CRS.from_user_input(crs)
    except UnreadableCrs as error:
        msg = f"{what}: {crs!r} is not a CRS that is known. Write a code such as EPSG:25832."
        raise CrsError(msg) from error
