"""The texts of the five readings of a fall, Norwegian and English side by side. Judges nothing."""

from layers.city import Words

NAMES = {
    "displacement": Words(nb="Forflytning", en="Displacement"),
    "diffusion of benefit": Words(nb="Bedring som sprer seg", en="Diffusion of benefit"),
    "deterrence": Words(nb="Avskrekking", en="Deterrence"),
    "exit into help": Words(nb="Vei ut i hjelp", en="Exit into help"),
    "withdrawn recording": Words(nb="Færre registreringer, ikke mindre skade", en="Withdrawn recording"),
}
NEEDS = {
    "displacement": Words(
        nb="En økning på mottakerstedene og et fall på utgangsstedet, mot kontrollsonene, ved alle oppdagelsesforhold.",
        en="A gain at the receivers and a loss at the origin, both against the controls, at every detection ratio.",
    ),
    "diffusion of benefit": Words(
        nb="Et fall på mottakerstedene også, mot kontrollsonene, der utgangsstedet falt.",
        en="A fall at the receivers too, against the controls, where the origin fell.",
    ),
    "deterrence": Words(
        nb=(
            "Et fall ved stedene samlet, ingen forflytning, en serie om hjelp som ikke forklarer det, og registrering "
            "som ikke kan forklare det."
        ),
        en=(
            "A fall at the places together, no displacement, a series on help that does not explain it, and recording "
            "that cannot explain it."
        ),
    ),
    "exit into help": Words(
        nb="En månedsserie om hjelp som er tatt i bruk, over det den selv lot vente, der utgangsstedet falt.",
        en="A monthly series on help taken up, above what it let expect itself, where the origin fell.",
    ),
    "withdrawn recording": Words(
        nb="To uavhengige registreringer av det samme på samme sted; én alene kan bare utelukke det.",
        en="Two independent records of the same at the same place; one alone can only exclude it.",
    ),
}
WOULD_DECIDE = {
    "displacement": Words(
        nb="en lengre serie, eller en uavhengig registrering på stedene",
        en="a longer series, or an independent record at the places",
    ),
    "diffusion of benefit": Words(
        nb="en lengre serie fra mottakerstedene", en="a longer series from the receivers"
    ),
    "deterrence": Words(
        nb="serier om hjelp og en uavhengig registrering, som sammen utelukker de andre lesningene",
        en="series on help and an independent record, which together exclude the other readings",
    ),
    "exit into help": Words(
        nb="en lang månedsserie om bolig, behandling eller mottak",
        en="a long monthly series on housing, treatment or drop-in",
    ),
    "withdrawn recording": Words(
        nb="en uavhengig registrering av det samme på de samme stedene",
        en="an independent record of the same at the same places",
    ),
}  # fmt: skip
BESIDE: dict[str, list[Words]] = {
    "displacement": [Words(nb="Ingen er fulgt fra sted til sted.", en="Nobody was followed from place to place.")],
    "diffusion of benefit": [],
    "deterrence": [
        Words(
            nb="Det som flyttet utenfor kartet, teller her som borte.",
            en="What went beyond the map counts here as gone.",
        )
    ],
    "exit into help": [
        Words(
            nb="De som fikk hjelp, kan være andre enn de som var på stedet.",
            en="Those who got help may be others than those who were at the place.",
        )
    ],
    "withdrawn recording": [],
}
NO_SERIES = Words(
    nb="Byen har ikke oppgitt noen serie om hjelp; om det sies derfor ingenting.",
    en="The city declares no series on help; so nothing is said of it.",
)
