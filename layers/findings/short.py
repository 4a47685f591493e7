"""A finding in one short sentence: the answer first, then the figure with its interval. Judges nothing."""

from layers.city import City, Words
from layers.disclosure.release import Finding
from layers.findings import texts_displacement as displacement
from layers.findings import texts_ratio as ratio
from layers.findings import texts_records as records
from layers.findings.numbers import Language, number
from layers.findings.words import WITHHELD

_MOST = 120  # characters; longer names of places give way to general ones
_WHOLE = 10.0  # figures at least this large need no decimals

_HARM = (
    Words(nb="registrert skade", en="recorded harm"),
    Words(nb="mer registrert skade", en="more recorded harm"),
    Words(nb="mindre registrert skade", en="less recorded harm"),
)
_INCIDENTS = (
    Words(nb="registrerte hendelser", en="registered incidents"),
    Words(nb="flere registrerte hendelser", en="more registered incidents"),
    Words(nb="færre registrerte hendelser", en="fewer registered incidents"),
)
# What may be answered, by kind and outcome; after "whether" as well as alone.
_CLAUSES: dict[tuple[str, str], Words] = {
    ("control", "up"): Words(nb="byen hadde {more} enn ventet", en="the city had {more} than expected"),
    ("control", "down"): Words(nb="byen hadde {less} enn ventet", en="the city had {less} than expected"),
    ("control", "same"): Words(nb="{noun} i byen ble om lag som ventet", en="{noun} in the city came out as expected"),
    ("crude", "up"): Words(nb="byen hadde {more} enn før", en="the city had {more} than before"),
    ("crude", "down"): Words(nb="byen hadde {less} enn før", en="the city had {less} than before"),
    ("crude", "same"): Words(nb="{noun} i byen er om lag som før", en="{noun} in the city came out as before"),
    ("deprivation_of_harm_shift", "up"): Words(
        nb="mer utsatte soner har mer av {noun}", en="more deprived districts have more of the {noun}"
    ),
    ("deprivation_of_harm_shift", "down"): Words(
        nb="mindre utsatte soner har mer av {noun}", en="less deprived districts have more of the {noun}"
    ),
    ("deprivation_of_harm_shift", "same"): Words(
        nb="{noun} er fordelt om lag som før", en="{noun} came out spread as before"
    ),
    ("share_in_most_deprived_fifth_change", "up"): Words(
        nb="sonene til den mest utsatte femdelen har en større del",
        en="the most deprived fifth's districts have a larger share",
    ),
    ("share_in_most_deprived_fifth_change", "down"): Words(
        nb="sonene til den mest utsatte femdelen har en mindre del",
        en="the most deprived fifth's districts have a smaller share",
    ),
    ("share_in_most_deprived_fifth_change", "same"): Words(
        nb="sonene til den mest utsatte femdelen har om lag samme del som før",
        en="the most deprived fifth's districts have the same share as before",
    ),
    ("harm_moved_share", "moved"): Words(
        nb="av det som var på {origin}, flyttet så mye til {receivers}",
        en="of what was at {origin}, so much moved to {receivers}",
    ),
    ("harm_moved_share", "up"): Words(
        nb="{receivers} økte, som del av det {origin} hadde",
        en="{receivers} gained, as a share of what {origin} had",
    ),
    ("harm_moved_share", "down"): Words(
        nb="{receivers} fikk mindre enn ventet", en="{receivers} had less than expected"
    ),
    ("harm_moved_share", "same"): Words(
        nb="{receivers} fikk om lag som ventet", en="{receivers} came out as expected"
    ),
    ("deterrence_vs_displacement", "up"): Words(
        nb="noe av det {origin} mistet, kom til på {receivers}",
        en="some of what {origin} lost came up at {receivers}",
    ),
    ("deterrence_vs_displacement", "down"): Words(
        nb="{receivers} fikk mindre enn ventet, som {origin}",
        en="{receivers} had less than expected, like {origin}",
    ),
    ("deterrence_vs_displacement", "same"): Words(
        nb="nesten ingenting av det {origin} mistet, kom til på {receivers}",
        en="next to nothing of what {origin} lost came up at {receivers}",
    ),
    **displacement.SHORT,
    **records.SHORT,
}  # fmt: skip
_UNDECIDED = Words(nb="det kan ikke avgjøres om {clause}", en="it cannot be decided whether {clause}")
_ORIGIN = Words(nb="utgangsstedet", en="the origin")
_AROUND = Words(nb="området rundt", en="the ground around")
_RECEIVERS = Words(nb="mottakerstedene", en="the receivers")
_POINTS = Words(nb=" poeng", en=" points")
_TOO_FEW_YEARS = Words(nb="for få tidligere år", en="too few earlier years")
_WITHHELD = Words(nb="tallet holdes tilbake", en="the figure is withheld")
_NOTHING_LOST = Words(nb="intet sikkert fall", en="no certain loss")
_UNBOUNDED = Words(nb="uten grense", en="unbounded")


