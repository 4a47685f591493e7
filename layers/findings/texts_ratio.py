"""The texts of gain per loss and of the weighted quotient, and whether they have a figure. Fills nothing in."""

from layers.city import Words
from layers.disclosure.release import Finding
from layers.findings.words import WITHHELD

_KIND = "deterrence_vs_displacement"
# What happened, by the direction of the receivers and of the origin.
_HAPPENED = {
    "up down": Words(
        nb="økte {what} ved {receivers_name} med {G} om dagen og sank ved {origin_name} med {L}",
        en="{what} at {receivers_name} rose by {G} a day and at {origin_name} fell by {L}",
    ),
    "up up": Words(
        nb="økte {what} både ved {receivers_name} med {G} om dagen og ved {origin_name} med {L}",
        en="{what} rose both at {receivers_name} by {G} a day and at {origin_name} by {L}",
    ),
    "down down": Words(
        nb="sank {what} både ved {receivers_name} med {G} om dagen og ved {origin_name} med {L}",
        en="{what} fell both at {receivers_name} by {G} a day and at {origin_name} by {L}",
    ),
    "down up": Words(
        nb="sank {what} ved {receivers_name} med {G} om dagen og økte ved {origin_name} med {L}",
        en="{what} at {receivers_name} fell by {G} a day and at {origin_name} rose by {L}",
    ),
}
_NOT_MOVED = Words(
    nb="; forholdet {value} kan ikke leses som forflytning", en="; the ratio {value} cannot be read as displacement"
)
_READ_AS = {
    "up down": Words(nb=", altså {value} til for hver som falt bort", en=", that is {value} more for each one gone"),
    "up up": _NOT_MOVED,
    "down down": Words(
        nb="; forholdet {value} betyr at ingen økning fulgte fallet",
        en="; the ratio {value} means that no gain followed the loss",
    ),
    "down up": _NOT_MOVED,
}
_NOT_STATED = Words(
    nb="; forholdet kan ikke oppgis, for det er ikke sikkert at noe falt bort ved {origin_name}.",
    en="; the ratio cannot be stated, as it is not certain that {origin_name} lost anything.",
)


def _joined(first: Words, second: Words) -> Words:
    return Words(nb=first.nb + second.nb, en=first.en + second.en)


HOW = {(_KIND, way): _joined(happened, _READ_AS[way]) for way, happened in _HAPPENED.items()}
# Said where nothing bounds the ratio, by the same wordings.
UNSTATED = {
    way: _joined(Words(nb="målt mot kontrollsonene ", en="against the control districts, "), _joined(said, _NOT_STATED))
    for way, said in _HAPPENED.items()
}
QUOTIENT_UNSTATED = Words(
    nb="for {what} kan kvotienten ikke oppgis, for det er ikke sikkert at noe falt bort ved {origin_name}.",
    en="for {what} the quotient cannot be stated, as it is not certain that {origin_name} lost anything.",
)
SHORT_UNSTATED = Words(nb="forholdet kan ikke oppgis", en="the ratio cannot be stated")


def is_unstated(finding: Finding) -> bool:
    """Whether a ratio has no figure because nothing bounds it: gain and loss are known, and it is not withheld."""
    if finding.estimate is not None or finding.would_decide == WITHHELD or not {"G", "L"} <= finding.parts.keys():
        return False
    return finding.kind == _KIND or (finding.kind == "displacement_wdq" and finding.parts["L"] > 0)
