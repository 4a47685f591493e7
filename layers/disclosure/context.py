"""Series of other registers as products may show them: declared ones, small counts withheld. Computes no finding."""

from collections.abc import Iterable
from datetime import date

import pandas as pd
from pandas import DataFrame

from layers.city import City


def gate_context(table: DataFrame | None, city: City) -> DataFrame | None:
    """Return the declared context series, in the order of the settings and of time.

    Returns
    -------
    DataFrame or None
        series_id, name_nb, name_en, kept_by_nb, kept_by_en, unit_nb, unit_en, counted, start, end, value, withheld;
        of a counted series, figures from 1 to below `disclosure.min_count` are missing and `withheld`. None where the
        city declares none, or no source gives any.
    """
    if table is None or not city.context_series:
        return None
    parts = []
    for series in city.context_series:
        own = DataFrame(table.loc[table["series_id"] == series.id, ["start", "end", "value"]])
        own = own.sort_values(["start", "end"], kind="stable").drop_duplicates(["start", "end"], keep="last")
        said = {"series_id": series.id}
        for name, words in (("name", series.name), ("kept_by", series.kept_by), ("unit", series.unit)):
            said |= {f"{name}_nb": words.nb, f"{name}_en": words.en}
        small = own["value"].between(0, city.disclosure.min_count, inclusive="neither") & series.counted
        values = own.assign(value=own["value"].mask(small), withheld=small)
        values.insert(0, "counted", series.counted)
        parts.append(DataFrame(said, index=values.index).join(values))
    return pd.concat(parts, ignore_index=True)


def by_year(context: DataFrame) -> DataFrame:
    """Return the series with counts added up by calendar year; figures of other series stay as they are.

    `value` of a year is missing where one of its counts is withheld; `start` and `end` are those of its counts, so that
    a year that is not whole can be told.
    """
    of_year = [start.year if counted else n for n, (start, counted) in enumerate(_each(context))]
    rows = []
    for _, own in context.groupby([context["series_id"], of_year], sort=False):
        summed = {
            "value": own["value"].sum(skipna=False),
            "withheld": own["withheld"].any(),
            "end": own["end"].iloc[-1],
        }
        rows.append(own.iloc[0].to_dict() | summed)
    return DataFrame(rows, columns=list(context.columns))


def _each(context: DataFrame) -> Iterable[tuple[date, bool]]:
    return zip(context["start"], context["counted"], strict=True)
