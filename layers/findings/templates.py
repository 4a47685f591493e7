"""The sentences findings are told in, Norwegian and English side by side. Fills nothing in.

A sentence has one place, `{how}`, for the words that tell the sign, with the interval after them; `{size}` is the
estimate without its sign, `{what}` the noun with the series in brackets.
"""

from layers.city import Words
from layers.findings import texts_displacement as displacement
from layers.findings import texts_ratio as ratio
from layers.findings import texts_records as records
from layers.findings.words import WITHHELD as _WITHHELD_RECORD

HARM = Words(nb="registrert skade", en="recorded harm")
INCIDENTS = Words(nb="registrerte hendelser", en="registered incidents")
_MORE_DEPRIVED = Words(
    nb="en større del i mer utsatte soner enn før", en="a larger part in more deprived districts than before"
)
_LESS_DEPRIVED = Words(
    nb="en større del i mindre utsatte soner enn før", en="a larger part in less deprived districts than before"
)
_GAIN = Words(
    nb="en økning på mottakerstedene der utgangsstedet hadde et fall",
    en="a gain at the receivers where the origin had a loss",
)
_NO_GAIN_CLAIM = Words(nb="et fall på mottakerstedene", en="a fall at the receivers")
# What a verdict is about, by kind and the side the claim is on.
CLAIMS = {
    ("harm_total_change", "decrease"): Words(nb="et fall i hele byen", en="a fall in the whole city"),
    ("harm_total_change", "increase"): Words(nb="en økning i hele byen", en="a rise in the whole city"),
    ("deprivation_of_harm_shift", "increase"): _MORE_DEPRIVED,
    ("deprivation_of_harm_shift", "decrease"): _LESS_DEPRIVED,
    ("harm_moved_share", "increase"): _GAIN,
    ("harm_moved_share", "decrease"): _NO_GAIN_CLAIM,
    ("share_in_most_deprived_fifth_change", "increase"): Words(
        nb="en større del der den mest utsatte femdelen bor", en="a larger part where the most deprived fifth lives"
    ),
    ("share_in_most_deprived_fifth_change", "decrease"): Words(
        nb="en mindre del der den mest utsatte femdelen bor", en="a smaller part where the most deprived fifth lives"
    ),
    ("deterrence_vs_displacement", "increase"): _GAIN,
    ("deterrence_vs_displacement", "decrease"): _NO_GAIN_CLAIM,
    **displacement.CLAIMS,
    **records.CLAIMS,
}
WITHHELD_RECORD = _WITHHELD_RECORD
WITHHELD = Words(
    nb="for {what} holdes tallet tilbake, fordi det røper et antall under {fewest} på et sted.",
    en="for {what} the figure is withheld, because it would give away a count below {fewest} at a place.",
)

NOT_COMPUTED = Words(
    nb="for {what} kan tallet ikke regnes ut for disse dagene.",
    en="for {what} the figure cannot be computed for these days.",
)
INTERVAL = Words(nb="{level}-intervall {low} til {high}", en="{level} interval {low} to {high}")
NO_INTERVAL = Words(nb="uten et avgrenset {level}-intervall", en="without a bounded {level} interval")

