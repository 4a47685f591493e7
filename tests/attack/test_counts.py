"""The tables of districts and scenes, of one run and of two, against linear programming. It must find no small count.

The controls switch the gate off, and there the same attacker succeeds: otherwise these tests would prove nothing.
"""

import numpy as np
import pandas as pd
import pytest

from layers.disclosure import gate as disclosure
from layers.disclosure.between_runs import Earlier
from tests.attack.attacker import SMALL, bounds_of, is_given_away
from tests.example_release import example_release

# pieces of ground: (district, scene); three scenes, two of them in two districts
PIECES = [("a", None), ("b", None), ("c", None), ("d", "o"), ("d", None), ("e", "r"), ("e", None), ("f", "q"),
          ("e", "q"), ("f", None), ("g", None)]  # fmt: skip
GROUND = pd.DataFrame(PIECES, columns=["district_id", "scene_id"])
DISTRICTS, SCENES = "abcdefg", "orq"
SIDES = (("o",), ("r", "q"))  # whose sums findings give


def closed_city():
    city = example_release(simulated=False).city
    step = city.steps[0].model_copy(update={"origin": SIDES[0], "receivers": SIDES[1]})
    sources = tuple(source.model_copy(update={"open": False}) for source in city.sources)
    return city.model_copy(update={"steps": (step,), "sources": sources})


CITY = closed_city()


def tables_of(n):
    made = []
    for key, names in (("district_id", DISTRICTS), ("scene_id", SCENES)):
        counts = [int(n[(GROUND[key] == name).to_numpy()].sum()) for name in names]
        columns = {key: list(names), "period": "p", "series": "s", "incidents": counts}
        made.append(pd.DataFrame({**columns, "incidents_per_day": [count / 10 for count in counts]}))
    return made


def gated(n, *, earlier=(), is_on=True):
    districts, scenes = tables_of(n)
    if not is_on:
        return districts, scenes
    return disclosure.gate_counts(districts, scenes, GROUND, CITY, earlier=earlier)


def as_earlier(tables):
    return Earlier("before", *tables, surfaces={})


def members():
    found = [(GROUND["district_id"] == name).to_numpy(float) for name in DISTRICTS]
    return found + [(GROUND["scene_id"] == name).to_numpy(float) for name in SCENES]


def equations_of(tables, n, *, with_sums=True):
    """What the files say: the counts that are shown, and the sums that findings give."""
    shown = pd.concat([table["incidents"] for table in tables]).to_numpy(float, na_value=np.nan)
    known = [(row, value) for row, value in zip(members(), shown, strict=True) if np.isfinite(value)]
    sums = [np.isin(GROUND["scene_id"], side).astype(float) for side in SIDES]
    sums.append(np.ones(len(GROUND)))
    return known + [(row, float(n @ row)) for row in sums if with_sums and n @ row not in SMALL]  # withheld there too


def small_counts_found(tables, n):
    """Return the published places whose count the attacker knows to be one of 1 to 4."""
    known = equations_of(tables, n)
    targets = members() + list(np.eye(len(GROUND)))  # and pieces of ground, which no table names
    return [k for k, row in enumerate(targets) if is_given_away(*bounds_of(row, known))]


def changes_found(before, after, n0, n1):
    """Return the places in which the attacker knows that 1 to 4 incidents came between two runs.

    Of the period that grows no sums are published: findings compare windows, which stay the same days.
    """
    pieces = len(GROUND)
    none = np.zeros(pieces)
    both = [(np.concatenate([row, none]), value) for row, value in equations_of(before, n0, with_sums=False)]
    both += [
        (np.concatenate([row, row]), value) for row, value in equations_of(after, n1, with_sums=False)
    ]  # after is before and more
    return [k for k, row in enumerate(members()) if is_given_away(*bounds_of(np.concatenate([none, row]), both))]


def drawn(seed, *, scale=(0.5, 2, 6, 30)):
    rng = np.random.default_rng(seed)
    return rng.poisson(rng.choice(scale, len(PIECES)))


@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_of_a_district_or_scene_follows_from_the_tables(seed):
    n = drawn(seed)
    assert small_counts_found(gated(n), n) == []


def test_without_the_gate_the_attacker_reads_small_counts():
    assert sum(bool(small_counts_found(gated(drawn(seed), is_on=False), drawn(seed))) for seed in range(8)) > 5


@pytest.mark.parametrize("seed", range(12))
def test_no_small_change_follows_from_two_runs(seed):
    before = drawn(seed, scale=(2, 30, 90))
    after = before + drawn(seed + 1000, scale=(0.05, 0.5, 3, 12))
    first = gated(before)
    second = gated(after, earlier=[as_earlier(first)])
    assert changes_found(first, second, before, after) == []


def test_two_runs_that_do_not_know_of_each_other_give_a_quarter_away():
    """The control: each run passes the gate by itself, and their difference shows what came between them."""
    given = 0
    for seed in range(8):
        before = drawn(seed, scale=(2, 30, 90))
        after = before + drawn(seed + 1000, scale=(0.05, 0.5, 3, 12))
        given += bool(changes_found(gated(before), gated(after), before, after))
    assert given > 3


def test_one_record_that_came_late_shows_in_no_district():
    before = np.full(len(PIECES), 40)
    after = before.copy()
    after[0] += 1
    first = gated(before)
    second = gated(after, earlier=[as_earlier(first)])
    assert second[0].loc[0, "withheld"]  # the district it lies in
    assert changes_found(first, gated(after), before, after) != []
