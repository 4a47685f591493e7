"""Cards: every headline in both languages and formats, 1200 x 675, with caveat, date, source and stamp."""

import json
import struct

import pytest

from layers.products import cards
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

STYLE = example_style()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return cards.write(example_release(), STYLE, tmp_path_factory.mktemp("run"))


def test_every_headline_is_a_card_in_both_languages_and_formats(written):
    headlines = [f for f in example_release().findings if f.headline]
    assert len(written) == len(headlines) * 4 + 1
    texts = json.loads(written[-1].read_text(encoding="utf-8"))
    assert set(texts) == {path.stem for path in written[:-1]}


def test_cards_fit_a_slide(written):
    for path in written:
        if path.suffix == ".png":
            assert struct.unpack(">II", path.read_bytes()[16:24]) == (1200, 675)


def test_the_same_release_gives_the_same_cards(written, tmp_path):
    again = cards.write(example_release(), STYLE, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written]


def test_a_card_says_what_it_is_not_until_when_and_from_whom():
    release = example_release()
    said = cards.card_content(release.findings[0], release, Speaker("en", STYLE))
    assert said["caveat"].startswith("The figures show registered incidents, not how many people")
    assert said["until"] == "Data before 1\u00a0September\u00a02019."
    assert said["source"] == "Source: Eksempelby (simulated)"
    assert said["stamp"] == "SIMULATED" and said["alt"].startswith("SIMULATED. ")
    assert said["estimate"] in said["alt"] and said["verdict"]["word"] in said["alt"]


def test_real_cards_carry_no_stamp():
    release = example_release(simulated=False)
    said = cards.card_content(release.findings[0], release, Speaker("nb", STYLE))
    assert (said["stamp"], said["stamp_long"], said["truth"]) == ("", "", "")
