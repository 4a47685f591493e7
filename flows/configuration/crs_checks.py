"""Checks of the coordinate systems a city names: metres where metres are needed. Transforms nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.configuration.draft import Draft
from flows.configuration.yaml_lines import KeyPath
from layers.city import TableSource

if TYPE_CHECKING:
    from pyproj import CRS

EXAMPLE = "name a metric CRS such as EPSG:25832"


def metric_crs(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
    """Yield a city's CRS that is unknown or does not measure in true metres."""
    name = draft.sections.get("crs")
    if isinstance(name, str) and (wrong := why_not_metric(name)):
        yield ("crs",), wrong


def source_crs(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
    """Yield sources whose CRS is unknown; degrees are fine there."""
    for position, source in draft.entries("sources", TableSource):
        if source.crs is not None and _read(source.crs) is None:
            yield ("sources", position, "crs"), _not_known(source.crs)


def why_not_metric(name: str) -> str | None:
    """Say what keeps a CRS from being a city's, with the cure; None if nothing does."""
    crs = _read(name)
    if crs is None:
        return _not_known(name)
    if crs.is_geographic:
        return f"{name} is in degrees; {EXAMPLE}."
    if not crs.is_projected:
        return f"{name} is no map projection ({crs.type_name}); {EXAMPLE}."
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        return f"{name} is in {', '.join(sorted(units))}; {EXAMPLE}."
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    if "Mercator" in method and "Transverse" not in method and "Oblique" not in method:
        # one of its metres is cos(latitude) of a real one: half of it in Oslo
        return f"{name} stretches distances away from the equator; {EXAMPLE}."
    return None


def _not_known(name: str) -> str:
    return f"{name!r} is no CRS that PROJ knows. Write e.g. EPSG:25832."


def _read(name: str) -> "CRS | None":
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(name)
    except CRSError:
        return None