AROUND = Words(
    nb="området inntil {reach} meter å gå fra utgangsstedet",
    en="the ground within {reach} metres on foot of the origin",
)
PLACES = Words(
    nb="; der fra {receivers_before} til {receivers_after} om dagen, ved {origin_name} fra {origin_before} til "
    "{origin_after}",
    en="; there from {receivers_before} to {receivers_after} a day, at {origin_name} from {origin_before} to "
    "{origin_after}",
)
SENTENCES: dict[tuple[str, str], Words] = {
    ("harm_total_change", "crude"): Words(
        nb="{what} gikk fra {before} til {after} om dagen i hele byen, {how}",
        en="{what} went from {before} to {after} a day in the whole city, {how}",
    ),
    ("harm_total_change", "control"): Words(
        nb="målt mot kontrollsonene var {what} i hele byen {how}, med {before} om dagen før og {after} etter",
        en=(
            "against the control districts, {what} in the whole city came out {how}, with {before} a day before and "
            "{after} after"
        ),
    ),
    ("deprivation_of_harm_shift", "none"): Words(
        nb=("gjennomsnittlig utsatthetsrang for {what} gikk fra {rank_before} til {rank_after} av 100, {how}"),
        en=("the mean deprivation rank of {what} went from {rank_before} to {rank_after} of 100, {how}"),
    ),
    ("harm_moved_share", "control"): Words(
        nb="{how}{places}",
        en="{how}{places}",
    ),
    ("share_in_most_deprived_fifth_change", "none"): Words(
        nb=(
            "{share_before} % av {what} lå i sonene til den mest utsatte femdelen av befolkningen før og "
            "{share_after} % etter, {how}"
        ),
        en=(
            "{share_before}% of {what} lay in the districts of the most deprived fifth of the population before and "
            "{share_after}% after, {how}"
        ),
    ),
    ("deterrence_vs_displacement", "control"): Words(
        nb="målt mot kontrollsonene {how}",
        en="against the control districts, {how}",
    ),
    **displacement.SENTENCES,
    **records.SENTENCES,
}
_UNCHANGED = Words(nb="altså uendret", en="that is unchanged")
HOW: dict[tuple[str, str], Words] = {
    ("harm_total_change", "crude up"): Words(nb="en økning på {size}", en="a rise of {size}"),
    ("harm_total_change", "crude level"): _UNCHANGED,
    ("harm_total_change", "crude down"): Words(nb="en nedgang på {size}", en="a fall of {size}"),
    ("harm_total_change", "control up"): Words(nb="{size} høyere enn ventet", en="{size} above expectation"),
    ("harm_total_change", "control level"): Words(nb="som ventet", en="at expectation"),
    ("harm_total_change", "control down"): Words(nb="{size} lavere enn ventet", en="{size} below expectation"),
    ("deprivation_of_harm_shift", "up"): Words(
        nb="{size} persentilpoeng mot mer utsatte soner", en="{size} percentile points towards more deprived districts"
    ),
    ("deprivation_of_harm_shift", "level"): _UNCHANGED,
    ("deprivation_of_harm_shift", "down"): Words(
        nb="{size} persentilpoeng mot mindre utsatte soner",
        en="{size} percentile points towards less deprived districts",
    ),
    ("harm_moved_share", "moved"): Words(
        nb="av {what} ved {origin_name} før flyttet {size} til {receivers_name}, målt mot kontrollsonene",
        en="of {what} at {origin_name} before, {size} moved to {receivers_name}, against the control districts",
    ),
    ("harm_moved_share", "up"): Words(
        nb=(
            "målt mot kontrollsonene fikk {receivers_name} mer {what} enn ventet, tilsvarende {size} av det "
            "{origin_name} hadde før"
        ),
        en=(
            "against the control districts, {receivers_name} had more {what} than expected, equal to {size} of what "
            "{origin_name} had before"
        ),
    ),
    ("harm_moved_share", "level"): Words(
        nb="målt mot kontrollsonene kom {what} ved {receivers_name} ut som ventet",
        en="against the control districts, {what} at {receivers_name} came out as expected",
    ),
    ("harm_moved_share", "down"): Words(
        nb=(
            "målt mot kontrollsonene fikk {receivers_name} mindre {what} enn ventet, tilsvarende {size} av det "
            "{origin_name} hadde før"
        ),
        en=(
            "against the control districts, {receivers_name} had less {what} than expected, equal to {size} of what "
            "{origin_name} had before"
        ),
    ),
    ("share_in_most_deprived_fifth_change", "up"): Words(
        nb="{size} prosentpoeng mer", en="{size} percentage points more"
    ),
    ("share_in_most_deprived_fifth_change", "level"): _UNCHANGED,
    ("share_in_most_deprived_fifth_change", "down"): Words(
        nb="{size} prosentpoeng mindre", en="{size} percentage points less"
    ),
    **ratio.HOW,
    **displacement.HOW,
    **records.HOW,
}

PARTS = Words(
    nb="Av dette står utgangsstedet for {part_origin}, mottakerne for {part_receivers} og resten for {part_rest}.",
    en="Of this the origin contributes {part_origin}, the receivers {part_receivers} and the rest {part_rest}.",
)
REMAINING_HARM = Words(
    nb="Den gjenværende skaden fordeler seg annerledes; en økning ved {receivers_name} er ikke vist.",
    en="The remaining harm is distributed differently; a gain at {receivers_name} is not shown.",
)
REMAINING_INCIDENTS = Words(
    nb="De gjenværende hendelsene fordeler seg annerledes; en økning ved {receivers_name} er ikke vist.",
    en="The remaining incidents are distributed differently; a gain at {receivers_name} is not shown.",
)
NO_GAIN = Words(
    nb="En økning ved {receivers_name} er ikke vist.",
    en="A gain at {receivers_name} is not shown.",
)
MORE_THAN_LOST = Words(
    nb="Mer kom til enn det som falt bort; resten må ha andre grunner.",
    en="More came on top than was lost; the rest must have other reasons.",
)
NOTHING_LOST = Words(
    nb="Et fall på utgangsstedet er ikke sikkert vist; økningen kan ha andre grunner.",
    en="A loss at the origin is not shown for certain; the gain may have other reasons.",
)
LEFT_OUT = Words(
    nb="{left_out} ligger i soner uten verdi for utsatthet og er holdt utenfor.",
    en="{left_out} lies in districts without a deprivation value and is left out.",
)
ROUNDED = Words(
    nb="Tallene er avrundet til nærmeste {step}, intervallet utover; de går derfor ikke alltid opp.",
    en="Figures are rounded to the nearest {step}, the interval outwards, so they need not add up.",
)
NO_DRIFT = Words(
    nb="Intervallet tar ikke med svingninger fra år til år, fordi det finnes for få tidligere årspar.",
    en="The interval leaves out what varies from year to year, because there are too few earlier year pairs.",
)
_WITHSTANDS = Words(
    nb=", også om registreringen på utgangssted og mottakere hadde endret seg med en faktor {lowest} til {highest}.",
    en=", even if recording at origin and receivers had changed by a factor of {lowest} to {highest}.",
)
VERDICTS = {
    "supported": Words(nb="Støttet: {claim}" + _WITHSTANDS.nb, en="Supported: {claim}" + _WITHSTANDS.en),
    "refuted": Words(nb="Motsagt: {claim}" + _WITHSTANDS.nb, en="Refuted: {claim}" + _WITHSTANDS.en),
    "no practical change": Words(
        nb="Det er ingen praktisk endring: med stor sikkerhet mindre enn {band} i hver retning.",
        en="That is no practical change: with high certainty less than {band} either way.",
    ),
    "cannot be decided": Words(
        nb="Det kan ikke avgjøres; {record} kunne avgjort det.",
        en="It cannot be decided; {record} could decide it.",
    ),
}
