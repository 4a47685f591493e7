"""The reference values of published software and papers, each at the tolerance its README states."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from geo.effects.interrupted import interrupted
from geo.effects.quotient import weighted_quotient
from geo.effects.similarity import similarity
from geo.effects.two_counts import e_test
from geo.effects.two_way import log_ratio_of, placebo_in_space, two_way
from geo.effects.weighted_difference import NONE, Change, harm_weighted, weighted_difference

REFERENCE = Path(__file__).parents[3] / "../shared/data/reference"
EXACT = 1e-9
pytestmark = [pytest.mark.real, pytest.mark.skipif(not REFERENCE.exists(), reason="reference data are not here")]


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def said(name: str) -> dict:
    return json.loads((REFERENCE / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def panel() -> np.ndarray:
    rows = table("golden-did-its/panel.csv")
    counts = np.zeros((14, 36))
    for row in rows:
        counts[int(row["unit"]) - 1, int(row["month"]) - 1] = float(row["count"])
    return counts


def test_weighted_difference_as_ptools():
    for row in table("golden-displacement/wdd.csv"):
        v = {k: float(x) for k, x in row.items() if k != "id"}
        places = [
            Change(v[f"{p}_pre"], v[f"{p}_post"], v[f"aw_{a}"])
            for p, a in (("treated", "treated"), ("control", "control"), ("disp", "disp"),
                         ("dispcontrol", "dispcontrol"))
        ]  # fmt: skip
        found = weighted_difference(*places, days=(v["tw_pre"], v["tw_post"]))
        names = ["Est_Local", "SE_Local", "Est_Displace", "SE_Displace", "Est_Total", "SE_Total"]
        three = (found.local, found.displaced, found.total)
        given = [x for e in three for x in (e.value, e.standard_error)]
        given += [found.total.z, *found.total.interval(1 - v["alpha"])]
        names += ["Z", "LowCI", "HighCI"]
        assert given == pytest.approx([v[n] for n in names], rel=EXACT, abs=EXACT), row["id"]


def test_harm_weights_as_ptools():
    case = said("golden-displacement/wdd_harm.json")
    inputs, expected = case["inputs"], case["expected"]
    kinds = list(inputs["weights"])
    found = harm_weighted(
        [
            weighted_difference(
                Change(*inputs["treated_pre_post"][k]), Change(*inputs["control_pre_post"][k]), NONE
            ).total
            for k in kinds
        ],
        [inputs["weights"][k] for k in kinds],
    )
    assert [found.value, found.standard_error, found.z, *found.interval(0.95)] == pytest.approx(
        [expected[k] for k in ("HarmEst", "SE_HarmEst", "Z", "LowCI", "HighCI")], rel=EXACT
    )


def test_two_poisson_counts_as_ptools():
    for row in said("golden-displacement/wdd_harm.json")["e_test_two_poisson_means"]:
        assert e_test((row["k1"], row["k2"])) == pytest.approx(row["p"], abs=EXACT)


def test_quotient_as_published():
    for row in table("golden-displacement/wdq.csv"):
        v = {k: float(x) if x else None for k, x in row.items() if k != "case"}
        found = weighted_quotient(Change(v["Rb"], v["Ra"]), Change(v["Db"], v["Da"]), Change(v["Cb"], v["Ca"]))
        given = [found.gross, found.net, found.success, found.buffer, found.total_net]
        names = ["GE", "NE", "success_measure", "buffer_displacement_measure", "TNE"]
        assert given == pytest.approx([v[n] for n in names], rel=EXACT, abs=EXACT), row["case"]
        assert found.quotient == (None if v["WDQ"] is None else pytest.approx(v["WDQ"], rel=EXACT))


def test_point_pattern_test_by_its_exact_law():
    rows = table("golden-displacement/sppt_exact.csv")
    base, test = (np.array([int(r[k]) for r in rows]) for k in ("base", "test"))
    found = similarity(base, test)
    shares = {"lower": found.lower, "upper": found.upper, "pct_base": found.base_share, "pct_test": test / test.sum()}
    for name, values in shares.items():
        assert 100 * values == pytest.approx([float(r[name]) for r in rows], rel=EXACT)
    assert found.direction.tolist() == [int(r["localS"]) for r in rows] == [-int(r["SIndex"]) for r in rows]
    assert (found.direction == 0).tolist() == [r["similarity"] == "1" for r in rows]
    summary = said("golden-displacement/sppt_summary.json")
    assert (test.sum(), round(0.85 * test.sum())) == (summary["n_test"], summary["sample_size"])
    assert (found.index, found.robust_index) == pytest.approx((summary["S_global"], summary["S_robust"]), rel=EXACT)


def test_two_way_as_glm(panel):
    groups = np.array([1, 1, 2, 2, *[0] * 10])
    found = two_way(panel, groups, 24)
    rows = table("golden-did-its/did_poisson_twfe.csv")
    assert found.log_ratio == pytest.approx([float(r["coef"]) for r in rows], abs=1e-6)
    assert np.exp(found.log_ratio) == pytest.approx([float(r["irr"]) for r in rows], abs=1e-6)
    assert found.standard_error == pytest.approx([float(r["se_model"]) for r in rows], abs=1e-5)
    place = np.repeat(np.arange(14), 36)
    assert found.clustered_error(place) == pytest.approx([float(r["se_cluster_unit_HC0"]) for r in rows], abs=1e-5)
    robust = np.sqrt(np.diag(found.fit.robust_covariance()))[-2:]
    assert robust == pytest.approx([float(r["se_HC0"]) for r in rows], abs=1e-5)
    quasi = found.standard_error * np.sqrt(found.fit.dispersion)
    assert quasi == pytest.approx([float(r["se_quasi"]) for r in rows], abs=1e-5)
    assert found.fit.dispersion == pytest.approx(said("golden-did-its/summary.json")["dispersion_pearson"], abs=1e-6)
    assert (found.clustered_error(place) < found.standard_error).all()  # why it must not be used


def test_closed_form_equals_the_regression(panel):
    control = np.arange(14) >= 4
    for row, treated in zip(table("golden-did-its/did_2x2.csv"), ([0, 1], [2, 3]), strict=True):
        found = log_ratio_of(panel, np.isin(np.arange(14), treated), control, 24)
        assert found.value == pytest.approx(float(row["est"]), abs=1e-6)
        assert found.standard_error == pytest.approx(float(row["se"]), abs=1e-5)
        windows = slice(24, None), slice(24)
        four = [panel[who, when].sum() for who in (treated, control) for when in windows]
        assert four == [float(row[k]) for k in ("t_post", "t_pre", "c_post", "c_pre")]


def test_placebos_in_space(panel):
    control = np.arange(14) >= 4
    for row in table("golden-did-its/placebo_space.csv"):
        alone = np.arange(14) == int(row["unit"]) - 1
        found = log_ratio_of(panel, alone, control & ~alone, 24)
        assert found.value == pytest.approx(float(row["est"]), abs=1e-6)
    summary = said("golden-did-its/summary.json")
    for key, treated in (("treated", [0, 1]), ("spill", [2, 3])):
        found = placebo_in_space(panel, np.isin(np.arange(14), treated), control, 24, like_size=False)
        assert found.p_value == found.smallest_p == pytest.approx(summary[f"placebo_p_{key}"])


def test_interrupted_series_as_glm(panel):
    found = interrupted(panel[:2].sum(axis=0), 24, lag=3)
    rows = table("golden-did-its/its_poisson.csv")
    assert found.fit.coefficients == pytest.approx([float(r["coef"]) for r in rows], abs=1e-6)
    model = np.sqrt(np.diag(found.fit.covariance))
    serial = np.sqrt(np.diag(found.fit.serial_covariance(3)))
    assert model == pytest.approx([float(r["se"]) for r in rows], abs=1e-5)
    assert serial == pytest.approx([float(r["se_NW3"]) for r in rows], abs=1e-5)
