"""Every finding in plain words, generated from its own numbers, so that no sentence can say other than its figure.

"Moved" is said of a supported movement alone; what the police record on their own initiative is called registered
incidents, not harm.
"""

from dataclasses import dataclass, replace

from layers.city import City, HelpSeries, Series, Step, Words
from layers.disclosure.release import Finding
from layers.findings import templates
from layers.findings import texts_displacement as displacement
from layers.findings import texts_ratio as ratio
from layers.findings import texts_records as records
from layers.findings.coarse import STEP, told_apart
from layers.findings.kinds import OF_RECORDS, QUANTITIES, TRENDS, Measure
from layers.findings.numbers import Language, direction, number, percent, rate
from layers.findings.short import short_sentence
from layers.findings.words import WOULD_DECIDE

_DECIMALS = {"gain per loss": 2, "change per loss": 2, "incidents per day": 2}  # others have one
_MIN_LEFT_OUT = 0.005  # a smaller share of unranked harm is not spoken of


@dataclass(frozen=True)
class Telling:
    """A finding and what its sentences may use of the city."""

    finding: Finding
    quantity: Measure
    series: Series | HelpSeries
    step: Step
    city: City


def told(finding: Finding, city: City) -> Finding:
    """Return the finding with its sentences, made from its own figures; simulated ones carry their stamp first."""
    telling = Telling(
        finding,
        next(
            q
            for q in (*QUANTITIES, *TRENDS, *OF_RECORDS)
            if (q.kind, q.adjustment) == (finding.kind, finding.adjustment)
        ),
        _series_of(finding, city),
        next(s for s in city.steps if s.id == finding.step),
        city,
    )
    statement = Words(nb=_say(telling, "nb"), en=_say(telling, "en"))
    return replace(finding, statement=statement, short=short_sentence(finding, city, wording=wording(finding)))


def _series_of(finding: Finding, city: City) -> Series | HelpSeries:
    of_help = finding.kind == "exit_into_help"
    every: tuple[Series | HelpSeries, ...] = city.help_series if of_help else city.harm.series
    return next(s for s in every if s.id == finding.series)


def _say(telling: Telling, language: Language) -> str:
    said = [_figure_sentence(telling, language), *_context(telling, language), _verdict_sentence(telling, language)]
    stamp = {"nb": "SIMULERT: ", "en": "SIMULATED: "}[language] if telling.city.simulated else ""
    return stamp + " ".join(sentence[:1].upper() + sentence[1:] for sentence in said)


def _fill(template: Words, language: Language, values: dict[str, str]) -> str:
    text: str = getattr(template, language)
    return text.format(**values)


def _figure_sentence(telling: Telling, language: Language) -> str:
    values = _values(telling, language)
    finding = telling.finding
    if finding.estimate is None:
        return _fill(_without_figure(finding), language, values)
    how = _fill(templates.HOW[finding.kind, wording(finding)], language, values)
    interval = _fill(templates.INTERVAL if finding.interval else templates.NO_INTERVAL, language, values)
    template = templates.SENTENCES[finding.kind, finding.adjustment]
    places = _fill(templates.PLACES, language, values) if _has_places(finding) else ""
    return _fill(template, language, {**values, "how": f"{how} ({interval})", "places": places}) + "."


def _without_figure(finding: Finding) -> Words:
    """Say why there is no figure: it is withheld, nothing bounds it, it would say nothing, or days are missing."""
    if finding.would_decide == templates.WITHHELD_RECORD:
        return templates.WITHHELD
    if ratio.is_unstated(finding):
        by_way = ratio.UNSTATED if finding.kind == "deterrence_vs_displacement" else {}
        return by_way.get(wording(finding), ratio.QUOTIENT_UNSTATED)
    return displacement.REFUSED.get((finding.kind, finding.adjustment), templates.NOT_COMPUTED)


def _has_places(finding: Finding) -> bool:
    return {"origin_before", "origin_after", "receivers_before", "receivers_after"} <= finding.parts.keys()


