"""The weighted displacement quotient and gross, net and total net effects of counts, as published. Has no interval.

The quotient says nothing where the response failed: a failed response with a falling buffer gives the same sign as
displacement. There, and where a count to divide by is zero, it is refused.
"""

from dataclasses import dataclass
from typing import Literal

from geo.effects.weighted_difference import Change

Reading = Literal[
    "diffusion beyond the effect",
    "diffusion",
    "none",
    "displacement within the effect",
    "displacement beyond the effect",
]


@dataclass(frozen=True)
class Quotient:
    """The measures of one comparison; None where undefined.

    `gross` is Rb - Ra (a fall is positive), `net` the fall per count of control, `total_net` what treated place and
    buffer together have less of than the control's change lets expect.
    """

    gross: float
    net: float | None
    success: float | None
    buffer: float | None
    quotient: float | None
    total_net: float | None

    @property
    def reading(self) -> Reading | None:
        """What the literature reads in a value of the quotient."""
        q = self.quotient
        if q is None:
            return None
        if q == 0.0:
            return "none"
        if q > 0:
            return "diffusion beyond the effect" if q > 1.0 else "diffusion"
        return "displacement within the effect" if q >= -1.0 else "displacement beyond the effect"


def weighted_quotient(treated: Change, buffer: Change, control: Change) -> Quotient:
    """WDQ = (Da/Ca - Db/Cb) / (Ra/Ca - Rb/Cb) and the effects around it.

    References
    ----------
    K. J. Bowers & S. D. Johnson (2003), Measuring the geographical displacement and diffusion of benefit effects of
    crime prevention activity, J. Quant. Criminol. 19:275-301; R. T. Guerette (2009), Analyzing crime displacement and
    diffusion, POP Center tool guide 10, appendix B.
    """
    gross = treated.before - treated.after
    if control.before <= 0:
        return Quotient(gross, None, None, None, None, None)
    trend = control.after / control.before
    total_net = (treated.before * trend - treated.after) + (buffer.before * trend - buffer.after)
    if control.after <= 0:
        return Quotient(gross, None, None, None, None, total_net)
    success = treated.after / control.after - treated.before / control.before
    spread = buffer.after / control.after - buffer.before / control.before
    quotient = spread / success if success < 0 and buffer.before + buffer.after > 0 else None
    return Quotient(gross, -success, success, spread, quotient, total_net)