def short_sentence(finding: Finding, city: City, *, wording: str) -> Words:
    """Say a finding in about 120 characters; of "moved" only where `wording` does."""
    return Words(nb=_short(finding, city, wording, "nb"), en=_short(finding, city, wording, "en"))


def _short(finding: Finding, city: City, wording: str, language: Language) -> str:
    named = _sentence(finding, city, wording, language, _names(finding, city, language))
    if len(named) <= _MOST:
        return named
    general = {"origin": getattr(_ORIGIN, language), "receivers": getattr(_RECEIVERS, language)}
    return _sentence(finding, city, wording, language, general)


def _sentence(finding: Finding, city: City, wording: str, language: Language, names: dict[str, str]) -> str:
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if city.simulated else ""
    if finding.verdict is None and finding.estimate is None:
        refused = ratio.SHORT_UNSTATED if ratio.is_unstated(finding) else displacement.SHORT_REFUSED
        text = getattr(_WITHHELD if finding.would_decide == WITHHELD else refused, language)
        return f"{stamp}{text[:1].upper()}{text[1:]}."
    clause = getattr(_CLAUSES[_kind(finding), _outcome(finding, city, wording)], language)
    nouns = _INCIDENTS if finding.route == "police_initiated" else _HARM
    noun, more, less = (getattr(words, language) for words in nouns)
    said = clause.format(noun=noun, more=more, less=less, **names)
    if finding.verdict == "cannot be decided":
        said = getattr(_UNDECIDED, language).format(clause=said)
    shown = _figure(finding, language)
    return f"{stamp}{said[:1].upper()}{said[1:]}{shown and ': '}{shown}."


def _kind(finding: Finding) -> str:
    return finding.adjustment if finding.kind == "harm_total_change" else finding.kind


def _outcome(finding: Finding, city: City, wording: str) -> str:
    """Choose what is answered, or asked where nothing is decided: the side the claim is on."""
    if finding.verdict == "no practical change":
        return "same"
    if finding.verdict == "cannot be decided":
        return "up" if city.inference.claim[finding.kind] == "increase" else "down"  # type: ignore[index] # a kind's name
    if wording == "moved":
        return "moved"
    return "up" if (finding.estimate or 0.0) > 0 else "down"


def _figure(finding: Finding, language: Language) -> str:
    """Write the figure with its interval, in per cent or points, whole where it is large."""
    if finding.would_decide == WITHHELD:
        return str(getattr(_WITHHELD, language))
    if finding.kind == "deterrence_vs_displacement" and finding.parts.get("L", 1.0) <= 0:
        return str(getattr(_NOTHING_LOST, language))
    if finding.estimate is None:
        return str(getattr(ratio.SHORT_UNSTATED, language)) if ratio.is_unstated(finding) else ""
    in_points = finding.unit in ("percentile points", "percentage points")
    is_plain = finding.unit in ("incidents per day", "change per loss")
    scale = 1.0 if in_points or is_plain else 100.0
    ends = finding.interval or ()
    known = [scale * x for x in (finding.estimate, *ends)]
    decimals = 0 if max(abs(x) for x in known) >= _WHOLE else 1
    texts = [number(x, language, decimals=decimals, signed=in_points or _is_change(finding)) for x in known]
    unit = getattr(_POINTS, language) if in_points else "" if is_plain else {"nb": "\u00a0%", "en": "%"}[language]
    to = {"nb": "til", "en": "to"}[language]
    if not finding.parts.get("placebo_pairs") and finding.adjustment != "trend":
        return f"{texts[0]}{unit} ({getattr(_TOO_FEW_YEARS, language)})"
    if not ends:
        return f"{texts[0]}{unit} ({getattr(_UNBOUNDED, language)})"
    return f"{texts[0]}{unit} ({texts[1]} {to} {texts[2]})"


def _is_change(finding: Finding) -> bool:
    changes = {"harm_total_change", "displacement_wdd", "displacement_wdq", "exit_into_help"} | records.KINDS
    return finding.kind in changes


def _names(finding: Finding, city: City, language: Language) -> dict[str, str]:
    step = next(s for s in city.steps if s.id == finding.step)
    names = {scene.id: getattr(scene.name, language) for scene in city.scenes}
    joint = {"nb": " og ", "en": " and "}[language]
    origin, receivers = ([_inside(names[i], language) for i in ids] for ids in (step.origin, step.receivers))
    around = [getattr(_AROUND, language)] if step.rings else []
    return {"origin": joint.join(origin), "receivers": joint.join([*receivers, *around])}


def _inside(name: str, language: Language) -> str:
    """Write a name as it stands inside a sentence: English ones lose the capital of their article."""
    return "the" + name[3:] if language == "en" and name.startswith("The ") else name