def wording(finding: Finding) -> str:
    """Choose the wording by what was found: the sign as written, the adjustment, whether movement is supported."""
    value = finding.estimate or 0.0
    if finding.kind == "deterrence_vs_displacement":
        gain, loss = (direction(finding.parts.get(key, 0.0), decimals=2) for key in ("G", "L"))
        return f"{'up' if gain >= 0 else 'down'} {'down' if loss >= 0 else 'up'}"
    decimals = _DECIMALS.get(finding.unit, 1)
    sign = {1: "up", 0: "level", -1: "down"}[direction(value * (100 if _is_share(finding) else 1), decimals=decimals)]
    if finding.kind == "harm_total_change":
        return f"{finding.adjustment} {sign}"
    return "moved" if finding.kind == "harm_moved_share" and _may_say_moved(finding) else sign


def _may_say_moved(finding: Finding) -> bool:
    """Whether a movement is supported, more is there than before, and not for certain more than went."""
    parts = finding.parts
    rose = parts.get("receivers_after", 1.0) > parts.get("receivers_before", 0.0)
    is_up = (finding.estimate or 0.0) > 0
    return finding.verdict == "supported" and is_up and rose and not _more_came_than_went(finding)


def _more_came_than_went(finding: Finding) -> bool:
    return finding.parts.get("G_low", 0.0) > max(finding.parts.get("L_high", 0.0), 0.0)


def gain_is_shown(finding: Finding) -> bool:
    """Whether the receivers have more than expected for certain, and more than before."""
    parts = finding.parts
    rose = parts.get("receivers_after", 0.0) > parts.get("receivers_before", 0.0)
    return parts.get("G_low", 0.0) > 0 and rose


def _is_share(finding: Finding) -> bool:
    return finding.unit.startswith("share")


def _values(telling: Telling, language: Language) -> dict[str, str]:
    """Write every number and name a template may ask for."""
    finding, step, city = telling.finding, telling.step, telling.city
    lowest, highest = city.inference.detection_ratios
    low, high = finding.interval or (0.0, 0.0)
    claim = city.inference.claim.get(telling.quantity.kind)
    return _part_values(finding, language) | {
        "what": _what(telling, language),
        "beside": _beside(telling, language),
        "origin_name": places_named(step.origin, city, language),
        "receivers_name": receivers_named(step, city, language),
        "value": _amount(finding, finding.estimate or 0.0, language),
        "size": _amount(finding, abs(finding.estimate or 0.0), language),
        "low": _amount(finding, low, language, signed=True),
        "high": _amount(finding, high, language, signed=True),
        "level": percent(city.inference.level, language, decimals=0),
        "claim": "" if claim is None else getattr(templates.CLAIMS[finding.kind, claim], language),
        "band": _amount(finding, city.inference.no_practical_change.get(telling.quantity.kind, 0.0), language),
        "lowest": number(lowest, language),
        "highest": number(highest, language),
        "fewest": str(city.disclosure.min_count),
        "step": number(finding.parts.get(STEP, 0.0), language, decimals=_decimals(finding)),
    }


def _what(telling: Telling, language: Language) -> str:
    name = getattr(telling.series.name, language)
    if telling.finding.kind == "exit_into_help":
        return f"«{name}»" if language == "nb" else f"“{name}”"
    noun = templates.INCIDENTS if _is_police(telling) else templates.HARM
    return f"{getattr(noun, language)} ({name})"


def _beside(telling: Telling, language: Language) -> str:
    """Name the series that a contrast of two routes sets beside its own."""
    pairs = {pair.series: pair.beside for pair in telling.city.inference.route_contrasts}
    other = next((s for s in telling.city.harm.series if s.id == pairs.get(telling.finding.series)), None)
    return "" if other is None else f"«{other.name.nb}»" if language == "nb" else f"“{other.name.en}”"


def _part_values(finding: Finding, language: Language) -> dict[str, str]:
    parts = finding.parts
    rates = ("before", "after", "origin_before", "origin_after", "receivers_before", "receivers_after", "beside_before",
             "beside_after")  # fmt: skip
    shown = {key: rate(parts[key], language) for key in rates if key in parts}
    shown |= {key: rate(abs(parts[key]), language) for key in ("G", "L") if key in parts}
    shares = ("share_before", "share_after", "rank_before", "rank_after")
    decimals = _decimals(finding)
    shown |= {key: number(parts[key], language, decimals=decimals) for key in shares if key in parts}
    for key in ("local", "displaced"):
        if key in parts:
            shown[key] = number(parts[key], language, decimals=2, signed=True)
    for key in ("origin", "receivers", "rest"):
        if key in parts:
            shown[f"part_{key}"] = number(parts[key], language, decimals=decimals, signed=True)
    return shown | {"left_out": percent(parts.get("share_left_out", 0.0), language)}


