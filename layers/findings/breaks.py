"""What is said of declared breaks between the days compared. Finds none itself: layers/frame/left_out.py does."""

from layers.city import Break, City, Step, Words
from layers.frame.chain import matched_windows
from layers.frame.left_out import breaks_between

_BETWEEN = Words(
    nb="Mellom dagene som sammenlignes, ligger {name} ({day}); det endret registreringen likt i kontrollsonene.",
    en="Between the days compared lies {name} ({day}); it changed records alike in the control districts.",
)


def breaks_said(city: City, step: Step) -> tuple[Words, ...]:
    """Return one assumption for every declared break between the two windows of a step, the event's own day apart."""
    if not city.breaks:
        return ()
    before, after = matched_windows(city, step)
    return tuple(_said(entry) for entry in breaks_between(city, before.start, after.end))


def _said(entry: Break) -> Words:
    day = entry.start
    return Words(
        nb=_BETWEEN.nb.format(name=entry.name.nb, day=f"{day.day}.{day.month}.{day.year}"),
        en=_BETWEEN.en.format(name=entry.name.en, day=day.isoformat()),
    )
