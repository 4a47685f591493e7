"""The atlas as a file: standards, pages, language, stamp, coordinates, the same bytes again."""

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import page
import pikepdf
import pytest

from layers.city import Words
from layers.disclosure.release import Release
from layers.products import atlas
from layers.products.drawing.further import draw_further
from layers.products.drawing.views import (
    MAP_WIDTH_PT,
    draw_views,
    fifth_shares,
    main_map_height,
    small_map_columns,
    small_map_size,
)
from layers.products.words import Speaker
from tests.example_release import example_release, example_style

STYLE = example_style()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, bytes]:
    paths = atlas.write(example_release(), STYLE, tmp_path_factory.mktemp("run"))
    return {path.stem[-2:]: path.read_bytes() for path in paths if path.suffix == ".pdf"}


@cache
def _example(language: str) -> dict:
    return _content(example_release(), language)


def _content(release: Release, language: str = "nb") -> dict:
    views, speaker = draw_views(release, STYLE), Speaker(language, STYLE)
    return {**atlas.atlas_content(views, speaker), **atlas.further_content(views, draw_further(views), speaker)}


def _maps(content: dict) -> list[dict]:
    close = [m for place in content["close"]["places"] for m in place["maps"]]
    return [content["answer"]["map"], *content["periods"]["maps"], *close, content["bearers"]["map"]]


def _figures(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    parts = (part for part in document.objects if isinstance(part, pikepdf.Dictionary))
    return [part for part in parts if part.get("/S") == "/Figure"]


def test_two_languages_and_nothing_else_are_written(tmp_path):
    paths = atlas.write(example_release(), STYLE, tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in paths]
    assert names == ["maps/atlas-nb.pdf", "maps/atlas-en.pdf", "maps/edition.json"]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(paths)


def test_the_same_release_gives_the_same_bytes(written, tmp_path):
    again = atlas.write(example_release(), STYLE, tmp_path)
    assert [path.read_bytes() for path in again[:2]] == list(written.values())


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A])
def test_the_file_keeps_the_standards(written, language, profile):
    report = page.validate_pdf_bytes(written[language], profile=profile)
    assert [str(failure) for failure in report.failures] == []
    assert report.is_compliant


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nb", "SIMULERT: Atlas over Eksempelby: hvor ble det av skaden?"),
        ("en", "SIMULATED: Atlas of Exampletown: where did the harm go?"),
    ],
)
def test_language_title_pages_and_alternative_texts(written, language, title):
    with pikepdf.open(io.BytesIO(written[language])) as document:
        assert len(document.pages) == 7
        assert str(document.Root.Lang) == language
        assert str(document.docinfo.Title) == title
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        figures = _figures(document)
        assert (
            len(figures) == 5 + 9 + 1 + 3 + 2 + 7
        )  # maps, close ones, lines, of places, bars, one strip for each finding of the headline series
        assert all(str(figure.Alt).strip() for figure in figures)


def test_every_font_is_embedded_and_ours(written):
    with pikepdf.open(io.BytesIO(written["nb"])) as document:
        fonts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and "/FontName" in part]
        assert fonts and all("SourceSans" in str(font.FontName) for font in fonts)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_each_map_carries_its_coordinates_on_the_page_of_its_question(written):
    frames = [m["bounds"] for m in _maps(_example("nb"))]
    with pikepdf.open(io.BytesIO(written["nb"])) as document:
        by_page = [len(p.VP) if "/VP" in p else 0 for p in document.pages]
        assert by_page == [1, 3, 9, 1, 0, 0, 0]
        viewport = document.pages[0].VP[0]
        left, bottom, right, top = (float(part) for part in viewport.BBox)
    west, south, east, north = frames[0]
    assert right - left == pytest.approx(MAP_WIDTH_PT)
    assert (right - left) / (top - bottom) == pytest.approx((east - west) / (north - south), rel=1e-3)
    assert left > 50 and bottom > 50 and right < 545


@pytest.mark.parametrize(("language", "word"), [("nb", "SIMULERT"), ("en", "SIMULATED")])
def test_simulated_stands_in_every_title_map_and_alternative_text(language, word):
    content = _example(language)
    pages = ("answer", "periods", "close", "bearers", "steps", "certainty", "sources")
    assert all(content[key]["title"]["stamp"] == word for key in pages)
    assert all(f">{word}<" in m["svg"] and m["alt"].startswith(word) for m in _maps(content))
    assert content["stamp"] == word and content["title"].startswith(word)


