"""The later pages: readings, least effort, places, help and choices; and how the whole file holds up."""

import io
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import page
import pikepdf
import pytest

from layers.disclosure.release import Release
from layers.products import atlas
from layers.products.drawing.further import draw_further
from layers.products.drawing.views import draw_views
from layers.products.words import Speaker
from tests.example_release import example_release, example_style
from tests.layers.products.full_release import full_release

STYLE = example_style()


def _content(release: Release, language: str) -> dict:
    views, speaker = draw_views(release, STYLE), Speaker(language, STYLE)
    return {**atlas.atlas_content(views, speaker), **atlas.further_content(views, draw_further(views), speaker)}


@cache
def _full(language: str) -> dict:
    return _content(full_release(), language)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    paths = atlas.write(full_release(), STYLE, tmp_path_factory.mktemp("full"))
    return {path.stem[-2:]: path.read_bytes() for path in paths if path.suffix == ".pdf"}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_whole_atlas_keeps_the_standards_on_eleven_pages(files, language):
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(files[language], profile=profile).is_compliant
    with pikepdf.open(io.BytesIO(files[language])) as document:
        assert len(document.pages) == 11


def test_every_map_of_the_later_pages_is_stamped_inside_its_frame():
    content = _full("en")
    maps = [content["moved"]["map"], content["reach"]["map"]]
    maps += [m for place in content["close"]["places"] for m in place["maps"]]
    assert len(maps) == 2 + 9 and all(">SIMULATED<" in m["svg"] for m in maps)


def test_pages_without_anything_to_show_are_left_out():
    bare = _content(example_release(), "nb")
    assert [bare[key] for key in ("explained", "moved", "reach", "depends")] == [None] * 4


def test_readings_stand_with_verdict_and_what_would_decide_without_a_stamp_in_every_line():
    rows = _full("en")["explained"]["rows"]
    assert rows[0]["evidence"] == ["Of displacement."]
    assert rows[0]["verdict"]["kind"] == "cannot be decided"
    assert rows[0]["decides"].startswith("What could decide:")


def test_withheld_changes_of_a_route_say_so():
    rows = _full("en")["explained"]["routes"]["rows"]
    assert rows[0]["cells"][0] == {"change": "−93%", "interval": "−103% to −83%"}
    assert rows[1]["cells"][1] == {"change": "withheld", "interval": ""}


def test_least_effort_is_called_a_reading_and_stands_beside_quiet_years():
    moved = _full("en")["moved"]
    assert "not observed movement" in moved["intro"] and "not observed movement" in moved["map"]["alt"]
    assert "The widest leads from The park to The underpass, 2.4 incidents a day" in moved["map"]["alt"]
    assert moved["figures"]["rows"][0]["quiet_years"] == "5 to 7% in 4 pairs of years: outside what quiet years give"
    assert "1 smaller" in moved["note"]  # the third carries less than a tenth; what ends has no arrow


def test_places_tell_of_measures_near_them_alone():
    places = {p["name"].split(":")[0]: p["done"] for p in _full("nb")["close"]["places"]}
    assert [len(done) for done in places.values()] == [1, 0, 1]
    assert "Parken stenges" in places["Parken"][0]


def test_help_behind_a_zone_is_out_of_reach_and_counted():
    reach = _full("en")["reach"]
    rows = {group["name"]: group["rows"][0] for group in reach["groups"]}
    assert rows["From The park"][1:] == [
        "Mottakssenteret",
        "300\u00a0m (4\u00a0min)",
        "300\u00a0m (4\u00a0min)",
        "900\u00a0m (12\u00a0min)",
    ]
    assert rows["From The market"][-1] == "out of reach"
    assert reach["answer"] == "Open services that cannot be reached without entering a zone: 1."


