"""The texts of weighted differences, quotients, own trends and help taken up, Norwegian and English side by side.

Fills nothing in and judges nothing; templates.py, words.py and short.py lay these beside their own.
"""

from layers.city import Words

CLAIMS = {
    ("displacement_wdd", "decrease"): Words(
        nb="et fall ved utgangssted og mottakere samlet", en="a fall at origin and receivers together"
    ),
    ("displacement_wdd", "increase"): Words(
        nb="en økning ved utgangssted og mottakere samlet", en="a rise at origin and receivers together"
    ),
    ("exit_into_help", "increase"): Words(nb="mer hjelp tatt i bruk", en="more help taken up"),
    ("exit_into_help", "decrease"): Words(nb="mindre hjelp tatt i bruk", en="less help taken up"),
}

SENTENCES: dict[tuple[str, str], Words] = {
    ("displacement_wdd", "absolute"): Words(
        nb=(
            "sammenlignet med kontrollsonene, i antall om dagen, var {what} ved {origin_name} og {receivers_name} "
            "samlet {how}; {local} ved {origin_name} mot kontrollsonene og {displaced} ved {receivers_name}"
        ),
        en=(
            "beside the control districts, in numbers a day, {what} at {origin_name} and {receivers_name} together "
            "came out {how}; {local} at {origin_name} against the control districts and {displaced} at {receivers_name}"
        ),
    ),
    ("displacement_wdd", "log ratio"): Words(
        nb="målt mot kontrollsonene var {what} ved {origin_name} og {receivers_name} samlet {how}",
        en="against the control districts, {what} at {origin_name} and {receivers_name} together came out {how}",
    ),
    ("displacement_wdq", "as published"): Words(
        nb="forholdet mellom endringen ved {receivers_name} og fallet ved {origin_name} i {what} er {how}",
        en="the ratio of the change at {receivers_name} to the fall at {origin_name} in {what} is {how}",
    ),
    ("harm_total_change", "trend"): Words(
        nb="målt mot byens egen tidligere utvikling var {what} i hele byen {how}",
        en="against the city's own earlier course, {what} in the whole city came out {how}",
    ),
    ("exit_into_help", "trend"): Words(
        nb="målt mot sin egen tidligere utvikling var {what} {how}",
        en="against its own earlier course, {what} came out {how}",
    ),
}

_HIGHER, _LOWER = Words(nb="{size} høyere enn ventet", en="{size} above expectation"), Words(
    nb="{size} lavere enn ventet", en="{size} below expectation"
)  # fmt: skip
_EXPECTED = Words(nb="som ventet", en="at expectation")
HOW: dict[tuple[str, str], Words] = {
    ("displacement_wdd", "up"): _HIGHER,
    ("displacement_wdd", "level"): _EXPECTED,
    ("displacement_wdd", "down"): _LOWER,
    ("displacement_wdq", "up"): Words(
        nb="{value}: mottakerstedene hadde også mindre enn ventet",
        en="{value}: the receivers too had less than expected",
    ),
    ("displacement_wdq", "level"): Words(
        nb="{value}: mottakerstedene hadde som ventet", en="{value}: the receivers came out as expected"
    ),
    ("displacement_wdq", "down"): Words(
        nb="{value}: mottakerstedene hadde mer enn ventet", en="{value}: the receivers had more than expected"
    ),
    ("harm_total_change", "trend up"): _HIGHER,
    ("harm_total_change", "trend level"): _EXPECTED,
    ("harm_total_change", "trend down"): _LOWER,
    ("exit_into_help", "up"): _HIGHER,
    ("exit_into_help", "level"): _EXPECTED,
    ("exit_into_help", "down"): _LOWER,
}

# Said in the place of a figure that is refused rather than lacking.
REFUSED: dict[tuple[str, str], Words] = {
    ("displacement_wdd", "absolute"): Words(
        nb=(
            "for {what} gis ingen forskjell i antall: før hadde kontrollsonene under halvparten eller over det "
            "dobbelte av utgangssted og mottakere, eller det mangler dager."
        ),
        en=(
            "for {what} no difference in numbers is given: before, the control districts had under half or over twice "
            "what origin and receivers had, or days are missing."
        ),
    ),
    ("displacement_wdq", "as published"): Words(
        nb="for {what} er kvotienten ikke definert: noe fall på utgangsstedet er ikke sikkert vist mot kontrollsonene.",
        en="for {what} the quotient is undefined: no loss at the origin is shown for certain against the control "
        "districts.",
    ),
    ("harm_total_change", "trend"): Words(
        nb="for {what} er serien for kort til å måles mot sin egen utvikling.",
        en="for {what} the series is too short to be measured against its own course.",
    ),
    ("exit_into_help", "trend"): Words(
        nb="{what} har for få måneder til å måles mot sin egen utvikling.",
        en="{what} has too few months to be measured against its own course.",
    ),
}
DESCRIPTIVE = Words(
    nb="Tallet er gitt til sammenligning og vurderes ikke for seg.",
    en="The figure is given for comparison and is not judged by itself.",
)
HELP_VERDICTS = {
    "supported": Words(nb="Støttet: {claim}.", en="Supported: {claim}."),
    "refuted": Words(nb="Motsagt: {claim}.", en="Refuted: {claim}."),
}
NOT_THE_SAME_PEOPLE = Words(
    nb="At bruken av hjelp er endret, viser ikke at de som var ved {origin_name}, har tatt den i bruk.",
    en="That another amount of help is taken up does not show that those who were at {origin_name} took it up.",
)