def test_real_data_carry_no_stamp():
    content = json.dumps(_content(example_release(simulated=False)), ensure_ascii=False)
    assert "SIMULERT" not in content and "fasit" not in content.lower()


def test_credits_stand_under_the_maps_once():
    release = example_release(simulated=False)
    release = replace(release, snapshots=release.snapshots * 2)
    assert _content(release)["credit"] == "Kartdata og hendelser: © Eksempelby kommune"


def test_verdicts_are_word_and_sign():
    cards = _example("en")["answer"]["cards"]
    assert [(c["verdict"]["sign"], c["verdict"]["word"]) for c in cards] == [
        ("=", "no practical change"),
        ("✓", "supported"),
        ("✓", "supported"),
        ("✓", "supported"),
        ("?", "cannot be decided"),
    ]


def test_the_first_page_answers_in_short_and_a_later_one_in_full():
    release = example_release()
    brief = Words(nb="SIMULERT: Kort svar.", en="SIMULATED: The answer in short.")
    told = tuple(replace(f, short=brief) if f.kind == "harm_moved_share" else f for f in release.findings)
    content = _content(replace(release, findings=told), "en")
    cards, full = content["answer"]["cards"], content["certainty"]["rows"]
    assert [c["answer"] for c in cards].count("The answer in short.") == 1  # the title of the page carries the stamp
    assert [row["question"] for row in full] == [c["question"] for c in cards]
    assert [row["statement"] for row in full] == [f.statement.en for f in release.findings if f.headline]
    others = [c for c in cards if c["answer"] != "The answer in short."]
    assert all(
        c["answer"] in [row["statement"] for row in full] for c in others
    )  # without a short answer, the full one


def test_an_interval_without_earlier_years_says_so_beside_it():
    release = example_release()
    first, second, *more = release.findings
    known = (replace(first, parts={"placebo_pairs": 3.0}), replace(second, parts={"placebo_pairs": 0.0}), *more)
    cards = _content(replace(release, findings=known), "en")["answer"]["cards"]
    assert [c["caution"] for c in cards[:2]] == ["", "without swings between years"]
    assert "is too narrow" in _content(replace(release, findings=known), "en")["steps"]["intro"]
    sure = tuple(replace(f, parts={"placebo_pairs": 3.0}) for f in release.findings)
    assert "is too narrow" not in _content(replace(release, findings=sure), "en")["steps"]["intro"]
    assert cards[-1]["caution"] == "" and cards[-1]["interval"] == "no interval"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_areas_beyond_chance_are_said_in_note_legend_and_alternative_text(language):
    release = example_release()
    beyond = {
        "nb": "Omrisset (i hele byen opp: 1, ned: 1): mer enn klynger av hendelser gir.",
        "en": "Outlined (in the whole city up: 1, down: 1): beyond what bursts of incidents give.",
    }[language]
    none = {"nb": "Ingen områder endret seg mer enn", "en": "No area changed beyond chance"}[language]
    untested = {"nb": "Endringene kan være tilfeldige.", "en": "Changes may be chance."}[language]
    elsewhere = release.changes[release.changes["step"] != release.city.steps[0].id]
    cases = [
        (release.changes, beyond, 2),
        (elsewhere, none, 0),
        (elsewhere.iloc[:0], none, 0),
        (gpd.GeoDataFrame(geometry=[], crs=release.city.crs), none, 0),
        (None, untested, 0),
    ]
    plain = len(_content(replace(release, changes=None), language)["answer"]["legend"]["entries"])
    for changes, said, outlines in cases:
        answer = _content(replace(release, changes=changes), language)["answer"]
        assert said in answer["note"]
        assert (said in answer["map"]["alt"]) == (changes is not None)
        assert len(answer["legend"]["entries"]) == plain + outlines


def test_series_that_the_police_start_stand_under_their_own_heading():
    release = example_release()
    first, second, *more = release.city.harm.series
    series = (first, second.model_copy(update={"recorded_by": "police_initiated"}), *more)
    harm = release.city.harm.model_copy(update={"series": series})
    policed = replace(release, city=release.city.model_copy(update={"harm": harm}))
    others = _content(policed, "en")["bearers"]["others"]
    assert (others["rows"], [row["series"] for row in others["police_rows"]]) == ([], ["Nuisance to neighbours"])
    assert "shows where the police worked" in others["police_heading"]