def test_a_curve_of_choices_has_a_tick_for_each_and_a_ring_on_the_published_one():
    block = _full("en")["depends"]["blocks"][0]
    ticks = re.search(r'd="((?:M[\d.]+ [\d.]+v2\.2)+)"', block["svg"])
    assert ticks is not None and ticks.group(1).count("v2.2") == 4 and block["svg"].count('r="4"') == 1
    heights = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)v2\.2", ticks.group(1))]
    assert all(lower >= higher for lower, higher in pairwise(heights))  # sorted: higher on paper is smaller
    assert block["matters"] == "Moves the figure most: smoothing (+2.0 to +23.0)."


def test_the_curve_of_people_and_harm_says_what_the_most_deprived_half_has():
    assert _full("en")["bearers"]["curves"]["alt"].endswith("have 25% of the incidents before and 71% after.")


def test_page_one_tells_data_code_and_settings_apart_and_prints_comments():
    status = _full("en")["answer"]["status"]
    assert status["since"]["words"] == (
        "The run before was as of 1\u00a0December\u00a02019. "
        "New data: records; counted until 1\u00a0January\u00a02020, last time until 1\u00a0October\u00a02019. "
        "Revised figures of closed periods: not to be told apart from changed code or settings. "
        "Verdicts changed by late or revised records: none. "
        "Code: 0.1.0 became 0.2.0; other versions of scipy. Settings: none."
    )
    assert status["comments"]["lines"] == [
        "User organisation, Brukernes hus, 20\u00a0Dec\u00a02019: “There is less room now.”",
        "Neighbours: not asked.",
    ]
    first = _content(example_release(), "nb")["answer"]["status"]["since"]["words"]
    assert first.startswith("Første kjøring")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_undecided_verdict_on_page_one_names_the_record_that_would_decide_it(language):
    undecided = [f for f in full_release().findings if f.headline and f.verdict == "cannot be decided"]
    cards = [c for c in _full(language)["answer"]["cards"] if c["verdict"]["kind"] == "cannot be decided"]
    records = [f.would_decide.nb if language == "nb" else f.would_decide.en for f in undecided]
    assert undecided and all(r in c["decides"] for r, c in zip(records, cards, strict=True))


def test_page_one_says_where_corrections_go_and_that_nobody_was_asked():
    status = _content(example_release(), "en")["answer"]["status"]
    assert f"Corrections go to {example_release().city.contact}." in status["lines"]
    assert status["comments"]["lines"] == ["User organisation: not asked.", "Neighbours: not asked."]


def test_a_question_without_any_figure_has_no_plot():
    release = example_release()
    *others, ratio = (f for f in release.findings if f.headline)
    unknown = replace(ratio, estimate=None, interval=None, truth=None)
    *_, group = _content(replace(release, findings=(*others, unknown)), "nb")["steps"]["groups"]
    assert group["axis"] == "" and [(row["estimate"], row["svg"]) for row in group["rows"]] == [("–", "")]
    assert "steps" in _content(release, "nb") and _content(release, "nb")["steps"]["groups"][0]["axis"] != ""


def test_a_gain_per_loss_is_not_read_where_nothing_was_lost():
    release = example_release()
    *others, ratio = (f for f in release.findings if f.headline)
    lost = replace(ratio, parts={"G": 0.07, "L": -0.04}, estimate=-1.5, interval=None)
    card = _content(replace(release, findings=(*others, lost)), "nb")["answer"]["cards"][-1]
    assert (card["estimate"], card["interval"]) == ("–", "intet sikkert fall å måle mot")


def test_undecided_headlines_leave_less_room_to_the_map():
    release = example_release()
    unsure = tuple(replace(f, verdict="cannot be decided") for f in release.findings)
    sure = tuple(replace(f, verdict="supported") for f in release.findings)
    heights = [_content(replace(release, findings=f), "nb")["answer"]["map"]["height"] for f in (unsure, sure)]
    assert heights[0] < heights[1]


def test_services_of_one_kind_and_name_are_numbered_alike_whatever_their_order():
    release = example_release()
    alike = release.services.assign(kind=release.services["kind"].iloc[0], name="X")
    orders = [
        draw_further(draw_views(replace(release, services=given.reset_index(drop=True)), STYLE)).services["service_id"]
        for given in (alike, alike.iloc[::-1])
    ]
    assert orders[0].tolist() == orders[1].tolist()