QUESTIONS = {
    "displacement_wdd": Words(
        nb="Er det blitt mer eller mindre ved utgangssted og mottakere til sammen?",
        en="Is there more or less at origin and receivers taken together?",
    ),
    "displacement_wdq": Words(
        nb="Hvordan endret mottakerstedene seg for hver hendelse som falt bort på utgangsstedet (vektet kvotient)?",
        en="How did the receivers change for each incident gone from the origin (weighted displacement quotient)?",
    ),
    "exit_into_help": Words(
        nb="Er mer hjelp tatt i bruk enn før endringen lot vente?",
        en="Is more help taken up than the time before let expect?",
    ),
}

METHOD_ENDS = {
    ("displacement_wdd", "absolute"): Words(
        nb="vektet differanse (WDD) i antall om dagen, mot kontrollsoner av liknende størrelse, t-intervall",
        en="weighted displacement difference (WDD) per day, beside controls of like size, t interval",
    ),
    ("displacement_wdd", "log ratio"): Words(
        nb="vektet differanse (WDD) på logaritmisk skala, t-intervall",
        en="weighted displacement difference (WDD) on the log scale, t interval",
    ),
    ("displacement_wdq", "as published"): Words(
        nb="vektet kvotient (WDQ), Fiellers mengde, gevinst delt på tap med motsatt fortegn",
        en="weighted displacement quotient (WDQ), Fieller set, gain over loss with the sign turned",
    ),
}
TREND_METHOD = Words(
    nb=(
        "avbrutt månedsserie: Poisson-regresjon med nivå, trend og sesong før og endret nivå og trend etter; brudd som "
        "er oppgitt, har egne nivåer; feil fra naboliggende måneder og fra år til år, t-intervall"
    ),
    en=(
        "interrupted monthly series: Poisson regression with level, trend and season before and a changed level and "
        "trend after; declared breaks have their own levels; errors from neighbouring months and from year to year, "
        "t interval"
    ),
)
OWN_COURSE = Words(
    nb="Uten tiltaket ville serien ha fortsatt sin egen trend og sesong.",
    en="Without the intervention the series would have kept its own trend and season.",
)
PARALLEL_NUMBERS = Words(
    nb="Uten tiltaket ville stedene ha endret seg med like mange hendelser om dagen som kontrollsonene.",
    en="Without the intervention the places would have changed by as many incidents a day as the control districts.",
)
HELP_RULE = Words(
    nb=(
        "Regel: 90 %-intervall innenfor båndet: ingen praktisk endring; intervallet utenfor på påstandens side: "
        "støttet; på den andre: motsagt; ellers kan det ikke avgjøres. Oppdagelsesforhold gjelder ikke for opptak."
    ),
    en=(
        "Rule: a 90% interval inside the band: no practical change; the interval beyond it on the claimed side: "
        "supported; on the other: refuted; otherwise it cannot be decided. Detection ratios do not apply to uptake."
    ),
)
LIKE_CONTROLS = Words(
    nb="kontrollsoner med om lag like mange hendelser før som utgangssted og mottakere",
    en="control districts with about as many incidents before as origin and receivers",
)
LONGER_HELP = Words(nb="en lengre månedsserie om hjelpen", en="a longer monthly series on the help")

SHORT: dict[tuple[str, str], Words] = {
    ("displacement_wdd", "up"): Words(
        nb="stedene hadde samlet {more} enn ventet", en="the places together had {more} than expected"
    ),
    ("displacement_wdd", "down"): Words(
        nb="stedene hadde samlet {less} enn ventet", en="the places together had {less} than expected"
    ),
    ("displacement_wdd", "same"): Words(
        nb="stedene kom samlet ut om lag som ventet", en="the places together came out as expected"
    ),
    ("displacement_wdq", "up"): Words(
        nb="{receivers} hadde mindre enn ventet, som {origin}", en="{receivers} had less than expected, like {origin}"
    ),
    ("displacement_wdq", "down"): Words(
        nb="{receivers} hadde mer enn ventet, {origin} mindre",
        en="{receivers} had more than expected, {origin} less",
    ),
    ("trend", "up"): Words(
        nb="byen hadde {more} enn egen utvikling lot vente", en="the city had {more} than its own course let expect"
    ),
    ("trend", "down"): Words(
        nb="byen hadde {less} enn egen utvikling lot vente", en="the city had {less} than its own course let expect"
    ),
    ("exit_into_help", "up"): Words(nb="mer hjelp er tatt i bruk", en="more help is taken up"),
    ("exit_into_help", "down"): Words(nb="mindre hjelp er tatt i bruk", en="less help is taken up"),
    ("exit_into_help", "same"): Words(
        nb="hjelp er tatt i bruk om lag som før", en="help is taken up about as before"
    ),
}  # fmt: skip
SHORT_REFUSED = Words(nb="tallet er ikke definert her", en="the figure is not defined here")
