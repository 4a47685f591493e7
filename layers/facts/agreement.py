"""Places an observer looked at, held against the densest areas computed for the same time. Publishes no new area.

A mapping round says what somebody saw; a densest area says where records lie. Each can err: people may be seen where
nobody records, and records lie where police or ambulances are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, Period, Words
from layers.city.facts import Criteria, MappingRow

Position = Literal["inside", "within uncertainty", "none published", "not located", "no period"]
Agreement = Literal["agrees", "agrees within uncertainty", "differs", "takes no side", "cannot be told"]
COLUMNS = (
    "round", "observer", "round_start", "round_end", "place_id", "name_nb", "name_en", "criteria_met", "scored",
    "activity_nb", "activity_en", "roles", "time_of_day", "series", "period", "computed", "hotspot_id", "agreement",
    "text_nb", "text_en", "source", "confidence", "note",
)  # fmt: skip
_SEEN = {
    "all": Words(nb="alle kriterier oppfylt", en="all criteria met"),
    "most": Words(nb="de fleste kriterier oppfylt", en="most criteria met"),
    "visible use": Words(nb="synlig aktivitet", en="visible activity"),
    "none": Words(nb="lite eller ingenting sett", en="little or nothing seen"),
}
_COMPUTED = {
    "inside": Words(nb="stedet ligger i et av de tetteste områdene", en="the place lies in one of the densest areas"),
    "within uncertainty": Words(
        nb="et av de tetteste områdene når inn i stedets usikkerhet",
        en="one of the densest areas reaches into the place's uncertainty",
    ),
    "none published": Words(nb="ingen av de utgitte tetteste områdene er der", en="no published densest area is there"),
    "not located": Words(nb="stedet er ikke stedfestet", en="the place is not located"),
    "no period": Words(nb="ingen periode med kart dekker runden", en="no period with a map covers the round"),
}
_AGREEMENT = {
    "agrees": Words(nb="de stemmer", en="they agree"),
    "agrees within uncertainty": Words(nb="de stemmer innenfor usikkerheten", en="they agree within uncertainty"),
    "differs": Words(nb="de stemmer ikke", en="they differ"),
    "takes no side": Words(nb="det taler verken for eller imot", en="it speaks neither for nor against"),
    "cannot be told": Words(nb="det kan ikke avgjøres", en="it cannot be told"),
}


@dataclass(frozen=True)
class _Held:
    """Where a place lies beside the densest areas of a period."""

    period: str | None
    computed: Position
    hotspot_id: str | None = None


def mapping_table(rounds: Sequence[MappingRow], places: GeoDataFrame, hotspots: GeoDataFrame, city: City) -> DataFrame:
    """Return every place and round with what was computed there, per series.

    Parameters
    ----------
    places : GeoDataFrame
        place_id, name_nb, name_en, uncertainty_m; Point or None, in the city's CRS. Rounds elsewhere are left out.
    hotspots : GeoDataFrame
        Published densest areas: hotspot_id, period, series; polygons in the city's CRS.
    """
    known = {str(row["place_id"]): row for _, row in places.iterrows()}
    rows = []
    for one in rounds:
        if one.place_id not in known:
            continue
        place = known[one.place_id]
        for series in city.harm.series:
            spots = hotspots[hotspots["series"] == series.id]
            held = _held(one, place.geometry, float(place["uncertainty_m"]), spots, city.periods)
            rows.append(_row(one, held, series.id, names=(str(place["name_nb"]), str(place["name_en"]))))
    return DataFrame(rows, columns=list(COLUMNS))


def agreement(criteria: Criteria, computed: Position) -> Agreement:
    """Say whether what was seen and what was computed agree.

    Visible activity alone is no scene, and a densest area no proof of one: such a row takes no side.
    """
    if computed in ("not located", "no period"):
        return "cannot be told"
    if criteria == "visible use":
        return "takes no side"
    if criteria == "none":
        table: dict[Position, Agreement] = {"inside": "differs", "within uncertainty": "cannot be told"}
        return table.get(computed, "agrees")
    table = {"inside": "agrees", "within uncertainty": "agrees within uncertainty"}
    return table.get(computed, "differs")


def _held(
    one: MappingRow, point: shapely.Point | None, uncertainty_m: float, spots: GeoDataFrame, periods: Sequence[Period]
) -> _Held:
    if not isinstance(point, shapely.Point):  # None, or NaN where all other places have one
        return _Held(None, "not located")
    period = _period_of(one, [p for p in periods if p.id in set(spots["period"])])
    if period is None:
        return _Held(None, "no period")
    areas = spots[spots["period"] == period].reset_index(drop=True)
    far_m = np.asarray(shapely.distance(areas.geometry.to_numpy(), point))
    nearest = int(far_m.argmin())
    if far_m[nearest] > uncertainty_m:
        return _Held(period, "none published")
    found: Position = "inside" if far_m[nearest] == 0 else "within uncertainty"
    return _Held(period, found, str(areas.loc[nearest, "hotspot_id"]))


def _period_of(one: MappingRow, periods: Sequence[Period]) -> str | None:
    """Return the period that shares most days with the round, the earlier of equal ones; None if none shares any."""
    days = [_shared_days(one.round_start, one.round_end, period) for period in periods]
    return periods[days.index(max(days))].id if days and max(days) > 0 else None


def _shared_days(start: date, end: date, period: Period) -> int:
    return max((min(end, period.end) - max(start, period.start)).days, 0)


def _row(one: MappingRow, held: _Held, series: str, *, names: tuple[str, str]) -> dict[str, object]:
    agreed = agreement(one.criteria_met, held.computed)
    said = (_SEEN[one.criteria_met], _COMPUTED[held.computed], _AGREEMENT[agreed])
    text_nb, text_en = (
        f"{name}: {'; '.join(str(getattr(words, language)) for words in said)}."
        for language, name in zip(("nb", "en"), names, strict=True)
    )
    return {
        "round": one.round,
        "observer": one.observer,
        "round_start": one.round_start,
        "round_end": one.round_end,
        "place_id": one.place_id,
        "name_nb": names[0],
        "name_en": names[1],
        "criteria_met": one.criteria_met,
        "scored": one.scored,
        "activity_nb": one.activity_nb,
        "activity_en": one.activity_en,
        "roles": one.roles,
        "time_of_day": one.time_of_day,
        "series": series,
        "period": held.period,
        "computed": held.computed,
        "hotspot_id": held.hotspot_id,
        "agreement": agreed,
        "text_nb": text_nb,
        "text_en": text_en,
        "source": one.source_id,
        "confidence": one.confidence,
        "note": one.note,
    }
