"""Facts as products see them: public ones only. Holds data, reads and computes nothing."""

from dataclasses import dataclass

from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import Words


@dataclass(frozen=True)
class ReleasedFacts:
    """What is known beside the records, in the city's CRS; nothing of a place that is not public."""

    # place_id, name_nb, name_en, role, is_scene, uncertainty_m, source, confidence, note; Point, None: not located
    fact_places: GeoDataFrame
    # practice_id, place_id, place_nb, place_en, name_nb, name_en, practice, start, end, start_precision, uncertainty_m,
    # source, confidence, note; Point
    practices: GeoDataFrame
    mapping_rounds: DataFrame  # layers/facts/agreement.py
    survey_figures: DataFrame  # layers/facts/survey.py; text and tables, never mapped
    published_counts: DataFrame  # count_id, topic, metric, area, start, end, low, high, unit, source, confidence, note
    expectations: DataFrame  # layers/facts/expected.py
    statements: DataFrame  # statement_id, topic, text, source, confidence: told without a figure
    help_cut_off: Words | None  # of expulsion zones; None: no expulsions are known
