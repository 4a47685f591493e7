"""CSV tables of a release for spreadsheets: UTF-8, comma, ISO dates, stable order. Owns the format, no figure."""

from pathlib import Path

from pandas import DataFrame
from pandas.api.types import is_numeric_dtype

from layers.disclosure.release import Release
from layers.products.records import finding_record
from layers.style import Style

# where harm fell, by deprivation; every other kind is about where it went
EQUITY_KINDS = frozenset(
    {
        "deprivation_of_harm_shift",
        "share_in_most_deprived_fifth_change",
        "concentration_index_change",
        "burden_transfer",
    }
)
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_REAL = frozenset({"practices", "survey", "published_counts", "statements", "context"})  # whatever the incidents are
_PLACE_COUNTS = ["place_id", "category", "from_m", "to_m", "start", "end", "count"]
_QUARANTINE = ["source_id", "table", "reason", "rows"]
_COUNTS = ["period", "series", "incidents", "incidents_per_day", "withheld"]


def write(release: Release, _style: Style, directory: Path) -> tuple[Path, ...]:
    """Write the tables of a release into `tables/`; a withheld count is an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe in front. In tables of a simulated city the last
    column, `simulated`, says so in every row; facts that others published are real there too, and carry none.
    """
    folder = directory / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "districts": _districts(release),
        "scenes": _scenes(release),
        "displacement": _findings(release, equity=False),
        "equity": _findings(release, equity=True),
        "quarantine": release.quarantine_summary[_QUARANTINE],
        "place_counts": release.place_counts[_PLACE_COUNTS],
        **_described(release),
        **_known_beside(release),
        **({} if release.context is None else {"context": release.context}),
    }
    written = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        stamped = table.assign(simulated="SIMULATED") if release.stamp and name not in _REAL else table
        harmless(stamped).to_csv(path, index=False, encoding="utf-8", lineterminator="\n", float_format="%.10g")
        written.append(path)
    return tuple(written)


def _described(release: Release) -> dict[str, DataFrame]:
    """Return what describes the steps, where it was computed: flows, measures of inequality, concentration curves."""
    flows = None if release.flows is None else DataFrame(release.flows.drop(columns="geometry"))
    tables = {
        "flows": flows,
        "inequality": release.inequality,
        "concentration_curve": release.concentration_curves,
        "multiverse": release.multiverse,
        "service_access": release.service_access,
        "routes": release.routes,
        "units": release.unit_roles,
        "scenes_intensity": release.scene_sizes,
    }
    return {name: table for name, table in tables.items() if table is not None}


def _known_beside(release: Release) -> dict[str, DataFrame]:
    """Return what is known beside the records, where the city names facts; places without their position."""
    facts = release.facts
    if facts is None:
        return {}
    return {
        "practices": DataFrame(facts.practices.drop(columns="geometry")),
        "mapping_rounds": facts.mapping_rounds,
        "survey": facts.survey_figures,
        "published_counts": facts.published_counts,
        "expectations": facts.expectations,
        "statements": facts.statements,
    }


def harmless(table: DataFrame) -> DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would take for a formula."""
    cells = {name: column if is_numeric_dtype(column) else column.map(_harmless_cell) for name, column in table.items()}
    return DataFrame(cells, columns=table.columns)


def _harmless_cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_FORMULA) else cell


def _districts(release: Release) -> DataFrame:
    about = ["district_id", "name", "population", "indicator", "deprivation_rank", "is_control"]
    districts = DataFrame(release.districts[about])
    return districts.merge(release.district_counts[["district_id", *_COUNTS]], on="district_id", how="right")


def _scenes(release: Release) -> DataFrame:
    scenes = DataFrame(release.scenes[["scene_id", "name_nb", "name_en"]])
    return scenes.merge(release.scene_counts[["scene_id", *_COUNTS]], on="scene_id", how="right")


def _findings(release: Release, *, equity: bool) -> DataFrame:
    chosen = [finding for finding in release.findings if (finding.kind in EQUITY_KINDS) is equity]
    rows = [finding_record(finding) for finding in chosen]
    return DataFrame(rows) if rows else DataFrame(columns=["id", "kind", "step", "series", "estimate"])