def test_series_are_kept_apart():
    content = _example("en")
    others = content["bearers"]["others"]
    assert [row["series"] for row in others["rows"]] == ["Nuisance to neighbours"]
    assert others["rows"][0]["borne_by"] == "Borne by: residents. Reported to the police."
    assert [group["rows"][0]["step"] for group in content["steps"]["groups"]] == ["Before the closure → Underpass"] * 5


def test_withheld_counts_are_words_and_whole_figures_have_no_decimals():
    rows = _example("en")["sources"]["counts"]["rows"]
    assert [row[-1] for row in rows] == ["335", "withheld", "4,120"]
    assert [row[2] for row in rows] == ["0–150 m", "0–150 m", "whole city"]


def test_only_counts_that_are_withheld_are_said_to_be():
    said = json.dumps(_example("en")["sources"]["parameters"])
    assert "counts below 5" in said
    open_data = _content(example_release(simulated=False), "en")
    assert "counts below 5" not in json.dumps(open_data["sources"]["parameters"])
    assert "Small counts" not in json.dumps(open_data["certainty"])


def test_shares_leave_out_districts_with_small_counts():
    release = example_release()
    shares = fifth_shares(release, series="violence_public", periods=("before", "tunnel"))
    total = 412 + 388 + 51 + 33 + 70  # the sixth district has no rank
    assert shares.before == pytest.approx([51 / total, 0, (412 + 388) / total, 33 / total, 70 / total])
    assert shares.districts == (1, 0, 2, 1, 1) and shares.left_out == 0
    fewer = fifth_shares(release, series="violence_public", periods=("before", "market"))
    assert fewer.left_out == 1 and fewer.districts == (1, 0, 2, 0, 1)


def test_shares_are_not_shown_where_too_many_are_withheld():
    release = example_release()
    counts = release.district_counts.copy()
    counts.loc[counts["district_id"].isin(["460101", "460102"]), "incidents_per_day"] = float("nan")
    hidden = replace(release, district_counts=counts)
    assert fifth_shares(hidden, series="violence_public", periods=("before", "tunnel")) is None
    assert _content(hidden)["bearers"]["shares"]["svg"] == ""


def test_long_answers_make_room_by_a_lower_map_and_the_answer_stays_one_page(tmp_path):
    release = example_release()
    long = "Registrerte hendelser ved stedet gikk fra 0,21 til 0,19 om dagen, målt mot kontrollsonene. " * 3
    told = tuple(replace(f, short=Words(nb=long, en=long)) for f in release.findings)
    wordy = replace(release, findings=told)
    assert main_map_height(wordy) < main_map_height(release)
    content = atlas.write(wordy, STYLE, tmp_path)[0].read_bytes()
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 7
        assert "/VP" in document.pages[0]


@pytest.mark.parametrize("periods", range(2, 9))
def test_small_maps_of_any_number_of_periods_share_a_page(periods):
    columns, (width, height) = small_map_columns(periods), small_map_size([2] * periods)
    rows = -(-periods // columns)
    assert columns * width <= 493
    assert rows * (height + 66 + 2 * 9.5) <= 530


def test_news_below_the_maps_take_room_from_them():
    assert small_map_size([0, 0, 0])[1] > small_map_size([9, 0, 9])[1]


def test_a_bare_release_is_still_an_atlas(tmp_path):
    release = example_release(simulated=False)
    unknown = tuple(
        replace(f, estimate=None, interval=None, verdict=None, parts={}, multiverse=None, detection_band=None)
        for f in release.findings
    )
    bare = replace(
        release,
        findings=unknown,
        warnings=(),
        streets=None,
        water=None,
        place_counts=release.place_counts.iloc[:0],
        quarantine_summary=release.quarantine_summary.iloc[:0],
        hotspots=release.hotspots.iloc[:0],
    )
    for path in atlas.write(bare, STYLE, tmp_path)[:2]:
        assert page.validate_pdf_bytes(path.read_bytes(), profile=page.ValidationProfile.PDF_UA_1).is_compliant


def test_fonts_travel_with_their_licence():
    fonts = Path(atlas.__file__).parent / "template" / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8").upper()
    assert sum(path.stat().st_size for path in fonts.iterdir()) < 1_500_000
