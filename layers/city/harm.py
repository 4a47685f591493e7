"""Settings of what is counted: harm classes, what a category stands for, the series analysed."""

from typing import Literal

from pydantic import Field

from layers.city.base import Frozen, Slug, Words

BorneBy = Literal["user", "resident", "business", "public", "unknown"]
RecordedBy = Literal["police_initiated", "reactive", "health", "field"]


class HarmKind(Frozen):
    """What an incident category of the source stands for."""

    harm_class: Slug = Field(description="id of a class in harm.classes")
    borne_by: BorneBy = Field(description="who bears the harm")
    recorded_by: RecordedBy = Field(description="how it came into the records")


class Series(Frozen):
    """One series that findings are given for: never summed across who bears the harm."""

    id: Slug = Field(description="short name of the series, used in files")
    name: Words = Field(description="what maps and sentences call it")
    harm_class: Slug = Field(description="id of a class in harm.classes")
    borne_by: BorneBy = Field(description="who bears the harm")
    recorded_by: RecordedBy = Field(description="how it came into the records")


class Harm(Frozen):
    """Harm classes, the mapping from the source's categories, and the series analysed."""

    classes: dict[Slug, Words] = Field(description="the city's own harm classes, id and words")
    categories: dict[str, HarmKind] = Field(
        default_factory=dict, description="category of the source -> harm kind; may be empty if the source says it"
    )
    series: tuple[Series, ...] = Field(min_length=1, description="the first is the headline")
