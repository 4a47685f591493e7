"""Tables that put several parts of a release side by side: periods, roles, choices, marks. Owns no name and no type."""

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.disclosure.release import Release
from layers.products.records import rounded
from layers.style import Style

_DAYS_PER_YEAR = 365.25
_M2_PER_KM2 = 1e6
_SMALLEST_MARK_M = 15.0  # a place known exactly is still drawn as a disc that can be seen and clicked
STAMPS_ACROSS = 4  # marks of invented data from west to east, and as many from north to south
_ROLES = ("origin", "receivers", "control")  # the telling ones first


def in_periods(counts: DataFrame, release: Release, style: Style) -> DataFrame:
    """Return counts with the span of their period, and the count as text, which says why an empty one is empty."""
    word = style.words["withheld"]
    said = [f"{word.nb} / {word.en}" if pd.isna(count) else str(int(count)) for count in counts["incidents"]]
    return dated(counts, release).assign(incidents_text=said)


def districts_in_periods(release: Release, style: Style) -> DataFrame:
    """Return the districts' counts by period, and the rate on their area, as densities are given elsewhere."""
    counts = in_periods(release.district_counts, release, style)
    area_km2 = dict(zip(release.districts["district_id"], release.districts.geometry.area / _M2_PER_KM2, strict=True))
    per_year = counts["incidents_per_day"].astype(float) * _DAYS_PER_YEAR
    return counts.assign(incidents_per_km2_year=per_year / counts["district_id"].map(area_km2).astype(float))


def dated(table: DataFrame, release: Release) -> DataFrame:
    """Return a table with the span of its periods, half-open."""
    spans = {period.id: period for period in release.city.periods}
    return table.assign(
        period_start=[spans[period].start for period in table["period"]],
        period_end=[spans[period].end for period in table["period"]],
    )


def district_roles(release: Release) -> DataFrame | None:
    """Return which part each district plays in each step, by the area of its pieces.

    `role` is the first of origin, receivers, control that any piece of it plays, else rest; the shares say how much of
    the district does.
    """
    units = release.unit_roles
    if units is None:
        return None
    areas = units.pivot_table(
        index=["step", "district_id"], columns="role", values="area_km2", aggfunc="sum", sort=False
    )
    shares = areas.reindex(columns=[*_ROLES, "rest"]).fillna(0.0)
    shares = shares.div(shares.sum(axis=1), axis=0)
    plays = shares[list(_ROLES)].to_numpy() > 0
    role = np.where(plays.any(axis=1), np.array(_ROLES)[plays.argmax(axis=1)], "rest")
    named = {f"{name}_share": shares[name].round(4) for name in _ROLES}
    return shares.assign(role=role, **named).reset_index()


def multiverse_summary(release: Release) -> DataFrame | None:
    """Return how the headlines spread over the choices that count; the first choice of each is the published one."""
    if release.multiverse is None:
        return None
    counted = release.multiverse[release.multiverse["counts"].astype(bool)]
    rows = []
    for (finding, step, series), choices in counted.groupby(["finding", "step", "series"], sort=False):
        values = choices["estimate"].dropna().to_numpy(float)
        if not len(values):
            continue
        quartiles = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
        names = ("smallest", "lower_quartile", "median", "upper_quartile", "largest")
        spread = {name: rounded(float(value)) for name, value in zip(names, quartiles, strict=True)}
        agree = float(np.mean(np.sign(values) == np.sign(values[0])))
        figures = {"published": rounded(float(values[0])), **spread, "same_sign": rounded(agree)}
        rows.append({"finding": finding, "step": step, "series": series, "choices": len(values), **figures})
    return DataFrame(rows) if rows else None


def visible(interventions: GeoDataFrame) -> GeoDataFrame:
    """Widen places by their uncertainty: one kind of geometry, and a place known to +-150 m looks like it."""
    radius = interventions["uncertainty_m"].astype(float).fillna(0.0).clip(lower=_SMALLEST_MARK_M)
    return interventions.set_geometry(interventions.geometry.buffer(radius, quad_segs=8))


def drawn(flows: GeoDataFrame | None) -> GeoDataFrame | None:
    """Leave out what ends or arises: it has no line, and stands in the table alone."""
    return None if flows is None else flows[flows.geometry.notna()]


def stamps(release: Release) -> GeoDataFrame:
    """Return points that carry the word SIMULATED over the whole map."""
    west, south, east, north = release.window.total_bounds
    x = [west + (east - west) * (i + 0.5) / STAMPS_ACROSS for i in range(STAMPS_ACROSS)]
    y = [south + (north - south) * (j + 0.5) / STAMPS_ACROSS for j in range(STAMPS_ACROSS)]
    places = [(a, b) for b in y for a in x]
    word = release.stamp
    said = f"{word.nb} / {word.en}" if word else ""
    points = gpd.points_from_xy(*zip(*places, strict=True))
    return gpd.GeoDataFrame({"text": [said] * len(places)}, geometry=points, crs=release.window.crs)
