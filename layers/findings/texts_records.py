"""The texts of findings about the records themselves, Norwegian and English side by side. Judges nothing."""

from layers.city import Words
from layers.disclosure.release import Verdict

KINDS = frozenset({"negative_control", "route_contrast"})
_ROSE = Words(nb="flere registreringer på mottakerstedene", en="more records at the receivers")
_FELL = Words(nb="færre registreringer på mottakerstedene", en="fewer records at the receivers")
_FIRST_ROSE = Words(nb="at den første økte mer enn den andre", en="that the first rose more than the second")
_FIRST_FELL = Words(nb="at den første økte mindre enn den andre", en="that the first rose less than the second")
CLAIMS = {
    ("negative_control", "increase"): _ROSE,
    ("negative_control", "decrease"): _FELL,
    ("route_contrast", "increase"): _FIRST_ROSE,
    ("route_contrast", "decrease"): _FIRST_FELL,
}
SENTENCES: dict[tuple[str, str], Words] = {
    ("negative_control", "control"): Words(
        nb="målt mot kontrollsonene var {what} ved {receivers_name}, som endringen ikke kan ha flyttet, {how}",
        en="against the control districts, {what} at {receivers_name}, which the change cannot have displaced, came "
        "out {how}",
    ),
    ("route_contrast", "none"): Words(
        nb="ved {receivers_name} gikk {what} fra {receivers_before} til {receivers_after} om dagen og {beside} fra "
        "{beside_before} til {beside_after}; holdt mot hvordan den andre endret seg, var den første {how}",
        en="at {receivers_name}, {what} went from {receivers_before} to {receivers_after} a day and {beside} from "
        "{beside_before} to {beside_after}; set against how the second changed, the first came out {how}",
    ),
}
HOW: dict[tuple[str, str], Words] = {
    ("negative_control", "up"): Words(nb="{size} høyere enn ventet", en="{size} above expectation"),
    ("negative_control", "level"): Words(nb="som ventet", en="at expectation"),
    ("negative_control", "down"): Words(nb="{size} lavere enn ventet", en="{size} below expectation"),
    ("route_contrast", "up"): Words(nb="{size} høyere", en="{size} higher"),
    ("route_contrast", "level"): Words(nb="lik", en="alike"),
    ("route_contrast", "down"): Words(nb="{size} lavere", en="{size} lower"),
}
_CHANGED = Words(
    nb="Registreringen har endret seg på mottakerstedene: det som ble registrert på samme vei, avgjør ikke noe her.",
    en="Recording changed at the receivers: what came into the records by the same route decides nothing here.",
)
_APART = Words(
    nb="De to registreringene endret seg ulikt: minst én av dem følger ikke skaden alene.",
    en="The two records changed unlike each other: at least one of them does not follow harm alone.",
)
VERDICTS: dict[str, dict[Verdict, Words]] = {
    "negative_control": {
        "supported": _CHANGED,
        "refuted": _CHANGED,
        "no practical change": Words(
            nb="Registreringen på mottakerstedene er med stor sikkerhet endret mindre enn {band} i hver retning.",
            en="With high certainty, recording at the receivers changed by less than {band} either way.",
        ),
    },
    "route_contrast": {
        "supported": _APART,
        "refuted": _APART,
        "no practical change": Words(
            nb="De to registreringene endret seg likt, med stor sikkerhet innenfor {band}.",
            en="The two records changed alike, with high certainty within {band}.",
        ),
    },
}
NOT_WHICH = Words(
    nb="Hvilken av dem som endret seg, eller om begge endret seg likt, kan to registreringer ikke si.",
    en="Which of the two changed, or whether both changed alike, two records cannot tell.",
)
QUESTIONS = {
    "negative_control": Words(
        nb="Endret noe seg på mottakerstedene som tiltaket ikke kan ha flyttet?",
        en="Did anything change at the receivers that the intervention cannot have displaced?",
    ),
    "route_contrast": Words(
        nb="Endret to registreringer av samme skade seg likt på mottakerstedene?",
        en="Did two records of the same harm change alike at the receivers?",
    ),
}
METHOD_ENDS = {
    ("negative_control", "control"): Words(
        nb="negativ kontroll: mottakernes etter / (kappa før) - 1 på logaritmisk skala, t-intervall",
        en="negative-control outcome: the receivers' after / (kappa before) - 1 on the log scale, t interval",
    ),
    ("route_contrast", "none"): Words(
        nb="forholdet mellom to seriers etter / før hos mottakerne, logaritmisk skala, feil lagt sammen",
        en="the ratio of two series' after / before at the receivers, log scale, errors added up",
    ),
}
_UNTOUCHED = Words(
    nb="Tiltaket endrer ikke selve hendelsene i denne serien; endret registrering ville ha vist seg i den.",
    en="The intervention does not change what this series counts; changed recording would have shown in it.",
)
_SAME_HARM = Words(
    nb="Begge registreringer ser den samme skaden; det de viser felles, er falt bort.",
    en="Both records see the same harm; what they show alike has dropped out.",
)
ASSUMPTIONS: dict[tuple[str, str], tuple[Words, ...]] = {
    ("negative_control", "control"): (_UNTOUCHED,),
    ("route_contrast", "none"): (_SAME_HARM,),
}
RULE = Words(
    nb="Regel: 90 %-intervall innenfor båndet: ingen praktisk endring; intervallet utenfor: endret; ellers kan det "
    "ikke avgjøres. Politiets egne registreringer kan brukes: det er registreringen som prøves.",
    en="Rule: a 90% interval inside the band: no practical change; the interval beyond it: changed; otherwise it "
    "cannot be decided. What the police record themselves may be used: it is recording that is tested.",
)
WOULD_DECIDE = {
    "negative_control": Words(
        nb="en kontrollserie med flere registreringer på mottakerstedene",
        en="a control series with more records at the receivers",
    ),
    "route_contrast": Words(nb="en lengre serie av begge registreringer", en="a longer series of both records"),
}
RECORDING_CHANGED = Words(
    nb="en registrering av det samme som ikke har endret seg på stedene",
    en="a record of the same that did not change at the places",
)
# Among the assumptions of findings by the same route: what a negative control showed.
SHOWED: dict[Verdict, Words] = {
    "supported": Words(
        nb="Den negative kontrollen «{name}» økte på mottakerstedene: konklusjonen holdes tilbake.",
        en="The negative control “{name}” rose at the receivers: the verdict is held back.",
    ),
    "refuted": Words(
        nb="Den negative kontrollen «{name}» falt på mottakerstedene: konklusjonen holdes tilbake.",
        en="The negative control “{name}” fell at the receivers: the verdict is held back.",
    ),
    "no practical change": Words(
        nb="Den negative kontrollen «{name}» viser ingen praktisk endring på mottakerstedene.",
        en="The negative control “{name}” shows no practical change at the receivers.",
    ),
    "cannot be decided": Words(
        nb="Den negative kontrollen «{name}» kan verken vise eller utelukke endret registrering på mottakerstedene.",
        en="The negative control “{name}” can neither show nor exclude changed recording at the receivers.",
    ),
}
CONTROL_WITHHELD = Words(
    nb="Den negative kontrollen «{name}» er holdt tilbake, fordi et lite antall står bak den på mottakerstedene: den "
    "verken viser eller utelukker noe.",
    en="The negative control “{name}” is withheld, as a small count stands behind it at the receivers: it neither "
    "shows nor excludes anything.",
)
SHORT: dict[tuple[str, str], Words] = {
    ("negative_control", "up"): Words(
        nb="kontrollserien økte ved {receivers}", en="the control series rose at {receivers}"
    ),
    ("negative_control", "down"): Words(
        nb="kontrollserien falt ved {receivers}", en="the control series fell at {receivers}"
    ),
    ("negative_control", "same"): Words(
        nb="kontrollserien ved {receivers} kom ut om lag som ventet",
        en="the control series at {receivers} came out as expected",
    ),
    ("route_contrast", "up"): Words(
        nb="den første registreringen økte mer enn den andre ved {receivers}",
        en="the first record rose more than the second at {receivers}",
    ),
    ("route_contrast", "down"): Words(
        nb="den første registreringen økte mindre enn den andre ved {receivers}",
        en="the first record rose less than the second at {receivers}",
    ),
    ("route_contrast", "same"): Words(
        nb="to registreringer endret seg likt ved {receivers}", en="two records changed alike at {receivers}"
    ),
}  # fmt: skip
