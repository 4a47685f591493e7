"""What differs from the run readers see: nothing, new days, revised counts, code, libraries, settings, each apart."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from flows.identity import library_versions
from flows.publishing.current import point_current
from flows.publishing.publish import sha256
from flows.publishing.since_last import as_said, since_last
from layers.city import Words
from layers.disclosure.release import Edition, Finding, Release, SinceLast
from layers.findings.reviewed import LEFT
from layers.products import tables
from layers.products.atlas.issue import write_edition
from layers.products.atlas.status import since_last as words_since
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

EDITION = Edition(7, date(2019, 11, 1), "ab")
NOTHING = {"new_data": (), "new_days": None, "revised_counts": 0, "code": None, "libraries": (), "settings": False}


def _published(root: Path, release: Release, *, before: SinceLast | None = None) -> Path:
    """Publish by hand what the comparison reads of a run: manifest, tables, atlas."""
    run = root / "runs" / release.run.run_id
    (run / "maps").mkdir(parents=True)
    tables.write(release, example_style(), run)
    write_edition(EDITION, run / "maps/edition.json")
    for language in ("nb", "en"):
        (run / f"maps/atlas-{language}.pdf").write_bytes(language.encode())
    said = {
        "as_of": release.run.as_of.isoformat(),
        "data_until": release.run.data_until.isoformat(),
        "code_version": release.run.code_version,
        "config_sha256": release.run.config_sha256,
        "libraries": library_versions(),
        "snapshots": [{"source_id": s.source_id, "sha256": s.sha256} for s in release.snapshots],
        "since_last": as_said(before),
        "files": {path.relative_to(run).as_posix(): sha256(path) for path in run.rglob("*.*") if path.is_file()},
    }
    (run / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    point_current(root, run)
    return run


def _tonight(release: Release | None = None, **of_the_run: object) -> Release:
    release = release or example_release()
    of_the_run = {"data_until": date(2019, 7, 1)} | of_the_run
    return replace(release, run=replace(release.run, run_id="2020-02-01-ffff", as_of=date(2020, 2, 1), **of_the_run))


def _said(root: Path, release: Release) -> dict[str, object]:
    found = since_last(root, release)
    assert found is not None
    return {key: getattr(found, key) for key in NOTHING}


@pytest.fixture
def root(tmp_path):
    _published(tmp_path, _of_july(example_release()))
    return tmp_path


def _of_july(release: Release) -> Release:
    """The last period, until 1 September 2019, still grows."""
    return replace(release, run=replace(release.run, data_until=date(2019, 7, 1)))


def _other_content(release: Release) -> Release:
    return replace(release, snapshots=(replace(release.snapshots[0], sha256="ee" * 32),))


def _revised(release: Release, period: str) -> Release:
    counts = release.district_counts.copy()
    row = counts.index[(counts["period"] == period) & counts["incidents"].notna()][0]
    counts.loc[row, "incidents"] += 1
    return replace(release, district_counts=counts)


def test_the_first_run_is_compared_with_none(tmp_path):
    assert since_last(tmp_path, example_release()) is None


def test_a_night_with_nothing_new_says_so_and_brings_the_atlas_readers_have(root):
    found = since_last(root, _tonight())
    assert found is not None and found.atlas is not None
    assert _said(root, _tonight()) == NOTHING
    assert (found.run_id, found.as_of) == (example_release().run.run_id, date(2020, 1, 1))
    assert (found.atlas.edition, found.atlas.pdf) == (EDITION, {"en": b"en", "nb": b"nb"})


def test_new_days_are_new_data_and_what_grows_is_no_revision(root):
    release = _revised(_other_content(example_release()), example_release().city.periods[-1].id)
    days = (date(2019, 7, 1), date(2019, 9, 1))
    assert _said(root, _tonight(release, data_until=days[1])) == NOTHING | {"new_data": ("records",), "new_days": days}


def test_a_record_that_came_late_is_a_revision(root):
    release = _revised(_other_content(example_release()), "before")
    found = _said(root, _tonight(release, data_until=date(2019, 9, 1)))
    assert found["revised_counts"] == 1
    late = _revised(_other_content(example_release()), example_release().city.periods[-1].id)
    assert _said(root, _tonight(late)) == NOTHING | {"new_data": ("records",), "revised_counts": 1}  # no day is new


def test_settings_code_and_libraries_are_told_apart(root, monkeypatch):
    assert _said(root, _tonight(config_sha256="cd" * 32)) == NOTHING | {"settings": True}
    assert _said(root, _tonight(code_version="0.2.0")) == NOTHING | {"code": ("0.1.0", "0.2.0")}
    monkeypatch.setattr("flows.publishing.since_last.library_versions", lambda: library_versions() | {"scipy": "99"})
    assert _said(root, _tonight()) == NOTHING | {"libraries": ("scipy",)}


def test_revised_counts_under_other_rules_are_not_told_apart(root):
    found = _said(root, _tonight(_revised(example_release(), "before"), code_version="0.2.0"))
    assert found["revised_counts"] is None


def test_a_run_built_again_is_compared_with_what_it_was_compared_with(root):
    first = since_last(root, _tonight())
    _published(root, _tonight(), before=first)
    assert since_last(root, _tonight()) == first


def test_a_damaged_atlas_is_not_carried_on_but_its_number_is(root):
    (root / "current/maps/atlas-en.pdf").write_bytes(b"torn")
    found = since_last(root, _tonight())
    assert found is not None and found.atlas is not None
    assert (found.atlas.edition, found.atlas.pdf) == (EDITION, {})


def test_an_unreadable_run_before_stops_no_night(root, caplog):
    (root / "current/tables/districts.csv").unlink()
    assert _said(root, _tonight()) == NOTHING | {"revised_counts": None}
    (root / "current/manifest.json").write_text("{", encoding="utf-8")
    assert since_last(root, _tonight()) is None
    assert "no comparison with the run before" in caplog.text


@pytest.mark.parametrize("manifest", ["[]", "3", '{"as_of": "2020-01-01"}', '{"data_until": 3}'])
def test_a_manifest_that_says_something_else_stops_no_night(root, caplog, manifest):
    (root / "current/manifest.json").write_text(manifest, encoding="utf-8")
    assert since_last(root, _tonight()) is None
    assert since_last(root, example_release()) is None  # the run itself, built again
    assert "no comparison with the run before" in caplog.text


def _with_findings(run: Path, release: Release, *, was: str, assumptions: tuple[Words, ...] = ()) -> Finding:
    """Write what the run before said of its first finding, and return what tonight says: supported."""
    first = replace(release.findings[0], verdict=was, assumptions=assumptions)
    (run / "findings.json").write_text(json.dumps({"findings": [json.loads(_AS_JSON.dump_json(first))]}))
    return replace(release.findings[0], verdict="supported")


_AS_JSON = TypeAdapter(Finding)


def _verdicts(root: Path, now: Finding, **of_the_run: object) -> tuple[tuple[str, str, date], ...] | None:
    found = since_last(root, _tonight(replace(example_release(), findings=(now,)), **of_the_run))
    assert found is not None
    return None if found.verdicts is None else tuple((v.was, v.now, v.review) for v in found.verdicts)


def test_a_verdict_of_the_same_review_that_late_records_changed_is_named(root):
    now = _with_findings(root / "current", example_release(), was="cannot be decided")
    july = ("cannot be decided", "supported", date(2019, 7, 1))
    assert _verdicts(root, now) == (july,)
    assert _verdicts(root, now, data_until=date(2019, 8, 15)) == (july,)  # new days, no new review
    assert _verdicts(root, now, data_until=date(2019, 9, 1)) == ()  # the last day of the chain is a review
    assert _verdicts(root, replace(now, verdict="cannot be decided")) == ()
    assert _verdicts(root, now, config_sha256="cd" * 32) is None  # settings may be the cause


def test_a_verdict_not_said_as_its_figure_left_its_side_is_not_put_down_to_late_records(root):
    now = _with_findings(root / "current", example_release(), was="cannot be decided", assumptions=(LEFT,))
    assert _verdicts(root, now) == ()
    now = _with_findings(root / "current", example_release(), was="refuted")
    assert _verdicts(root, replace(now, assumptions=(*now.assumptions, LEFT))) == ()


def test_page_1_and_the_manifest_say_which_verdict_it_was(root):
    release = example_release()
    now = _with_findings(root / "current", release, was="cannot be decided")
    tonight = _tonight(replace(release, findings=(now, *release.findings[1:])))
    tonight = replace(tonight, since_last=since_last(root, tonight))
    said = words_since(tonight, Speaker("en", example_style()))
    assert f"“{now.question.en}”" in said
    assert "review of 1\u00a0July\u00a02019: was “cannot be decided”, is “supported”" in said
    assert as_said(tonight.since_last)["verdicts"] == [
        {
            "id": now.id,
            "series": now.series,
            "adjustment": now.adjustment,
            "headline": now.headline,
            "review": "2019-07-01",
            "was": "cannot be decided",
            "now": "supported",
        }
    ]
