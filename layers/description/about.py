"""What all descriptive findings of a step and series have in common: keys, no interval, no verdict. No figure."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.city import City, Series, Step
from layers.disclosure.release import Finding


@dataclass(frozen=True)
class About:
    """The step and series that descriptive findings are of."""

    city: City
    step: Step
    series: Series
    on_streets: bool

    def finding(self, kind: str, *, parts: dict[str, float], **told: Any) -> Finding:
        """Return a finding of a kind; parts that are not known are left out.

        Parameters
        ----------
        told : fields of the finding: adjustment, unit, estimate, question, method, assumptions, statement, ...
        """
        city, step, series = self.city, self.step, self.series
        is_first = step == city.steps[0] and series == city.harm.series[0]
        fields: dict[str, Any] = {
            "id": kind if is_first else f"{kind}:{step.id}",
            "kind": kind,
            "step": step.id,
            "series": series.id,
            "harm_class": series.harm_class,
            "borne_by": series.borne_by,
            "route": series.recorded_by,
            "headline": False,
            "interval": None,
            "level": city.inference.level,
            "p_value": None,
            "detection_band": None,
            "tipping_point": None,
            "multiverse": None,
            "parts": {name: float(value) for name, value in parts.items() if np.isfinite(value)},
            "verdict": None,
            "would_decide": None,
        }
        return Finding(**fields | told)


def beside_placebos(values: list[float]) -> dict[str, float]:
    """Return the figure in year pairs without an event: how many, least, middle, most."""
    if not values:
        return {"placebo_pairs": 0.0}
    middle = float(np.median(values))
    ends = {"placebo_low": float(min(values)), "placebo_median": middle, "placebo_high": float(max(values))}
    return {"placebo_pairs": float(len(values)), **ends}
