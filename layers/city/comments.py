"""What those concerned said of the results before publication, as a city's file gives it. Judges nothing."""

from datetime import date
from typing import Literal

from pydantic import Field

from layers.city.base import Frozen, Words

Side = Literal["users", "neighbours"]


class Comment(Frozen):
    """One comment, printed in full on the first page of the atlas; without one the page says "not asked"."""

    side: Side = Field(description="who speaks: an organisation of those who use drugs, or of neighbours")
    organisation: str = Field(min_length=1, max_length=80, description="name of the organisation, never of a person")
    date: date
    words: Words = Field(description="the comment as it was given; at most 300 characters in each language")

    def model_post_init(self, _context: object) -> None:
        """Refuse what would not fit on the page."""
        longest = max(len(self.words.nb), len(self.words.en))
        if longest > 300:
            raise ValueError(f"words: {longest} characters; the page holds 300, print the whole of it elsewhere")