def _is_police(telling: Telling) -> bool:
    return telling.finding.route == "police_initiated"


def _amount(finding: Finding, value: float, language: Language, *, signed: bool = False) -> str:
    if _is_share(finding):
        return percent(value, language, signed=signed)
    return number(value, language, decimals=_decimals(finding), signed=signed)


def _decimals(finding: Finding) -> int:
    return 0 if finding.parts.get(STEP, 0.0) >= 1.0 else _DECIMALS.get(finding.unit, 1)


def receivers_named(step: Step, city: City, language: Language) -> str:
    """Name the receivers of a step: scenes, and the ground around the origin if rings are among them."""
    around = _fill(templates.AROUND, language, {"reach": f"{max(step.rings):g}"}) if step.rings else ""
    if not step.receivers:
        return around
    joint = {"nb": " og ", "en": " and "}[language]
    return joint.join([places_named(step.receivers, city, language), *([around] if around else [])])


def places_named(ids: tuple[str, ...], city: City, language: Language) -> str:
    """Name scenes in a row, each in quotation marks."""
    names = {scene.id: getattr(scene.name, language) for scene in city.scenes}
    quoted = [f"«{names[i]}»" if language == "nb" else f"“{names[i]}”" for i in ids]
    joint = {"nb": " og ", "en": " and "}[language]
    return joint.join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _context(telling: Telling, language: Language) -> list[str]:
    """Add what keeps a figure from being read as more than it is."""
    finding, quantity = telling.finding, telling.quantity
    if finding.estimate is None:
        return []
    said: list[Words] = []
    if "origin" in finding.parts:
        said.append(templates.PARTS)
    if quantity.is_ranked and not gain_is_shown(finding):
        certain = finding.interval is not None and (finding.interval[0] > 0 or finding.interval[1] < 0)
        remaining = templates.REMAINING_INCIDENTS if _is_police(telling) else templates.REMAINING_HARM
        said.append(remaining if certain else templates.NO_GAIN)
    if quantity.is_movement and _more_came_than_went(finding):
        is_lost = finding.parts.get("L", 0.0) > 0
        said.append(templates.MORE_THAN_LOST if is_lost else templates.NOTHING_LOST)
    if quantity.is_ranked and finding.parts.get("share_left_out", 0.0) > _MIN_LEFT_OUT:
        said.append(templates.LEFT_OUT)
    if _is_rounded(finding):
        said.append(templates.ROUNDED)
    if finding.kind == "exit_into_help":
        said.append(displacement.NOT_THE_SAME_PEOPLE)
    if finding.kind == "route_contrast":
        said.append(records.NOT_WHICH)
    if finding.interval and finding.adjustment != "trend" and not finding.parts.get("placebo_pairs"):
        said.append(templates.NO_DRIFT)
    values = _values(telling, language)
    return [_fill(words, language, values) for words in said]


def _is_rounded(finding: Finding) -> bool:
    parts = finding.parts
    ends = [(parts[f"{what}_before"], parts[f"{what}_after"]) for what in ("rank", "share") if f"{what}_after" in parts]
    sums = [(before + (finding.estimate or 0.0), after) for before, after in ends]
    if "origin" in parts:
        sums.append((parts["origin"] + parts["receivers"] + parts["rest"], finding.estimate or 0.0))
    return STEP in parts and told_apart(sums, parts[STEP])


def _verdict_sentence(telling: Telling, language: Language) -> str:
    finding, values = telling.finding, _values(telling, language)
    if finding.verdict is None:
        return _fill(displacement.DESCRIPTIVE, language, values)
    if finding.kind == "exit_into_help" and finding.verdict in displacement.HELP_VERDICTS:
        return _fill(displacement.HELP_VERDICTS[finding.verdict], language, values)
    verdict = finding.verdict
    if verdict in records.VERDICTS.get(finding.kind, {}):
        return _fill(records.VERDICTS[finding.kind][verdict], language, values)
    record = finding.would_decide or WOULD_DECIDE["noise"]
    return _fill(templates.VERDICTS[verdict], language, {**values, "record": getattr(record, language)})
