"""The maps of the atlas, drawn once for both languages, and the figures of its charts. Words and lays out nothing."""

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import Period, Series, Step, Words
from layers.disclosure.release import Finding, Release, Surface
from layers.findings.numbers import Language
from layers.products.drawing.charts import Look
from layers.products.drawing.map_views import FONT, MapView, fifth_of, focus_bounds, ground, in_language
from layers.products.measures import Measure, measures_of
from layers.products.numbers import LANGUAGES
from layers.style import Style, density_breaks

MAP_WIDTH_PT = 372.0
TEXT_WIDTH_PT = 493.0
GUTTER_PT = 11.0
_ANSWER_PT = 566.0  # of the first page, for headlines and map
_CARD_PT, _FIGURES_PT, _FIGURE_LINE_PT = 10.0, 44.5, 9.5  # a headline: air and rule; with the figures beside the answer
_COMMENT_CHARACTERS = 110
_QUESTION_LINE_PT, _QUESTION_CHARACTERS = 11.0, 78
_ANSWER_LINE_PT, _ANSWER_CHARACTERS = 12.6, 64
_LOWEST_MAP_PT, _HIGHEST_MAP_PT = 150.0, 372.0
_LESS_MAP_PT = 36.0  # for every undecided headline: a large map would say more than is known
_PERIODS_PT = 530.0  # of the second page, for small maps, their words and the legend
_MAP_WORDS_PT, _NEWS_LINE_PT, _LEGEND_ROW_PT, _LOWEST_SMALL_MAP_PT = 66.0, 9.5, 66.0, 80.0
_NEWS_CHARACTER_PT = 3.9  # mean width, for lines that break
_DISTRICT_MAP_PT = (320.0, 166.0)
_MAX_LEFT_OUT = 0.2  # share of districts with small counts above which bars by fifth would mislead


_MAIN = ("crude", "control", "none")


@dataclass(frozen=True)
class Views:
    """The maps of the headline series and what is needed to explain them."""

    release: Release
    style: Style
    series: Series
    step: Step
    breaks: tuple[float, ...]
    change: MapView
    change_edges: tuple[float, float]
    ends: tuple[Surface, Surface]  # first and last period of the headline step
    densities: tuple[tuple[Surface, MapView], ...]
    columns: int
    districts: MapView
    measures: tuple[Measure, ...]  # that begin in a period, in order
    beyond_chance: GeoDataFrame | None  # areas of the headline step outlined on the map of change; none: not tested

    @property
    def look(self) -> Look:
        light, dark = self.style.deprivation[1], self.style.deprivation[4]
        return Look(FONT, self.style.ink, "#8a8a8a", "#e3e3e3", light, dark, self.style.stamp)

    def period(self, period_id: str) -> Period:
        return next(p for p in self.release.city.periods if p.id == period_id)

    def findings(self, *, series: str | None = None, kind: str | None = None, step: str | None = None) -> list[Finding]:
        """Return findings of the headlines' kinds, in the order of the release, that match all that is given.

        What answers by another method beside them is in findings.json and the tables.
        """
        kinds = {f.kind for f in self.release.findings if f.headline}
        return [
            f
            for f in self.release.findings
            if f.kind in kinds and f.adjustment in _MAIN
            if series in (None, f.series) and kind in (None, f.kind) and step in (None, f.step)
        ]


def draw_views(release: Release, style: Style) -> Views:
    """Draw every map of the atlas."""
    series, step = release.city.harm.series[0], release.city.steps[0]
    surfaces = {s.period: s for s in release.surfaces if s.series == series.id}
    breaks = density_breaks(release.surfaces, series.id)
    bounds = focus_bounds(release)
    ends = surfaces[step.from_period], surfaces[step.to_period]
    main_pt = (MAP_WIDTH_PT, main_map_height(release))
    beyond = changes_beyond_chance(release, series=series.id, step=step.id)
    change, edges = ground(release, style, bounds, size_pt=main_pt).change(*ends, outlined=beyond)
    measures = measures_of(release, style)
    columns = small_map_columns(len(release.city.periods))
    size_pt = small_map_size(news_of(release, measures, columns))
    small = ground(release, style, bounds, size_pt=size_pt)
    densities = tuple(
        (surfaces[p.id], small.density(surfaces[p.id], breaks)) for p in release.city.periods if p.id in surfaces
    )
    whole = release.districts.total_bounds.tolist()
    shape = (whole[3] - whole[1]) / (whole[2] - whole[0])
    widest, highest = _DISTRICT_MAP_PT
    height = min(widest * shape, highest)
    district_pt = (min(max(height / shape, 0.75 * widest), widest), height)
    districts = ground(release, style, tuple(whole), size_pt=district_pt).districts()
    return Views(
        release, style, series, step, breaks, change, edges, ends, densities, columns, districts, measures, beyond
    )


