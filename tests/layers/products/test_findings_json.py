"""findings.json: the promised fields, figures that JSON can hold, there and back."""

import dataclasses
import json
import math

import numpy as np
import pytest

from layers.disclosure.release import Finding
from layers.errors import PublishError
from layers.products import findings_json
from tests.example_release import example_release, example_style

PROMISED = {
    "id", "question", "estimate", "unit", "interval", "level", "p_value", "method", "assumptions", "detection_band",
    "tipping_point", "multiverse", "statement", "verdict", "harm_class", "borne_by", "route", "adjustment",
}  # fmt: skip


def _written(release, directory):
    return [
        json.loads(path.read_text(encoding="utf-8"))
        for path in findings_json.write(release, example_style(), directory)
    ]


def test_it_holds_what_is_promised(tmp_path):
    said, truth = _written(example_release(), tmp_path)
    assert list(said) == ["city", "run_id", "as_of", "simulated", "findings", "readings"]
    assert (said["city"], said["as_of"], said["simulated"]) == ("eksempelby", "2020-01-01", True)
    assert set(said["findings"][0]) == {field.name for field in dataclasses.fields(Finding)} >= PROMISED
    assert [finding["headline"] for finding in said["findings"]] == [True] * 5 + [False] * 4
    assert truth["truth"]["harm_moved_share:before->tunnel/violence_public/control"] == 0.7


def test_texts_stand_in_both_languages(tmp_path):
    finding = _written(example_release(), tmp_path)[0]["findings"][0]
    for name in ("question", "method", "statement"):
        assert set(finding[name]) == {"nb", "en"} and finding[name]["nb"] != finding[name]["en"]


def test_a_real_city_has_no_truth(tmp_path):
    assert len(_written(example_release(simulated=False), tmp_path)) == 1


def test_order_does_not_depend_on_the_release(tmp_path):
    release = example_release()
    turned = dataclasses.replace(release, findings=release.findings[::-1])
    assert _written(release, tmp_path) == _written(turned, tmp_path)


def test_figures_have_ten_digits_and_nothing_is_nan(tmp_path):
    release = example_release()
    odd = dataclasses.replace(
        release.findings[0],
        estimate=np.float64(1 / 3),
        interval=(-math.inf, 2.0),
        p_value=math.nan,
        parts={"a": np.float64(1e-20 / 3)},
    )
    said = _written(dataclasses.replace(release, findings=(odd,), truth=None), tmp_path)[0]["findings"][0]
    assert (said["estimate"], said["interval"], said["p_value"]) == (0.3333333333, [None, 2.0], None)
    assert said["parts"] == {"a": 3.333333333e-21}


def test_what_was_written_is_read_back(tmp_path):
    release = example_release()
    first = _written(release, tmp_path)
    back = findings_json.read(tmp_path)
    assert sorted(finding.statement.en for finding in back) == sorted(f.statement.en for f in release.findings)
    assert back[0].interval == (7.9, 14.8)
    assert _written(dataclasses.replace(release, findings=back), tmp_path) == first


def test_an_open_interval_is_read_back_as_open(tmp_path):
    release = example_release()
    odd = dataclasses.replace(release.findings[0], interval=(-math.inf, 2.0))
    findings_json.write(dataclasses.replace(release, findings=(odd,)), example_style(), tmp_path)
    assert findings_json.read(tmp_path)[0].interval == (-math.inf, 2.0)


@pytest.mark.parametrize("text", [None, "", "{", '{"findings": [{"id": "x"}]}', "[]"])
def test_what_cannot_be_read_is_said_with_the_cure(tmp_path, text):
    if text is not None:
        (tmp_path / "findings.json").write_text(text, encoding="utf-8")
    with pytest.raises(PublishError, match=r"findings\.json: cannot be read .* run again"):
        findings_json.read(tmp_path)
