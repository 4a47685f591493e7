"""The texts of findings that set places beside untouched districts, and patterns beside patterns. Fills nothing in."""

from layers.city import Words

QUESTIONS = {
    ("pattern_similarity", "none"): Words(
        nb="I hvor mange soner er andelen av det registrerte den samme som før?",
        en="In how many districts is the share of what is recorded the same as before?",
    ),
    ("change_at_places", "two-way"): Words(
        nb="Har utgangsstedet og mottakerne samlet endret seg mer enn urørte soner gjør?",
        en="Did the origin and the receivers together change more than untouched districts do?",
    ),
    ("change_at_places", "synthetic"): Words(
        nb="Har utgangsstedet endret seg mer enn de urørte sonene som lignet mest?",
        en="Did the origin change more than the untouched districts most like it?",
    ),
}
METHODS = {
    ("pattern_similarity", "none"): Words(
        nb="Andresens test for like mønstre med sin eksakte fordeling: andelen soner, av dem med hendelser, der "
        "andelen "
        "før ligger i 95 %-intervallet for andelen etter",
        en="Andresen's spatial point pattern test by its exact law: of districts with incidents, the share where the "
        "share before lies in the 95% interval of the share after",
    ),
    ("change_at_places", "two-way"): Words(
        nb="Poisson-regresjon med effekter av sted og vindu; p er plassen blant urørte soner av halv til dobbel "
        "størrelse, tatt for stedene én etter én",
        en="Poisson regression with effects of place and window; p is the rank among untouched districts of half to "
        "twice the size, each taken for the places",
    ),
    ("change_at_places", "synthetic"): Words(
        nb="syntetisk kontroll over uker; p er plassen blant de urørte sonene, hver mot en blanding av de andre",
        en="synthetic control over weeks; p is the rank among the untouched districts, each against a mixture of the "
        "others",
    ),
}
ASSUMPTIONS = {
    ("pattern_similarity", "none"): (
        Words(
            nb="Testen ser bare andeler, og tar det som var før for kjent uten feil; med mange hendelser finner den "
            "små forskjeller.",
            en="The test sees shares alone and takes what was before for known without error; with many incidents it "
            "finds small differences.",
        ),
    ),
    ("change_at_places", "two-way"): (
        Words(
            nb="Uten hendelsen ville stedene ha endret seg som de urørte sonene.",
            en="Without the event the places would have changed as the untouched districts did.",
        ),
    ),
    ("change_at_places", "synthetic"): (
        Words(
            nb="Den blandingen som lignet mest før, ville ha lignet etterpå også.",
            en="The mixture most like the place before would have been like it after too.",
        ),
    ),
}
NO_CORRECTION = Words(
    nb="Det er ikke rettet for at flere serier og steg er sett på.",
    en="No correction is made for looking at several series and steps.",
)
SENTENCES = {
    ("pattern_similarity", "none", ""): Words(
        nb="i {value} av sonene og stedene med hendelser er andelen av {what} etterpå lik den før",
        en="in {value} of the districts and places with incidents the share of {what} after is like that before",
    ),
    ("change_at_places", "two-way", "down"): Words(
        nb="ved utgangsstedet og mottakerne samlet ({origin}; {receivers}) kom {what} ut {size} lavere enn de "
        "urørte sonene lot vente",
        en="at the origin and the receivers together ({origin}; {receivers}), {what} came out {size} lower than "
        "the untouched districts let expect",
    ),
    ("change_at_places", "two-way", "level"): Words(
        nb="ved utgangsstedet og mottakerne samlet ({origin}; {receivers}) kom {what} ut som de urørte sonene "
        "lot vente",
        en="at the origin and the receivers together ({origin}; {receivers}), {what} came out as the untouched "
        "districts let expect",
    ),
    ("change_at_places", "two-way", "up"): Words(
        nb="ved utgangsstedet og mottakerne samlet ({origin}; {receivers}) kom {what} ut {size} høyere enn de "
        "urørte sonene lot vente",
        en="at the origin and the receivers together ({origin}; {receivers}), {what} came out {size} higher "
        "than the untouched districts let expect",
    ),
    ("change_at_places", "synthetic", "down"): Words(
        nb="ved {origin} kom {what} ut {size} lavere enn den blandingen av urørte soner som lignet mest før: "
        "{after} om "
        "dagen mot {expected}",
        en="at {origin}, {what} came out {size} lower than the mixture of untouched districts most like it before: "
        "{after} a day against {expected}",
    ),
    ("change_at_places", "synthetic", "level"): Words(
        nb="ved {origin} kom {what} ut som den blandingen av urørte soner som lignet mest før: {after} om dagen mot "
        "{expected}",
        en="at {origin}, {what} came out as the mixture of untouched districts most like it before: {after} a day "
        "against {expected}",
    ),
    ("change_at_places", "synthetic", "up"): Words(
        nb="ved {origin} kom {what} ut {size} høyere enn den blandingen av urørte soner som lignet mest før: "
        "{after} om "
        "dagen mot {expected}",
        en="at {origin}, {what} came out {size} higher than the mixture of untouched districts most like it before: "
        "{after} a day against {expected}",
    ),
}
ROLES = {
    "tested": Words(
        nb="Blant {districts} urørte soner av lignende størrelse gir det p = {p}; mindre enn {least_p} kunne den ikke "
        "ha blitt.",
        en="Among {districts} untouched districts of like size that gives p = {p}; it could not have been below "
        "{least_p}.",
    ),
    "unknown": Words(
        nb="Blandingen lignet fullkomment før, så hva tilfeldigheter gjør, er ikke kjent.",
        en="The mixture was like it without any error before, so what chance does is not known.",
    ),
}
REFUSED = {
    "districts": Words(
        nb="for {what} gis tallet ikke: {districts} urørte soner av halv til dobbel størrelse er for få ({fewest} "
        "trengs).",
        en="for {what} the figure is not given: {districts} untouched districts of half to twice the size are too few "
        "({fewest} are needed).",
    ),
    "weeks": Words(
        nb="for {what} gis tallet ikke: {weeks} hele uker i et vindu er for få ({fewest_weeks} trengs).",
        en="for {what} the figure is not given: {weeks} whole weeks in a window are too few ({fewest_weeks} are "
        "needed).",
    ),
    "count": Words(
        nb="for {what} kan tallet ikke regnes ut: det mangler hendelser i et av vinduene.",
        en="for {what} the figure cannot be computed: a window has no incidents.",
    ),
    "small": Words(
        nb="for {what} er tallet holdt tilbake, for det kunne røpe et lite antall.",
        en="for {what} the figure is withheld, as it could give a small count away.",
    ),
}
