"""Settings of series on help taken up: what they count and from which rows of the table. Reads nothing."""

from typing import Literal

from pydantic import Field

from layers.city.base import Frozen, Slug, Words

HelpKind = Literal["housing", "treatment", "drop_in"]


class HelpSeries(Frozen):
    """Uptake of one kind of help, month by month: the evidence that a fall may be people who got help."""

    id: Slug = Field(description="short name of the series; `series_id` of its rows in the help_uptake table")
    name: Words = Field(description="what sentences call it, e.g. Nights in housing")
    kind: HelpKind = Field(description="what the help is")
