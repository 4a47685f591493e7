"""Settings of series from other registers, shown as context: what they count and who keeps them. Reads nothing."""

from pydantic import Field

from layers.city.base import Frozen, Slug, Words


class ContextSeries(Frozen):
    """One series of another register for the whole municipality; shown beside the findings, part of none."""

    id: Slug = Field(description="short name of the series; `series_id` of its rows in the context_series table")
    name: Words = Field(description="what it counts, e.g. Disorder in the police log")
    kept_by: Words = Field(description="who keeps it, e.g. Politiloggen (the police)")
    unit: Words = Field(description="of its figures, e.g. messages, or % of residents")
    counted: bool = Field(False, description="true: figures count cases, so that 1 to 4 are withheld and years add up")
