"""The disclosure gate: decides what of the results may be shown. The only maker of a `Release`'s counts and surfaces.

All data pass the rules. Counts of open data may be repeated as their owner publishes them where the city's file asks
for it (`disclosure.open_counts_as_published`).
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from affine import Affine
from geopandas import GeoDataFrame
from pandas import DataFrame
from rasterio.features import rasterize

from geo.contours import connected_parts, outline
from geo.grid import Grid
from layers.city import City
from layers.density.hotspots import FEWEST_CELLS
from layers.density.relative_risk import RelativeRisk
from layers.density.surfaces import Density
from layers.disclosure.between_runs import Earlier, hidden_between_runs, shown_before
from layers.disclosure.openness import least_known, shown_as_published
from layers.disclosure.protected import PROTECTED_KINDS
from layers.disclosure.release import OUTSIDE, RATIO_WITHHELD, SHOWN, WITHHELD, ChangeSurface, Finding, Surface
from layers.disclosure.suppression import Sum, sums_of
from layers.findings.coarse import STEP, nearest
from layers.findings.withheld import without_small_counts
from layers.frame.place_counts import ALL

_KEYS = ("district_id", "scene_id")


def gate_surfaces(densities: Sequence[Density], city: City) -> tuple[Surface, ...]:
    """Withhold cells behind which fewer than the declared effective number of incidents stand."""
    return tuple(_gate_surface(density, city) for density in densities)


def _gate_surface(density: Density, city: City) -> Surface:
    inside = np.isfinite(density.values)
    masked = inside & (density.effective < city.disclosure.min_effective_incidents)
    return Surface(
        period=density.period,
        series=density.series,
        values=np.where(masked, np.nan, density.values),
        masked=masked,
        bandwidth_m=city.density.bandwidth_m,
    )


def gate_counts(
    by_district: DataFrame, by_scene: DataFrame, pieces: DataFrame, city: City, *, earlier: Sequence[Earlier] = ()
) -> tuple[DataFrame, DataFrame]:
    """Withhold counts below the threshold, and others by which one subtraction would give such a count.

    The sums of all districts, of all scenes, and of the scenes of each side of a step count as published: findings
    give them.

    Parameters
    ----------
    by_district, by_scene : DataFrame
        district_id or scene_id, period, series, incidents, incidents_per_day.
    pieces : DataFrame
        district_id and scene_id of each piece of ground that districts and scenes are made of.
    earlier : sequence of Earlier
        What earlier runs show: a change since then is a count as well (`layers/disclosure/between_runs.py`).

    Returns
    -------
    tuple of two DataFrames
        The same rows with incidents as Int64, missing where withheld as is the rate, and a column `withheld`.
    """
    tables = (by_district, by_scene)
    marks = [pd.Series(False, index=table.index) for table in tables]
    if not shown_as_published(city):
        ids = [list(table[key].unique()) for table, key in zip(tables, _KEYS, strict=True)]
        members = _members(ids, pieces)
        sums = _sums(ids, members, city)
        # every group holds its places in the same order
        groups = [table.groupby(["period", "series"], sort=False).groups for table in tables]
        old = shown_before(by_district, _KEYS[0], [run.district_counts for run in earlier])
        old_scenes = shown_before(by_scene, _KEYS[1], [run.scene_counts for run in earlier])
        for key, index in groups[0].items():
            rows = index, groups[1][key]
            counts = [table.loc[of, "incidents"] for table, of in zip(tables, rows, strict=True)]
            at = [table.index.get_indexer(of) for table, of in zip(tables, rows, strict=True)]
            before = [np.concatenate([d[at[0]], s[at[1]]]) for d, s in zip(old, old_scenes, strict=True)]
            number = np.concatenate(counts).astype(np.int64)
            hide = hidden_between_runs(number, before, sums, np.vstack(members), fewest=city.disclosure.min_count)
            marks[0][rows[0]], marks[1][rows[1]] = np.split(hide, [len(index)])
    return _withheld(by_district, marks[0]), _withheld(by_scene, marks[1])


def _members(ids: list[list[str]], pieces: DataFrame) -> list[np.ndarray]:
    """Return, per table, the pieces of ground of each of its rows."""
    return [
        np.array([pieces[key].to_numpy() == one for one in known]).reshape(len(known), len(pieces))
        for key, known in zip(_KEYS, ids, strict=True)
    ]


def _sums(ids: list[list[str]], members: list[np.ndarray], city: City) -> tuple[Sum, ...]:
    districts, scenes = ids
    place = {scene: len(districts) + position for position, scene in enumerate(scenes)}
    sides = [side for step in city.steps for side in (step.origin, step.receivers)]
    sums = [np.array([place[scene] for scene in side], dtype=np.int64) for side in (*sides, tuple(scenes))]
    return sums_of(members, [*sums, np.arange(len(districts))])


def _withheld(counts: DataFrame, marks: pd.Series) -> DataFrame:
    return counts.assign(
        incidents=counts["incidents"].astype("Int64").mask(marks),
        incidents_per_day=counts["incidents_per_day"].mask(marks),
        withheld=marks,
    )


def gate_findings(findings: Sequence[Finding], city: City) -> tuple[Finding, ...]:
    """Withhold of each finding what a small count of a scene could be recomputed from, unless the data are open."""
    return tuple(without_small_counts(finding, city, below=least_known(city)) for finding in findings)


def gate_place_counts(counts: DataFrame, city: City, *, data_until: date) -> DataFrame:
    """Withhold place counts that are small, too recent, or differ by a small count from one that they lie in.

    Open data are shown as published.

    Parameters
    ----------
    data_until : date
        First local day that is too recent to be counted.
    """
    if shown_as_published(city):
        return counts.assign(count=counts["count"].astype("Int64"))
    small = counts["count"].between(1, city.disclosure.min_count - 1)
    hide = np.array(small | (counts["end"] > data_until))
    within = _within(counts, everywhere={row.place_id for row in city.place_counts if row.place is None})
    number = counts["count"].to_numpy(dtype=np.int64)
    # the largest part first: what is hidden then no longer gives anything away
    for part, whole in within[np.argsort(-number[within[:, 0]], kind="stable")]:
        if not hide[part] and not hide[whole] and 0 < number[whole] - number[part] < city.disclosure.min_count:
            hide[part] = True
    return counts.assign(count=counts["count"].astype("Int64").mask(hide))


def _within(counts: DataFrame, *, everywhere: set[str]) -> np.ndarray:
    """Return pairs of positions (part, whole) of place counts where one counts a part of what the other counts."""
    place, category = counts["place_id"].to_numpy(), counts["category"].to_numpy()
    near, far = counts["from_m"].fillna(-1).to_numpy(), counts["to_m"].fillna(np.inf).to_numpy()
    start, end = (pd.to_datetime(counts[column]).to_numpy() for column in ("start", "end"))
    anywhere = np.isin(place, sorted(everywhere))
    part = (place[:, None] == place) | anywhere
    part &= (category[:, None] == category) | (category == ALL)
    part &= (near[:, None] >= near) & (far[:, None] <= far)
    part &= (start[:, None] >= start) & (end[:, None] <= end)
    np.fill_diagonal(part, val=False)
    return np.argwhere(part)


def gate_services(services: GeoDataFrame) -> GeoDataFrame:
    """Keep services that are declared public and shelter nobody."""
    public = services["public"].astype(bool) & ~services["kind"].isin(PROTECTED_KINDS)
    return services.loc[public].reset_index(drop=True)


def gate_hotspots(
    hotspots: GeoDataFrame, densities: Sequence[Density], surfaces: Sequence[Surface], grid: Grid
) -> GeoDataFrame:
    """Cut hot spots to the cells that the surfaces show; drop what is left below `FEWEST_CELLS` cells.

    Share, area and mean of a hot spot that was cut are those of what is left.
    """
    mass = {(d.period, d.series): np.nan_to_num(d.values) for d in densities}
    visible = {(s.period, s.series): np.isfinite(s.values) for s in surfaces}
    rows = []
    for position, row in hotspots.iterrows():
        shown, values = visible[row["period"], row["series"]], mass[row["period"], row["series"]]
        cells = rasterize([row.geometry], out_shape=grid.shape, transform=Affine(*grid.transform)).astype(bool)
        if (cells & ~shown).any():
            parts = [part for part in connected_parts(cells & shown) if part.size >= FEWEST_CELLS]
            if not parts:
                continue
            left = np.concatenate(parts)
            inside = values.ravel()[left]
            row["share"], row["incidents_per_km2_year"] = inside.sum() / values.sum(), inside.mean()
            row["area_km2"], row["geometry"] = left.size * grid.cell_area_m2 / 1e6, outline(grid, left)
        rows.append((position, row))
    cut = GeoDataFrame(DataFrame([row for _, row in rows], columns=hotspots.columns), crs=hotspots.crs)
    return cut.astype(hotspots.dtypes.to_dict()).reset_index(drop=True)


def gate_changes(changes: GeoDataFrame, city: City) -> GeoDataFrame:
    """Drop areas of change with a cell below the threshold or of too few cells, and what only the gate needs.

    The rate ratio is withheld where, on average, fewer incidents than the threshold stand behind one of the windows:
    the density of the other one times the ratio would give the withheld one. Direction and area remain.
    """
    fewest = city.disclosure.min_effective_incidents
    kept = changes[(changes["cells"] >= FEWEST_CELLS) & (changes["least_incidents"] >= fewest)]
    if not shown_as_published(city):
        kept = kept.assign(rate_ratio=kept["rate_ratio"].where(kept["fewer_incidents"] >= fewest))
    return kept.drop(columns=["cells", "least_incidents", "fewer_incidents"]).reset_index(drop=True)


def gate_multiverse(table: DataFrame, findings: Sequence[Finding], city: City) -> DataFrame:
    """Drop the choices of findings that are withheld; round the others as their findings are, unless the data are open.

    Choices differ by a few days or metres: ranked ones are told in the step of their finding, others in three digits.
    """
    own = [f for f in findings if f.estimate is not None and f.adjustment not in ("crude", "trend")]
    told = {(f.step, f.series, f.kind): f.parts.get(STEP) for f in own}
    keys = list(zip(table["step"], table["series"], table["finding"], strict=True))
    is_told = np.array([key in told for key in keys], dtype=bool)
    kept = table[is_told].reset_index(drop=True)
    if shown_as_published(city):
        return kept
    units = [told[key] for key, held in zip(keys, is_told, strict=True) if held]
    steps = zip(units, kept["estimate"], strict=True)
    rounded = [float(f"{x:.3g}") if step is None or np.isnan(x) else nearest(x, step) for step, x in steps]
    return kept.assign(
        estimate=np.array(rounded, dtype=float),
        effective_incidents=kept["effective_incidents"].map(lambda value: float(f"{value:.2g}")),
    )


def gate_relative_risks(found: Sequence[RelativeRisk], land: np.ndarray, city: City) -> tuple[ChangeSurface, ...]:
    """Withhold cells behind which too few incidents stand, and ratios where too few stand behind one of the windows.

    There the density of the other window times the ratio would give the withheld one. Evidence remains: it tells a
    direction and a class. Open data are shown as published, but for the cells that no test was made of.

    Parameters
    ----------
    land : rows x cols bool
    """
    return tuple(_gate_relative_risk(risk, land, city) for risk in found)


def _gate_relative_risk(risk: RelativeRisk, land: np.ndarray, city: City) -> ChangeSurface:
    fewest = city.disclosure.min_effective_incidents
    tested = land & (risk.behind.sum(axis=0) >= fewest)
    known = tested & (shown_as_published(city) | (risk.behind.min(axis=0) >= fewest))
    status = np.select([known, tested, land], [SHOWN, RATIO_WITHHELD, WITHHELD], default=OUTSIDE)
    before, after = risk.windows
    return ChangeSurface(
        step=risk.step,
        series=risk.series,
        from_period=risk.from_period,
        to_period=risk.to_period,
        before=before,
        after=after,
        rate_ratio=np.where(known, risk.rate_ratio, np.nan),
        relative_risk=np.where(known, risk.relative_risk, np.nan),
        evidence=np.where(tested, risk.evidence, 0).astype(np.int8),
        status=status.astype(np.uint8),
        p_anywhere=risk.p_anywhere,
        anywhere_by=risk.anywhere_by,
        bandwidth_m=city.density.bandwidth_m,
    )


def gate_routes(table: DataFrame, city: City) -> DataFrame:
    """Withhold rates and changes of places that a small count stands behind, unless the data are open."""
    kept = table.drop(columns="smallest")
    if shown_as_published(city):
        return kept
    small = table["smallest"].between(1, city.disclosure.min_count - 1)
    figures = ["before_per_day", "after_per_day", "change_to_control", "low", "high"]
    return kept.assign(**{name: kept[name].mask(small) for name in figures})
