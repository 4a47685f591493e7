"""Editions: the same content keeps its number and day; the run, the code and the checksum of settings do not count."""

from dataclasses import replace
from datetime import date

from layers.products import atlas
from layers.products.atlas.issue import content_sha256, issue, read_edition, write_edition
from layers.products.drawing.views import draw_views
from layers.products.words import Speaker
from layers.release import Edition, Release
from tests.example_release import example_release, example_style

STYLE = example_style()
DAY = date(2020, 1, 1)


def _contents(release: Release) -> list[dict]:
    return [atlas.atlas_content(draw_views(release, STYLE), Speaker("nb", STYLE))]


def test_the_first_edition_is_number_one():
    assert issue(None, _contents(example_release()), as_of=DAY).number == 1


def test_another_run_with_the_same_content_is_the_same_edition():
    release = example_release()
    before = issue(None, _contents(release), as_of=DAY)
    run = replace(release.run, run_id="2020-02-01-99", code_version="9.9", config_sha256="00" * 32)
    again = issue(before, _contents(replace(release, run=run)), as_of=date(2020, 2, 1))
    assert again == before


def test_another_figure_is_another_edition():
    release = example_release()
    before = Edition(4, DAY, content_sha256(_contents(release)))
    first, *others = release.findings
    changed = replace(release, findings=(replace(first, estimate=0.5), *others))
    after = issue(before, _contents(changed), as_of=date(2020, 2, 1))
    assert (after.number, after.issued) == (5, date(2020, 2, 1))


def test_an_edition_is_read_as_it_was_written(tmp_path):
    edition = Edition(3, DAY, "ab")
    assert read_edition(write_edition(edition, tmp_path / "edition.json")) == edition
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    assert read_edition(tmp_path / "other.json") is None and read_edition(tmp_path / "none.json") is None
