"""Editions: what readers have stays, byte for byte, until something it shows is another; the run alone is no reason."""

from dataclasses import replace
from datetime import date

import pytest

from layers.city import Words
from layers.disclosure.release import EarlierAtlas, Edition, Release, SinceLast
from layers.products import atlas
from layers.products.atlas.issue import issue, read_edition, write_edition
from layers.products.drawing.views import draw_views
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

STYLE = example_style()
DAY, LATER = date(2020, 1, 1), date(2020, 2, 1)
LOOKS = {"atlas.typ": "#set text(size: 9pt)"}
PDF = {"nb": b"as it was", "en": b"as it was"}


def _contents(release: Release) -> list[dict]:
    return [atlas.atlas_content(draw_views(release, STYLE), Speaker("nb", STYLE))]


def _first() -> EarlierAtlas:
    return EarlierAtlas(issue(None, _contents(example_release()), as_of=DAY, looks=LOOKS), PDF)


def _again(release: Release, looks: dict[str, str] = LOOKS) -> Edition:
    return issue(_first(), _contents(release), as_of=LATER, looks=looks)


def test_the_first_edition_is_number_one():
    assert (_first().edition.number, _first().edition.issued) == (1, DAY)


def test_another_run_with_the_same_content_is_the_same_edition():
    release = example_release()
    run = replace(release.run, run_id="2020-02-01-99", as_of=LATER, code_version="9.9", config_sha256="00" * 32)
    since = SinceLast("2020-01-01-aa", DAY, ("records",), None, 0, None, ("scipy",), settings=True)
    assert _again(replace(release, run=run, since_last=since)) == _first().edition


def _figure(release: Release) -> Release:
    first, *others = release.findings
    return replace(release, findings=(replace(first, estimate=0.5), *others))


def _until(release: Release) -> Release:
    return replace(release, run=replace(release.run, data_until=date(2019, 12, 1)))


def _warned(release: Release) -> Release:
    return replace(release, warnings=(Words(nb="Kilden svarte ikke.", en="The source did not answer."),))


def _asked_elsewhere(release: Release) -> Release:
    return replace(release, city=release.city.model_copy(update={"contact": "annen@eksempelby.invalid"}))


@pytest.mark.parametrize("change", [_figure, _until, _warned, _asked_elsewhere])
def test_what_a_page_shows_is_a_reason_for_the_next_edition(change):
    after = _again(change(example_release()))
    assert (after.number, after.issued) == (2, LATER)


def test_another_look_is_a_reason_too():
    assert _again(example_release(), {"atlas.typ": "#set text(size: 10pt)"}).number == 2


def test_a_file_that_is_gone_or_damaged_is_issued_anew():
    lost = replace(_first(), pdf={"nb": b"as it was"})
    assert issue(lost, [{**_contents(example_release())[0], "language": "en"}], as_of=LATER, looks=LOOKS).number == 2


def test_readers_keep_the_very_bytes_until_something_shown_is_another(tmp_path, monkeypatch):
    monkeypatch.setattr(atlas, "atlas", lambda content, _: content["answer"]["status"]["lines"][0].encode())
    first = atlas.write(example_release(), STYLE, tmp_path / "1")
    assert first[1].read_bytes() == "Edition 1 of 1\u00a0January\u00a02020.".encode()
    release = replace(example_release(), run=replace(example_release().run, as_of=LATER))
    had = EarlierAtlas(read_edition(first[2]), PDF)
    since = SinceLast("2020-01-01-aa", DAY, (), None, 0, None, (), settings=False, atlas=had)
    kept = atlas.write(replace(release, since_last=since), STYLE, tmp_path / "2")
    assert [path.read_bytes() for path in kept] == [PDF["nb"], PDF["en"], first[2].read_bytes()]
    moved = atlas.write(_figure(replace(release, since_last=since)), STYLE, tmp_path / "3")
    assert moved[1].read_bytes() == "Edition 2 of 1\u00a0February\u00a02020.".encode()


def test_an_edition_is_read_as_it_was_written(tmp_path):
    edition = Edition(3, DAY, "ab")
    assert read_edition(write_edition(edition, tmp_path / "edition.json")) == edition
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    assert read_edition(tmp_path / "other.json") is None and read_edition(tmp_path / "none.json") is None
