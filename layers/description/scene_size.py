"""How large scenes are and how dense harm is in them, from the published densest areas. No verdict, no new area.

A smaller scene may harm as much: area and incidents per hectare go apart. The densest areas of a period hold the
declared share (half, unless the city says otherwise) of all its incidents; each counts for the scene it covers most of,
unless it is far larger: half of a widespread harm lies in areas that are no place's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, Series, Step, Words
from layers.disclosure.release import Finding, Release
from layers.findings.numbers import Language, number

COLUMNS = (
    "period", "series", "borne_by", "scene_id", "densest_areas", "area_ha", "share", "incidents_per_ha_year",
    "spread_m",
)  # fmt: skip
WHOLE = ""  # the row of a whole period has no scene
KINDS = ("harm_intensity_of_scene", "scene_fragmentation")
_HA_PER_KM2 = 100.0
_LEAST_COVERED = 0.05  # an area over twenty times what a place covers of it is a quarter's, not the place's
_QUESTIONS = {
    "harm_intensity_of_scene": Words(
        nb="Er skaden tettere der miljøet er nå enn der det var?",
        en="Is harm denser where the scene is now than where it was?",
    ),
    "scene_fragmentation": Words(
        nb="Ble det flere og mer spredte tette områder?", en="Did dense areas become more, and more scattered?"
    ),
}
_METHOD = Words(
    nb="areal, andel og middeltetthet av de utgitte tetteste områdene i hele perioder; et område regnes til stedet det "
    "dekker mest av, om stedet er minst en tjuedel av det",
    en="area, share and mean density of the published densest areas of whole periods; an area counts for the place it "
    "covers most of, if the place is at least a twentieth of it",
)
_ASSUMPTIONS = (
    Words(
        nb="Bredden på glattingen setter en nedre grense for hvor lite et område kan se ut.",
        en="The width of smoothing sets a lower limit to how small an area can look.",
    ),
    Words(
        nb="Per deltaker kan ikke regnes ut fordi antall mennesker ikke er utgitt.",
        en="Per participant is not computable because no number of people is published.",
    ),
)
_NOT_COMPUTED = Words(
    nb="for {series} er det ingen utgitte tette områder å sammenligne på stedene i begge periodene.",
    en="for {series} there are no published dense areas to compare at the places in both periods.",
)
_SENTENCES = {
    "harm_intensity_of_scene": Words(
        nb="for {series} var det {b} registrerte hendelser per hektar og år på {b_ha} hektar der miljøet var før, og "
        "{a} på {a_ha} hektar der det kan ha flyttet: {ratio} ganger så tett.",
        en="for {series} there were {b} registered incidents per hectare and year on {b_ha} hectares where the scene "
        "was before, and {a} on {a_ha} hectares where it may have gone: {ratio} times as dense.",
    ),
    "scene_fragmentation": Words(
        nb="for {series} gikk tallet på tette områder fra {b} til {a}, og spredningen mellom dem fra {b_m} til "
        "{a_m} m.",
        en="for {series} the number of dense areas went from {b} to {a}, and the scatter between them from {b_m} to "
        "{a_m} m.",
    ),
}
_SMALLER = Words(
    nb=" Området er mindre og skaden tettere: et mindre miljø kan gi like mye skade.",
    en=" The ground is smaller and harm denser: a smaller scene may do as much harm.",
)


def with_scene_sizes(release: Release) -> Release:
    """Add sizes and their findings to a release, from what it shows already."""
    sizes = scene_sizes(release.hotspots, release.scenes, release.city)
    found = (*release.findings, *scene_findings(sizes, release.city))
    return replace(release, scene_sizes=sizes, findings=found)


def scene_sizes(hotspots: GeoDataFrame, scenes: GeoDataFrame, city: City) -> DataFrame:
    """Return size and density of the densest areas by period and series: in all, and at every scene that has some.

    Parameters
    ----------
    hotspots : GeoDataFrame
        After the gate: period, series, share, area_km2, incidents_per_km2_year; polygons in the city's CRS.
    scenes : GeoDataFrame
        scene_id; polygons in the same CRS.

    Returns
    -------
    DataFrame, `COLUMNS`
        `scene_id` is empty in the row of the whole period, which alone has `spread_m`: the distance of the areas'
        middles from their common middle, root mean square weighted by share, metres.
    """
    home = _homes(hotspots, scenes)
    names = [str(name) for name in scenes["scene_id"]]
    rows = []
    for series in city.harm.series:
        for period in city.periods:
            mine = ((hotspots["series"] == series.id) & (hotspots["period"] == period.id)).to_numpy()
            for position, scene in ((None, WHOLE), *enumerate(names)):
                chosen = hotspots[mine if position is None else mine & (home == position)]
                if len(chosen):
                    head = (period.id, series.id, series.borne_by, scene)
                    rows.append((*head, *_size(chosen), _spread_m(chosen) if position is None else np.nan))
    return DataFrame(rows, columns=list(COLUMNS))


def scene_findings(sizes: DataFrame, city: City) -> tuple[Finding, ...]:
    """Tell of every step and series how dense harm is at the places after and before, and how scattered it is."""
    return tuple(
        _finding(_About(city, step, series), kind, sizes)
        for step in city.steps
        for series in city.harm.series
        for kind in KINDS
    )


@dataclass(frozen=True)
class _About:
    city: City
    step: Step
    series: Series


def _homes(hotspots: GeoDataFrame, scenes: GeoDataFrame) -> np.ndarray:
    """Return the position of the scene that each area covers most of, -1 if it covers none or is far larger."""
    grounds = scenes.geometry.to_numpy()
    if not len(hotspots) or not len(grounds):
        return np.full(len(hotspots), -1)
    areas = hotspots.geometry.to_numpy()
    covered = shapely.area(shapely.intersection(areas[:, None], grounds[None, :]))
    enough = (covered.max(axis=1) > 0) & (covered.max(axis=1) >= _LEAST_COVERED * shapely.area(areas))
    return np.where(enough, covered.argmax(axis=1), -1)


def _size(areas: GeoDataFrame) -> tuple[int, float, float, float]:
    area_ha = areas["area_km2"].to_numpy(float) * _HA_PER_KM2
    per_ha = areas["incidents_per_km2_year"].to_numpy(float) / _HA_PER_KM2
    return (
        len(areas),
        float(area_ha.sum()),
        float(areas["share"].sum()),
        float((per_ha * area_ha).sum() / area_ha.sum()),
    )


def _spread_m(areas: GeoDataFrame) -> float:
    middles = shapely.centroid(areas.geometry.to_numpy())
    xy = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
    weight = areas["share"].to_numpy(float) / areas["share"].sum()
    return float(np.sqrt(weight @ ((xy - weight @ xy) ** 2).sum(axis=1)))


def _finding(about: _About, kind: str, sizes: DataFrame) -> Finding:
    city, step, series = about.city, about.step, about.series
    mine = sizes[sizes["series"] == series.id]
    before, after = (mine[mine["period"] == period] for period in (step.from_period, step.to_period))
    parts = _intensity(before, after, step) if kind == KINDS[0] else _fragments(before, after)
    estimate = parts.pop("estimate", None)
    is_first = step == city.steps[0] and series == city.harm.series[0]
    return Finding(
        id=kind if is_first else f"{kind}:{step.id}",
        kind=kind,
        step=step.id,
        series=series.id,
        harm_class=series.harm_class,
        borne_by=series.borne_by,
        route=series.recorded_by,
        adjustment="none",
        headline=False,
        question=_QUESTIONS[kind],
        estimate=estimate,
        unit="times" if kind == KINDS[0] else "areas",
        interval=None,
        level=city.inference.level,
        p_value=None,
        method=_METHOD,
        assumptions=_ASSUMPTIONS,
        detection_band=None,
        tipping_point=None,
        multiverse=None,
        parts=parts,
        statement=_statement(about, kind, estimate, parts),
        verdict=None,
        would_decide=None,
    )


def _intensity(before: DataFrame, after: DataFrame, step: Step) -> dict[str, float]:
    ends = {"before": _at(before, step.origin), "after": _at(after, step.receivers)}
    if not all(ends.values()):
        return {}
    parts = {f"{name}_{when}": value for when, one in ends.items() for name, value in one.items()}
    return parts | {"estimate": parts["per_ha_year_after"] / parts["per_ha_year_before"]}


def _at(sizes: DataFrame, scenes: Sequence[str]) -> dict[str, float]:
    chosen = sizes[sizes["scene_id"].isin(scenes)]
    if chosen.empty:
        return {}
    area_ha = chosen["area_ha"].to_numpy(float)
    per_ha = float((chosen["incidents_per_ha_year"].to_numpy(float) * area_ha).sum() / area_ha.sum())
    return {"area_ha": float(area_ha.sum()), "per_ha_year": per_ha}


def _fragments(before: DataFrame, after: DataFrame) -> dict[str, float]:
    ends = [one[one["scene_id"] == WHOLE] for one in (before, after)]
    if any(one.empty for one in ends):
        return {}
    parts: dict[str, float] = {}
    for when, one in zip(("before", "after"), ends, strict=True):
        parts |= {when: float(one["densest_areas"].iloc[0]), f"spread_m_{when}": float(one["spread_m"].iloc[0])}
    return parts | {"estimate": parts["after"] - parts["before"]}


def _statement(about: _About, kind: str, estimate: float | None, parts: dict[str, float]) -> Words:
    return Words(nb=_say(about, kind, estimate, parts, "nb"), en=_say(about, kind, estimate, parts, "en"))


def _say(about: _About, kind: str, estimate: float | None, parts: dict[str, float], language: Language) -> str:
    values = {"series": getattr(about.series.name, language).lower()}
    if estimate is not None and kind == KINDS[0]:
        for key, when in (("b", "before"), ("a", "after")):
            values[key] = number(parts[f"per_ha_year_{when}"], language)
            values[f"{key}_ha"] = number(parts[f"area_ha_{when}"], language)
        values["ratio"] = number(estimate, language)
    elif estimate is not None:
        for key, when in (("b", "before"), ("a", "after")):
            values[key] = number(parts[when], language, decimals=0)
            values[f"{key}_m"] = number(parts[f"spread_m_{when}"], language, decimals=0)
    text = getattr(_NOT_COMPUTED if estimate is None else _SENTENCES[kind], language).format(**values)
    if parts.get("area_ha_after", np.inf) < parts.get("area_ha_before", 0.0) and (estimate or 0.0) > 1:
        text += getattr(_SMALLER, language)
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if about.city.simulated else ""
    return f"{stamp}{text[:1].upper()}{text[1:]}"
