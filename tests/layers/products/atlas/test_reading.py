"""The atlas as it is read: words found, no English left in Norwegian, nothing cut at the edge, colours that carry."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest
import yaml

from layers.city.harm import BorneBy, RecordedBy
from layers.disclosure.release import Verdict
from layers.products import atlas
from layers.products.numbers import estimate_words, interval_words
from layers.products.web.words import page_words
from layers.products.words import Speaker, own_words
from tests.example_release import example_style
from tests.layers.products.full_release import full_release

STYLE = example_style()
CONFIG = Path(__file__).parents[4] / "config"
_STIGMA = r"narkoman|misbruker|junkie|addict|rusmisbruk|verst|worst|belast|problemområde|abuser"
# words that came through from tables and settings before there was a glossary for them
_ENGLISH = (
    "closure|exclusion|use|nuisance call|possession|litter report|fine or expulsion|no coordinates|coordinates missing|"
    "simulated|simulated data|injection room|drop-in|resident|reactive|before|after|and|the|of|not asked|withheld"
)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils is not here")


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory) -> dict[str, Path]:
    paths = atlas.write(full_release(simulated=False), STYLE, tmp_path_factory.mktemp("run"))
    return {path.stem[-2:]: path for path in paths if path.suffix == ".pdf"}


def _text(path: Path, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True, text=True).stdout


@needs_poppler
def test_words_of_every_page_are_found_by_search(pdfs):
    pages = _text(pdfs["nb"], "-layout").split("\f")
    titles = ("answer", "periods", "explained", "moved", "close", "bearers", "reach", "steps", "depends", "certainty")
    for title, text in zip((*titles, "sources"), pages, strict=False):
        assert own_words()[f"{title}_title"].nb in re.sub(r"\s+", " ", text)


@needs_poppler
@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_figure_interval_and_verdict_of_every_headline_are_found_by_search_on_page_one(pdfs, language):
    first = _text(pdfs[language], "-f", "1", "-l", "1")
    said = re.sub(r"\s+", " ", first)
    headlines = [f for f in full_release(simulated=False).findings if f.headline]
    assert len(headlines) == 5
    for finding in headlines:
        for words in (estimate_words(finding, language), interval_words(finding, language)):
            assert re.sub(r"\s+", " ", words) in said, finding.id
        assert finding.verdict is not None and Speaker(language, STYLE).say(finding.verdict) in said


def test_a_page_asks_one_question():
    for key, words in own_words().items():
        if key.endswith("_title") and key != "document_title":
            assert (words.nb.count("?"), words.en.count("?")) == (1, 1), key
            assert words.nb.endswith("?") and words.en.endswith("?"), key


@needs_poppler
def test_no_english_is_left_in_the_norwegian_atlas(pdfs):
    said = re.sub(r"\s+", " ", _text(pdfs["nb"]))
    # the example's own: units in its sentences, a reason made to look like a formula
    said = re.sub(r"\((gain per loss|share of the origin's harm)\)|=outside the usable box", "", said)
    assert re.findall(rf"\b(?:{_ENGLISH})\b", said, flags=re.IGNORECASE) == []


@needs_poppler
@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_word_lies_outside_its_page(pdfs, language):
    tree = ElementTree.fromstring(_text(pdfs[language], "-bbox"))
    tag = "{http://www.w3.org/1999/xhtml}"
    count = 0
    for sheet in tree.iter(f"{tag}page"):
        width, height = float(sheet.get("width", "0")), float(sheet.get("height", "0"))
        for word in sheet.iter(f"{tag}word"):
            count += 1
            assert float(word.get("xMin", "-1")) >= 20 and float(word.get("xMax", "1e9")) <= width - 20, word.text
            assert float(word.get("yMin", "-1")) >= 10 and float(word.get("yMax", "1e9")) <= height - 10, word.text
    assert count > 1500


@needs_poppler
@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_word_of_the_atlas_stigmatises(pdfs, language):
    assert not re.search(_STIGMA, _text(pdfs[language]).lower())


def test_no_word_of_any_product_stigmatises():
    shared = [*STYLE.words.values(), *STYLE.columns.values(), *own_words().values()]
    shared += [words for layer in STYLE.layers.values() for words in (layer.title, layer.about)]
    web = yaml.safe_load((Path(atlas.__file__).parents[1] / "web" / "words.yaml").read_text(encoding="utf-8"))
    said = " ".join(f"{w.nb} {w.en}" for w in shared) + " ".join(f"{w['nb']} {w['en']}" for w in web.values())
    assert not re.search(_STIGMA, said.lower())


@pytest.mark.parametrize("city", ["fjordby", "philadelphia"])
def test_categories_and_sources_that_are_printed_have_norwegian_names(city):
    said = yaml.safe_load((CONFIG / "cities" / f"{city}.yaml").read_text(encoding="utf-8"))
    printed = {c for counts in said["place_counts"] for c in counts.get("categories", [])}
    assert {c for c in printed if f"category {c}" not in STYLE.words} == set()
    speaker = Speaker("nb", STYLE)
    assert all(speaker.glossed("credit", s["attribution"]) for s in said["sources"])
    tables = {s.get("id", s["kind"]) for s in said["sources"]} - {city}
    assert {name for name in tables if f"source {name.replace('_', ' ')}" not in STYLE.words} == set()


def test_the_glossary_says_everything_in_both_languages_with_the_same_values():
    words = [*STYLE.words.items(), *own_words().items(), *page_words().items(), *STYLE.columns.items()]
    words += [(name, said) for name, layer in STYLE.layers.items() for said in (layer.title, layer.about)]
    for name, said in words:
        assert said.nb.strip() and said.en.strip(), name
        assert set(re.findall(r"{(\w+)}", said.nb)) == set(re.findall(r"{(\w+)}", said.en)), name


def test_what_readers_look_up_by_value_is_in_the_glossary():
    wanted = {*get_args(Verdict), *(f"short_{f.kind}" for f in full_release().findings if f.headline)}
    routes, bearers = get_args(RecordedBy), get_args(BorneBy)
    known = own_words().keys() | STYLE.words.keys()
    assert {*wanted, *routes, *bearers} - known == set()


def test_reasons_of_the_border_have_norwegian_names():
    code = "".join(p.read_text(encoding="utf-8") for p in (CONFIG.parent / "layers" / "border").glob("*.py"))
    reasons = set(re.findall(r'refuse\([^\n]*, "([a-z][a-z ]+)"\)', code))
    reasons |= set(re.findall(r'reasons\.append\(\([^"\n]*, "([a-z][a-z ]+)"\)', code))
    assert len(reasons) >= 8
    assert {reason for reason in reasons if f"reason {reason}" not in STYLE.words} == set()


def test_kinds_of_measures_zones_and_services_have_norwegian_names():
    kinds = {
        "closure",
        "exclusion",
        "patrol",
        "announcement",
        "fines",
        "expulsions",
        "police group",
        "help centre",
        "use",
    }
    kinds |= {"drop-in", "LAR", "injection room", "MO centre", "housing"}
    assert {kind for kind in kinds if f"kind {kind}" not in STYLE.words} == set()


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1, from the relative luminance of two colours #rrggbb."""

    def luminance(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_has_it():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_text_and_signs_have_the_contrast_of_wcag_aa():
    quiet = "#616161"  # luma(38%) of the template
    for colour in (STYLE.ink, STYLE.stamp, quiet):
        assert _contrast(colour, STYLE.paper) >= 4.5
    for disc in (*STYLE.scenes, STYLE.service):  # white letters
        assert _contrast(disc, "#ffffff") >= 4.5
    for ground in (*STYLE.deprivation, STYLE.land, STYLE.masked):  # words on maps have a white rim besides
        assert _contrast(STYLE.ink, ground) >= 4.5
    grounds = (STYLE.land, STYLE.water)
    for name in ("hotspot", "zone", "flow", "scene"):
        assert all(_contrast(STYLE.lines[name].colour, ground) >= 3 for ground in grounds)


def test_classes_of_maps_are_told_from_the_ground_by_colour_or_rim_and_from_each_other_in_grey():
    rim = STYLE.lines["hotspot"].colour
    assert _contrast(rim, STYLE.land) >= 3 and _contrast(rim, STYLE.density[0]) >= 3  # the lowest class is outlined
    assert _contrast(STYLE.density[-1], STYLE.land) >= 3
    for colour in (*STYLE.change[:2], *STYLE.change[3:]):
        assert max(_contrast(colour, STYLE.land), _contrast(rim, colour)) >= 3
    for classes in (STYLE.density, STYLE.deprivation):
        assert all(_contrast(lighter, darker) >= 1.2 for lighter, darker in pairwise(classes))
