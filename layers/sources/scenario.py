"""A scenario as a source: reads the ground it stands on from the city's files, and keeps one archive."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame
from shapely.geometry.base import BaseGeometry

from layers.city import City, FileSource, ScenarioSource, Scene
from layers.columns import TABLES
from layers.errors import SourceError
from layers.simulation.scenario import Given, scenario
from layers.sources import files, simulated
from layers.sources.paths import files_of, found_at
from layers.sources.simulated import archive, members
from layers.tables import Expected

_FIGURES = "figures"


def fetch(source: ScenarioSource, city: City, *, data_dir: Path | None, base_dir: Path) -> bytes:
    """Invent the records and return them as one zip, as `layers.sources.simulated` does.

    Raises
    ------
    SourceError
        If the city's districts, land and scenes are not in files, or one of the declared tables is not there.
    ConfigError
        If the scenario names what the city does not have.
    """
    made = scenario(source, city, _given(source, city, data_dir=data_dir, base_dir=base_dir))
    truth = {"expected_points": made.expected.points, "expected_rates": made.expected.rates}
    if made.expected.help is not None:
        truth["expected_help"] = made.expected.help
    return archive({**made.tables, **truth, _FIGURES: made.figures})


def parse(path: Path, source: ScenarioSource) -> dict[str, DataFrame]:
    """Read incidents and help of an archive made by `fetch`; raises SourceError if it is none."""
    return {name: frame for name, frame in members(path, source.id).items() if isinstance(frame, GeoDataFrame)}


def figures(path: Path, source: ScenarioSource) -> DataFrame:
    """Read the figures by district, for the join of the city's districts; as text, as joined files are."""
    frame: DataFrame = members(path, source.id)[_FIGURES].astype(str)
    return frame


def expected(path: Path, source: ScenarioSource) -> Expected:
    """Read the truth of an archive made by `fetch`."""
    return simulated.expected(path, source)


def _given(source: ScenarioSource, city: City, *, data_dir: Path | None, base_dir: Path) -> Given:
    def table(path: str) -> DataFrame:
        found = found_at(path, source.id, data_dir, base_dir)[0]
        return pd.read_csv(found, dtype=str, keep_default_na=False, encoding="utf-8-sig")

    districts = _together(_frames("districts", city, data_dir, base_dir), "districts", source)
    land = _together(_frames("land", city, data_dir, base_dir), "land", source)
    districts = districts.assign(district_id=districts["district_id"].astype(str))
    hierarchy = table(source.hierarchy)
    hierarchy.columns = [source.columns.get(name, name) for name in hierarchy.columns]
    return Given(
        districts=districts.sort_values("district_id", kind="stable").reset_index(drop=True),
        land=shapely.union_all(shapely.make_valid(land.geometry.to_numpy())),
        scenes={scene.id: _place(scene, source, city, data_dir, base_dir) for scene in city.scenes},
        rates=table(source.rates),
        published=None if source.published is None else table(source.published),
        hierarchy=hierarchy,
        areas=table(source.areas),
        people=table(source.people),
    )


def _frames(name: str, city: City, data_dir: Path | None, base_dir: Path) -> Iterable[GeoDataFrame]:
    """Yield a table of every file source that gives it, without what is joined, in the city's CRS."""
    for source in city.sources:
        if isinstance(source, FileSource) and source.table == name:
            alone = source.model_copy(update={"join": None})
            for path in files_of(alone, data_dir=data_dir, base_dir=base_dir).values():
                yield files.parse(path, alone)[name].to_crs(city.crs)


def _together(frames: Iterable[GeoDataFrame], name: str, source: ScenarioSource) -> GeoDataFrame:
    found = list(frames)
    if not found:
        msg = f"source {source.id!r}: a scenario stands on files, and no source of kind file gives {name}. Add one."
        raise SourceError(msg)
    return pd.concat(found, ignore_index=True)


def _place(scene: Scene, source: ScenarioSource, city: City, data_dir: Path | None, base_dir: Path) -> BaseGeometry:
    rows = _together(_frames(scene.place.table, city, data_dir, base_dir), scene.place.table, source)
    key = TABLES[scene.place.table].id
    shapes = rows.geometry[rows[key].isin(scene.place.ids) & rows.geometry.notna()].to_numpy()
    if not len(shapes):
        msg = f"source {source.id!r}: scene {scene.id!r} has no place in the files of {scene.place.table}. Add it."
        raise SourceError(msg)
    whole: BaseGeometry = shapely.union_all(shapes)
    return whole
