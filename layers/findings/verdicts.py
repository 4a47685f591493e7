"""What may be said of a figure, by declared rules in a declared order. Knows no sentence but the rules themselves."""

from dataclasses import dataclass
from typing import Literal

from layers.city import FindingKind, Inference, Series, Words
from layers.disclosure.release import Verdict
from layers.findings import texts_displacement as displacement
from layers.findings.estimate import Figure, Interval, Movement
from layers.findings.kinds import Quantity

AGREEMENT = 0.9  # share of the multiverse that must agree in sign

Reason = Literal[
    "decided", "not computed", "few", "placebos", "police", "unbounded", "recording", "gain", "loss", "choices", "noise"
]

RULES = {
    "descriptive": displacement.DESCRIPTIVE,
    "data": Words(
        nb=(
            "Regel 0: uten anslag, intervall og nok tidligere årspar, eller uten et fall å måle et forhold mot, kan "
            "det ikke avgjøres."
        ),
        en=(
            "Rule 0: without an estimate, an interval and enough earlier year pairs, or without a loss to measure a "
            "ratio by, it cannot be decided."
        ),
    ),
    "none": Words(
        nb="Regel 1: ligger 90 %-intervallet innenfor båndet, er det ingen praktisk endring.",
        en="Rule 1: a 90% interval inside the band is no practical change.",
    ),
    "police": Words(
        nb="Regel 2: politiets egne registreringer alene verken støtter eller motsier noe om skade.",
        en="Rule 2: what the police record on their own initiative alone neither supports nor refutes harm.",
    ),
    "supported": Words(
        nb=(
            "Regel 3: ligger intervallet utenfor båndet på påstandens side for alle oppdagelsesforhold, og har "
            "mottakerne en økning og utgangsstedet et fall der påstanden er forflytning, er den støttet."
        ),
        en=(
            "Rule 3: an interval beyond the band on the claimed side at every detection ratio, with a gain at the "
            "receivers and a loss at the origin where the claim is movement, supports it."
        ),
    ),
    "refuted": Words(
        nb="Regel 4: ligger det utenfor båndet på den andre siden, er påstanden motsagt.",
        en="Rule 4: beyond the band on the other side refutes it.",
    ),
    "undecided": Words(
        nb="Regel 5: ellers, eller når under 90 % av valgene er enige om fortegnet, kan det ikke avgjøres.",
        en="Rule 5: otherwise, or where under 90% of choices agree in sign, it cannot be decided.",
    ),
}


@dataclass(frozen=True)
class Judgement:
    """A verdict, why an undecided one is undecided, and the rule that gave it."""

    verdict: Verdict | None  # none of descriptive figures
    reason: Reason
    rule: Words


def judge(
    quantity: Quantity,
    figure: Figure,
    *,
    series: Series,
    settings: Inference,
    movement: Movement,
    choices: dict[str, float] | None,
) -> Judgement:
    """Apply the rules in order.

    Parameters
    ----------
    movement : Movement
        Intervals of the receivers' gain and the origin's loss.
    choices : dict or None
        The multiverse; it can only veto.
    """
    if quantity.is_descriptive:
        return Judgement(None, "decided", RULES["descriptive"])
    half_width = settings.no_practical_change[quantity.kind]
    missing = _missing(quantity, figure, movement)
    is_police = series.recorded_by == "police_initiated"
    if missing is not None:
        # more years of what the police record would not decide about harm either
        return Judgement(
            "cannot be decided", "police" if is_police and missing != "not computed" else missing, RULES["data"]
        )
    if figure.inner is not None and -half_width <= figure.inner[0] and figure.inner[1] <= half_width:
        return Judgement("no practical change", "decided", RULES["none"])
    if is_police:
        return Judgement("cannot be decided", "police", RULES["police"])
    return _by_band(quantity, figure, settings=settings, movement=movement, choices=choices)


def _by_band(
    quantity: Quantity,
    figure: Figure,
    *,
    settings: Inference,
    movement: Movement,
    choices: dict[str, float] | None,
) -> Judgement:
    """Apply rules 3 to 5: where the detection band lies."""
    half_width = settings.no_practical_change[quantity.kind]
    side = _side(figure.detection_band, half_width)
    if side == 0:
        reason: Reason = "recording" if _side(figure.interval, half_width) else "noise"
        return Judgement("cannot be decided", reason, RULES["undecided"])
    if choices is not None and choices["share_agreeing_in_sign"] < AGREEMENT:
        return Judgement("cannot be decided", "choices", RULES["undecided"])
    claimed = 1 if settings.claim[quantity.kind] == "increase" else -1
    if side != claimed:
        return Judgement("refuted", "decided", RULES["refuted"])
    if quantity.is_movement and side > 0 and not _is_above_zero(movement.gain):
        return Judgement("cannot be decided", "gain", RULES["undecided"])
    if quantity.is_movement and side > 0 and not _is_above_zero(movement.loss_band):
        return Judgement("cannot be decided", "loss", RULES["undecided"])
    return Judgement("supported", "decided", RULES["supported"])


def by_interval(kind: FindingKind, figure: Figure, settings: Inference) -> Verdict:
    """Judge by the interval alone what is no claim about harm: help taken up, and the records themselves."""
    half_width = settings.no_practical_change[kind]
    if figure.interval is None or figure.inner is None:
        return "cannot be decided"
    if -half_width <= figure.inner[0] and figure.inner[1] <= half_width:
        return "no practical change"
    side, claimed = _side(figure.interval, half_width), 1 if settings.claim[kind] == "increase" else -1
    if side == 0:
        return "cannot be decided"
    return "supported" if side == claimed else "refuted"


def _is_above_zero(interval: Interval | None) -> bool:
    return interval is not None and interval[0] > 0


def _missing(quantity: Quantity, figure: Figure, movement: Movement) -> Reason | None:
    if figure.value is None and not figure.is_unbounded:
        return "not computed"
    if not figure.placebo_pairs:
        return "placebos"
    if figure.interval is None:
        return "unbounded" if quantity.is_ratio else "few"
    if quantity.is_ratio and not _is_above_zero(movement.loss):
        return "loss"
    return None


def _side(interval: Interval | None, half_width: float) -> int:
    """Return 1 if an interval lies above the band, -1 below, 0 neither."""
    if interval is None:
        return 0
    return int(interval[0] > half_width) - int(interval[1] < -half_width)
