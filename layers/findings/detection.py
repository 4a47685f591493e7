"""Which changes of recording a figure must withstand, place by place, and the change at which its sign would turn.

A detection ratio is the recorded share of what happened, after over before, of a group of units: a scene among origin
or receivers, or all other units of a role. Owns the declared set and the search over it; knows no interval's making.
"""

from collections.abc import Callable
from itertools import product

import numpy as np

from geo.functionals import CONTROL, ORIGIN, RECEIVERS
from layers.city import Inference, RecordedBy
from layers.city.enforcement import Enforcement
from layers.errors import ConfigError
from layers.findings.evidence import Frame
from layers.findings.kinds import Quantity

_TIED = 5  # ratios tried at origin and at receivers, where each is one place
_MANY = 5  # where more scenes vary, each for itself, they are tried at their ends alone
_MOST = 10  # beyond, their combinations are more than can be tried
FAR = np.log(100.0)  # a detection ratio beyond 1:100 is no explanation
_POINTS, _ROUNDS = 33, 4  # of the search: the last step is 1/30000 of the whole


def detection_ratios(frame: Frame, settings: Inference, route: RecordedBy) -> np.ndarray:
    """Return the detection ratios tried, shape (n, groups), no change first.

    Origin and receivers vary jointly, between `detection_ratios`, all scenes of either alike; of a route that
    `enforcement` is declared for, every scene for itself, between its own ends (`scene_bands`). Elsewhere, records are
    taken to be alike before and after.
    """
    declared = settings.enforcement
    if declared is None or route not in declared.routes or frame.enforced is None:
        return _tied(*settings.detection_ratios, frame=frame)
    bands = np.tile(settings.detection_ratios, (len(frame.role_of_group), 1))  # of rings, which are no scene
    of_scene = np.isin(frame.scene_of_group, np.arange(frame.enforced.shape[1]))
    bands[of_scene] = scene_bands(frame.enforced, declared)[frame.scene_of_group[of_scene]]
    return _apart(bands, frame=frame)


def _tied(lowest: float, highest: float, *, frame: Frame) -> np.ndarray:
    grid = np.unique(np.append(np.round(np.exp(np.linspace(np.log(lowest), np.log(highest), _TIED)), 12), 1.0))
    pairs = np.array([(a, b) for a in grid for b in grid])
    at_role = np.ones((len(pairs), 4))
    at_role[:, [ORIGIN, RECEIVERS]] = pairs
    return _unchanged_first(at_role[:, frame.role_of_group])


def _apart(bands: np.ndarray, *, frame: Frame) -> np.ndarray:
    places = np.flatnonzero(np.isin(frame.role_of_group, (ORIGIN, RECEIVERS)))
    if len(places) > _MOST:
        msg = (
            f"inference.enforcement: a step has {len(places)} scenes and rings among origin and receivers, each with "
            f"its own detection ratio, and 2^{len(places)} combinations are too many; declare at most {_MOST} in a "
            "step, or leave inference.enforcement out, so that all of a role vary alike"
        )
        raise ConfigError(msg)
    middle = [1.0] if len(places) <= _MANY else []
    grids = [np.unique([*bands[place], *middle]) for place in places]
    ratios = np.ones((int(np.prod([len(g) for g in grids])), len(frame.role_of_group)))
    ratios[:, places] = np.array(list(product(*grids)))
    return _unchanged_first(ratios)


def _unchanged_first(ratios: np.ndarray) -> np.ndarray:
    changed = (ratios != 1.0).any(axis=1)
    return np.concatenate([np.ones((1, ratios.shape[1])), ratios[changed]])


def scene_bands(enforced: np.ndarray, declared: Enforcement) -> np.ndarray:
    """Return the lowest and highest detection ratio of every scene, shape (scenes, 2).

    The recorded share lies between ends that go from `without` to `at_full` with the intensity of enforcement; the
    ratio after / before between the least of one over the most of the other. No change of recording is always inside.

    Parameters
    ----------
    enforced : ndarray, shape (2, scenes)
        From `enforcement.enforced_share`: before, after.
    """
    without, full = np.array(declared.without), np.array(declared.at_full)
    before, after = without + enforced[..., None] * (full - without)
    return np.stack([np.minimum(after[:, 0] / before[:, 1], 1.0), np.maximum(after[:, 1] / before[:, 0], 1.0)], axis=1)


def tipping_places(quantity: Quantity, frame: Frame) -> np.ndarray:
    """Tell the groups whose recording a tipping point changes, (groups,).

    Of the receivers, with all else at 1; for the total, of the whole city but for its controls where they adjust.
    """
    role = frame.role_of_group
    if quantity.kind != "harm_total_change":
        return np.asarray(role == RECEIVERS)
    return np.asarray((role != CONTROL) | (quantity.adjustment == "crude"))


def turning_point(value: Callable[[np.ndarray], np.ndarray], *, beyond: float | None = None) -> float | None:
    """Return the ratio nearest to 1, within 1:100 and 100:1, at which a value turns its sign; None if nowhere.

    Parameters
    ----------
    value : callable
        Log ratios (n,) -> values (n,), continuous.
    beyond : float, optional
        A ratio beyond which it need not be looked for.
    """
    low, high = (-FAR, FAR) if beyond is None else sorted((0.0, float(np.log(beyond))))
    for _ in range(_ROUNDS):
        tried = np.linspace(low, high, _POINTS)
        found = value(tried)
        turns = np.flatnonzero(np.sign(found[:-1]) * np.sign(found[1:]) <= 0)
        turns = turns[np.isfinite(found[turns]) & np.isfinite(found[turns + 1])]
        if not len(turns):
            return None
        at = turns[np.argmin(np.abs(tried[turns] + tried[turns + 1]))]
        low, high = tried[at], tried[at + 1]
    step = found[at + 1] - found[at]
    return float(np.exp(low - found[at] * (high - low) / step if step else low))
