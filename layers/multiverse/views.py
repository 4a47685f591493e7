"""How ground can be read: where origin and receivers lie, and how places are ranked. Sums nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.functionals import CONTROL, ORIGIN, RECEIVERS, REST
from layers.frame.units import Units
from layers.frame.window import StudyArea
from layers.multiverse.places import Layout
from layers.multiverse.rankings import Ranking

ROLES = (ORIGIN, RECEIVERS, CONTROL, REST)


@dataclass(frozen=True)
class Views:
    """How ground can be read: the positions of scenes and rings, and the rankings."""

    area: StudyArea
    units: Units
    role: np.ndarray  # (units,), as declared
    layouts: tuple[Layout, ...]  # the first is as declared
    rankings: tuple[Ranking, ...]

    @property
    def columns(self) -> int:
        return 4 * len(self.layouts) + 3 * len(self.rankings)

    def role_columns(self, layout: int) -> slice:
        """Return the four columns of the roles under a layout."""
        return slice(4 * layout, 4 * layout + 4)

    def rank_columns(self, ranking: int) -> slice:
        """Return the three columns of a ranking: ranked, rank, share in the most deprived fifth."""
        first = 4 * len(self.layouts) + 3 * ranking
        return slice(first, first + 3)

    def at(self, x: np.ndarray, y: np.ndarray, unit: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield columns and their values, points x columns, of points in a unit (-1: in none, counts nowhere)."""
        declared, known = np.append(self.role, -1)[unit], unit >= 0
        beyond = np.append(self.role_outside, -1)[unit]
        for number, layout in enumerate(self.layouts):
            role = np.where(known, layout.role_of(x, y, beyond), -1) if number else declared
            yield self.role_columns(number), (role[:, None] == np.array(ROLES)).astype(float)
        district = np.append(self.district_of_unit, -1)[unit]
        for number, ranking in enumerate(self.rankings):
            yield self.rank_columns(number), ranking.weights[ranking.areas(x, y, district)]

    @cached_property
    def district_of_unit(self) -> np.ndarray:
        """The district of each unit, as a row of the districts."""
        row = {name: k for k, name in enumerate(self.units.districts["district_id"])}
        return np.array([row[name] for name in self.units.pieces["district_id"]])

    @cached_property
    def role_outside(self) -> np.ndarray:
        """The role of each unit if no scene or ring lay there."""
        control = self.units.districts["is_control"].to_numpy(dtype=bool)
        return np.where(control[self.district_of_unit], CONTROL, REST)
