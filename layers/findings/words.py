"""The fixed texts of findings in both languages: questions, assumptions, records that would decide. No numbers."""

from layers.city import Words
from layers.findings import texts_displacement as displacement
from layers.findings import texts_records as records
from layers.findings.verdicts import Reason

QUESTIONS = {
    "harm_total_change": Words(
        nb="Er det blitt mer eller mindre registrert i hele byen?", en="Is more or less recorded in the whole city?"
    ),
    "deprivation_of_harm_shift": Words(
        nb="Ligger det registrerte nå i mer utsatte soner enn før?",
        en="Does what is recorded now lie in more deprived districts than before?",
    ),
    "harm_moved_share": Words(
        nb="Hvor stor del av det som var på utgangsstedet, har kommet til på mottakerstedene?",
        en="How much of what was at the origin has come on top at the receivers?",
    ),
    "share_in_most_deprived_fifth_change": Words(
        nb="Ligger en større del enn før der den mest utsatte femdelen av befolkningen bor?",
        en="Does a larger share than before lie where the most deprived fifth of the population lives?",
    ),
    "deterrence_vs_displacement": Words(
        nb="Hvor mye kom til hos mottakerne for hver hendelse som falt bort på utgangsstedet?",
        en="For each incident gone from the origin, how many came on top at the receivers?",
    ),
    **displacement.QUESTIONS,
    **records.QUESTIONS,
}

_SAME_SEASON = Words(
    nb="Samme tid av året sammenlignes; det registrerte tallet følger det virkelige likt før og etter.",
    en="The same time of the year is compared; records follow reality alike before and after.",
)
_CONTROLS = Words(
    nb="Uten tiltaket ville utgangssted og mottakere ha fulgt kontrollsonene.",
    en="Without the intervention, origin and receivers would have followed the control districts.",
)
_ALIKE_ELSEWHERE = Words(
    nb="Oppdagelsesforholdene varierer på utgangssted og mottakere; resten av byen er registrert likt før og etter.",
    en="Detection ratios vary at origin and receivers; the rest of the city is recorded alike before and after.",
)
_RANK = Words(
    nb="Sonenes rang er den samme før og etter.",
    en="The rank of a district is the same before and after.",
)
RESIDENTS_BEAR = Words(
    nb="Det registrerte i en sone bæres av dem som bor der.",
    en="What is recorded in a district is borne by those who live there.",
)
OTHERS_BEAR = Words(
    nb="Tallet sier hvor det er registrert; de som bærer det, bor ikke nødvendigvis i sonen.",
    en="The figure says where it was recorded; those who bear it need not live in the district.",
)
_NOT_TRACED = Words(
    nb="Ingen er fulgt; en økning ett sted kan ha andre årsaker enn et fall et annet.",
    en="Nobody was followed; a gain in one place may have other causes than a loss in another.",
)
ASSUMPTIONS = {
    ("harm_total_change", "crude"): (_SAME_SEASON, _ALIKE_ELSEWHERE),
    ("harm_total_change", "control"): (_SAME_SEASON, _CONTROLS, _ALIKE_ELSEWHERE),
    ("deprivation_of_harm_shift", "none"): (_SAME_SEASON, _RANK),
    ("harm_moved_share", "control"): (_SAME_SEASON, _CONTROLS, _NOT_TRACED),
    ("share_in_most_deprived_fifth_change", "none"): (_SAME_SEASON, _RANK),
    ("deterrence_vs_displacement", "control"): (_SAME_SEASON, _CONTROLS, _NOT_TRACED),
    ("displacement_wdd", "log ratio"): (_SAME_SEASON, _CONTROLS, _ALIKE_ELSEWHERE),
    ("displacement_wdd", "absolute"): (_SAME_SEASON, displacement.PARALLEL_NUMBERS, _ALIKE_ELSEWHERE),
    ("displacement_wdq", "as published"): (_SAME_SEASON, _CONTROLS, _NOT_TRACED),
    ("harm_total_change", "trend"): (displacement.OWN_COURSE,),
    ("exit_into_help", "trend"): (displacement.OWN_COURSE, _NOT_TRACED),
    **records.ASSUMPTIONS,
}


def _method(*, nb: str, en: str) -> Words:
    """Say how every interval is made, then what is particular to this one."""
    return Words(
        nb="hele uker trekkes på nytt fra avvikene fra sesongen, alle soner samlet; svingninger fra år til år anslås "
        f"felles for sonene fra tidligere årspar, og økes der samme anslag bommet mer i dem; {nb}",
        en="whole weeks resampled on seasonal residuals, all districts together; drift between years pooled over "
        f"districts in earlier year pairs, raised where the same estimator strayed farther in them; {en}",
    )


_T_INTERVAL = _method(nb="t-intervall", en="t interval")
METHODS = {
    "harm_total_change": _method(nb="logaritmisk skala, t-intervall", en="log scale, t interval"),
    "deprivation_of_harm_shift": _T_INTERVAL,
    "harm_moved_share": _T_INTERVAL,
    "share_in_most_deprived_fifth_change": _T_INTERVAL,
    "deterrence_vs_displacement": _method(
        nb="Fiellers mengde for et forholdstall, uten krav om et fall",
        en="Fieller set of a ratio, not conditioned on a loss",
    ),
}

_ENDS = {key: _method(nb=e.nb, en=e.en) for key, e in (displacement.METHOD_ENDS | records.METHOD_ENDS).items()}
METHODS |= {kind: method for (kind, _), method in _ENDS.items()} | {"exit_into_help": displacement.TREND_METHOD}


def method_of(kind: str, adjustment: str) -> Words:
    """Say how a finding was made."""
    return displacement.TREND_METHOD if adjustment == "trend" else _ENDS.get((kind, adjustment), METHODS[kind])


_LONGER = Words(nb="en lengre serie etter endringen", en="a longer series after the change")
# A count of 1 to 4 stays back; a longer window has more.
WITHHELD = Words(
    nb="et lengre tidsrom, med flere hendelser på stedene", en="a longer time, with more incidents at the places"
)
RANKINGS_DISAGREE = Words(
    nb="enighet om hvilket mål på levekår og hvilke soner som teller, eller mer nøyaktige steder",
    en="agreement on which indicator and which districts count, or more exact places",
)
WOULD_DECIDE: dict[Reason, Words] = {
    "not computed": Words(
        nb="registreringer fra alle dagene som sammenlignes, på utgangsstedet og i kontrollsonene",
        en="records of all the days compared, at the origin and in control districts",
    ),
    "few": _LONGER,
    "placebos": Words(
        nb="flere hele år med samme registrering før den første hendelsen",
        en="more whole years of the same records before the first event",
    ),
    "police": Words(
        nb="anrop, ambulanse- eller helsedata om det samme fra de samme stedene",
        en="calls, ambulance or health records of the same at the same places",
    ),
    "unbounded": Words(
        nb="en lengre serie fra utgangsstedet",
        en="a longer series from the origin",
    ),
    "recording": Words(
        nb="en annen, uavhengig registrering av det samme på utgangssted og mottakere",
        en="a second, independent record of the same at origin and receivers",
    ),
    "gain": Words(
        nb="en lengre serie fra mottakerstedene",
        en="a longer series from the receivers",
    ),
    "loss": Words(
        nb="et tydelig fall på utgangsstedet",
        en="a clear loss at the origin",
    ),
    "choices": Words(nb="mer nøyaktige steder i registreringene", en="more exact places in the records"),
    "noise": _LONGER,
}
