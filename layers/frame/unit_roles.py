"""Which part every unit plays in every step, as a table: origin, receivers, controls or rest. Counts nothing."""

import pandas as pd
from pandas import DataFrame

from geo.functionals import ROLES
from layers.city import City
from layers.findings.evidence import roles
from layers.frame.units import Units

COLUMNS = ("step", "unit_id", "district_id", "scene_id", "from_m", "to_m", "role", "area_km2")


def unit_roles(units: Units, city: City) -> DataFrame:
    """Return the role of every unit in every step, `COLUMNS`: steps and units in their order.

    `from_m` and `to_m` are the edges of the ring of walking distance that the unit lies in, missing outside of rings.
    """
    pieces = units.pieces
    frames = []
    for step in city.steps:
        ring = units.ring_number(step)
        edges = units.rings[["from_m", "to_m"]].reindex(ring).reset_index(drop=True).astype(float)
        columns = {
            "step": step.id,
            "unit_id": pieces["unit_id"].to_numpy(),
            "district_id": pieces["district_id"].to_numpy(),
            "scene_id": pieces["scene_id"].to_numpy(),
            "from_m": edges["from_m"],
            "to_m": edges["to_m"],
            "role": [ROLES[role] for role in roles(units, step)],
            "area_km2": pieces.geometry.area.to_numpy() / 1e6,
        }
        frames.append(DataFrame(columns))
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]
