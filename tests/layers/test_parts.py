"""Incidents in Parquet parts: the same mass however they are cut up, and what is refused."""

import dask
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from layers.density.parts import Columns, mass_of_parts
from layers.errors import ContractError
from layers.frame.window import mass_of, places_of, study_area
from tests.layers.small_city import SOUTH, WEST, city, tables

RNG = np.random.default_rng(9)
X, Y = WEST + RNG.uniform(-60, 2060, 4000), SOUTH + RNG.uniform(-60, 1060, 4000)
PERIOD = RNG.integers(0, 3, 4000)
COLUMNS = Columns("x", "y", "period")


def written(folder, *, files, row_group_size, order=None):
    order = np.arange(4000) if order is None else order
    paths = []
    for k, rows in enumerate(np.array_split(order, files)):
        paths.append(folder / f"part-{k}.parquet")
        table = pa.table({"x": X[rows], "note": ["-"] * len(rows), "y": Y[rows], "period": PERIOD[rows]})
        parquet.write_table(table, paths[-1], row_group_size=row_group_size)
    return paths


def expected(area):
    places = places_of(area, X, Y)
    return mass_of(area, places, [np.flatnonzero(k == PERIOD) for k in range(3)])


@pytest.mark.parametrize(("files", "row_group_size"), [(1, 4000), (1, 300), (7, 90), (3, 5000)])
def test_no_cutting_up_changes_a_bit(tmp_path, files, row_group_size):
    area = study_area(tables(), city())
    paths = written(tmp_path, files=files, row_group_size=row_group_size)
    np.testing.assert_array_equal(mass_of_parts(area, paths, COLUMNS, groups=3), expected(area))


def test_no_order_and_no_thread_changes_a_bit(tmp_path):
    area = study_area(tables(), city())
    paths = written(tmp_path, files=3, row_group_size=100, order=RNG.permutation(4000))
    for workers in (1, 4):
        with dask.config.set(num_workers=workers):
            np.testing.assert_array_equal(mass_of_parts(area, paths[::-1], COLUMNS, groups=3), expected(area))


def test_without_groups_all_are_one(tmp_path):
    area = study_area(tables(), city())
    found = mass_of_parts(area, written(tmp_path, files=2, row_group_size=999), Columns("x", "y"))
    np.testing.assert_array_equal(found, expected(area).sum(axis=0, keepdims=True))
    assert mass_of_parts(area, [], Columns("x", "y")).sum() == 0


def test_refusals_name_the_file_and_no_place(tmp_path):
    area = study_area(tables(), city())
    paths = written(tmp_path, files=1, row_group_size=1000)
    with pytest.raises(ContractError, match=r"part-0.parquet: no column east; it has x, note, y, period\."):
        mass_of_parts(area, paths, Columns("east", "y"))
    with pytest.raises(ContractError, match=r"part-0.parquet: groups from 0 to 2; 0 to 1 are meant\."):
        mass_of_parts(area, paths, COLUMNS, groups=2)