def changes_beyond_chance(release: Release, *, series: str, step: str) -> GeoDataFrame | None:
    """Return the areas of a step whose change is beyond that of shuffled incidents; none if that was not tested."""
    changes: GeoDataFrame | None = getattr(release, "changes", None)
    if changes is None:
        return None
    if changes.empty:  # an empty table may come without columns
        return GeoDataFrame({"direction": []}, geometry=[], crs=release.city.crs)
    return changes[(changes["series"] == series) & (changes["step"] == step)]


def main_map_height(release: Release) -> float:
    """Return the height of the answer's map, points: what the headlines leave of the page in either language."""
    headlines = [f for f in release.findings if f.headline]
    taken = max(sum(_card_height(f, language) for f in headlines) for language in LANGUAGES)
    taken += max(sum(_comment_height(c.words, language) for c in release.city.comments) for language in LANGUAGES)
    undecided = sum(f.verdict == "cannot be decided" for f in headlines)
    return min(max(_ANSWER_PT - taken, _LOWEST_MAP_PT), _HIGHEST_MAP_PT - undecided * _LESS_MAP_PT)


def _comment_height(comment: Words, language: Language) -> float:
    return -(-len(in_language(comment, language)) // _COMMENT_CHARACTERS) * _FIGURE_LINE_PT


def _card_height(finding: Finding, language: Language) -> float:
    question = len(in_language(finding.question, language))
    answer = len(in_language(finding.short or finding.statement, language))
    words = -(-question // _QUESTION_CHARACTERS) * _QUESTION_LINE_PT - (-answer // _ANSWER_CHARACTERS) * _ANSWER_LINE_PT
    words += _FIGURE_LINE_PT if finding.would_decide is not None else 0.0
    more_lines = (finding.truth is not None) + lacks_drift(finding)
    return max(_CARD_PT + words, _FIGURES_PT + more_lines * _FIGURE_LINE_PT)


def lacks_drift(finding: Finding) -> bool:
    """Whether an interval leaves out what varies from year to year, for want of earlier years."""
    return finding.interval is not None and not finding.parts.get("placebo_pairs")


def news_of(release: Release, measures: tuple[Measure, ...], columns: int) -> list[int]:
    """Return how many lines the measures that begin in each period take below its map, in order."""
    fit = int((TEXT_WIDTH_PT - (columns - 1) * GUTTER_PT) / columns / _NEWS_CHARACTER_PT)
    lines = [(m.start, max(-(-len(m.words_in(language)) // fit) for language in LANGUAGES)) for m in measures]
    return [sum(n for start, n in lines if p.start <= start < p.end) for p in release.city.periods]


def small_map_columns(periods: int) -> int:
    """Return how many small maps stand side by side."""
    return 2 if periods <= 4 else 3 if periods <= 6 else 4


def small_map_size(news: list[int]) -> tuple[float, float]:
    """Return width and height of each small map in points.

    All maps, with what is new in each period below them, share a page with the legend and the lines per scene.

    Parameters
    ----------
    news
        How many lines stand below each map, by period.
    """
    columns = small_map_columns(len(news))
    width = (TEXT_WIDTH_PT - (columns - 1) * GUTTER_PT) / columns
    rows = [news[first : first + columns] for first in range(0, len(news), columns)]
    words = sum(_MAP_WORDS_PT + _NEWS_LINE_PT * max(row) for row in rows)
    legend = _LEGEND_ROW_PT if len(news) % columns == 0 else 0.0
    height = (_PERIODS_PT - words - legend) / len(rows)
    return width, min(max(height, _LOWEST_SMALL_MAP_PT), 0.85 * width)


@dataclass(frozen=True)
class FifthShares:
    """Shares of registered incidents per day by fifth of deprivation, least deprived first."""

    before: tuple[float, ...]
    after: tuple[float, ...]
    districts: tuple[int, ...]  # how many stand behind each fifth
    left_out: int  # districts with a small count in one of the two periods


def fifth_shares(release: Release, *, series: str, periods: tuple[str, str]) -> FifthShares | None:
    """Return the shares of whole districts by fifth in two periods, or none if too many districts are withheld.

    A district withheld in one of the periods is left out of both, so that the shares compare the same ground.
    """
    ranked = release.districts.set_index("district_id")["deprivation_rank"].dropna()
    counts = release.district_counts
    rates = counts[counts["series"] == series].pivot_table(
        index="district_id", columns="period", values="incidents_per_day", dropna=False
    )
    rates = rates.reindex(index=ranked.index, columns=list(periods))
    shown = rates.dropna()
    left_out = len(rates) - len(shown)
    if shown.empty or left_out > _MAX_LEFT_OUT * len(rates) or (shown.sum() <= 0).any():
        return None
    fifths = fifth_of(ranked.loc[shown.index].to_numpy(dtype=float))
    before, after = (
        tuple(np.bincount(fifths, weights=shown[period], minlength=6)[1:] / shown[period].sum()) for period in periods
    )
    districts = tuple(np.bincount(fifths, minlength=6)[1:].tolist())
    return FifthShares(tuple(map(float, before)), tuple(map(float, after)), districts, left_out)


def scene_levels(release: Release, series: str) -> DataFrame:
    """Scene counts of one series."""
    return release.scene_counts[release.scene_counts["series"] == series]
