"""The page as text: whole, bilingual, closed to the outside, and without a figure that the release does not hold."""

import dataclasses
import html.parser
import json
import re
from pathlib import Path

import markupsafe
import numpy as np
import pytest

from layers.city import Words
from layers.products import web
from layers.products.atlas import further_content
from layers.products.drawing.further import draw_further
from layers.products.drawing.views import draw_views
from layers.products.web import page
from layers.products.web.further import further_parts
from layers.products.web.maps import draw_maps
from layers.products.web.security import digest, policy
from layers.products.web.words import page_words
from layers.products.words import Speaker
from tests.example_release import example_release, example_style
from tests.layers.products.web.lined_up import lined_up_release

FOLDER = Path(web.__file__).parent


@pytest.fixture(scope="module")
def made() -> str:
    return page(lined_up_release(), example_style())


class Elements(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "br", "path", "use", "circle", "line", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag

    def of(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def test_elements_are_closed_and_ids_are_unique(made):
    seen = Elements(made)
    assert seen.open == []
    ids = [a["id"] for _, a in seen.found if a.get("id")]
    assert len(ids) == len(set(ids))
    names = set(ids)
    pointed = [a["href"][1:] for _, a in seen.found if (a.get("href") or "").startswith("#")]
    assert pointed
    assert set(pointed) <= names
    assert set(re.findall(r"url\(#([^)]+)\)", made)) <= names
    assert {a["for"] for _, a in seen.found if "for" in a} <= names


def test_nothing_is_loaded_from_anywhere(made):
    for tag, attributes in Elements(made).found:
        assert "src" not in attributes, tag
        assert "style" not in attributes, f"<{tag}>: the policy would drop it"
        assert not any(name.startswith("on") for name in attributes)
        address = attributes.get("href") or ""
        assert not re.match(r"(?i)([a-z]+:|//)", address), address
    assert "http://www.w3.org/2000/svg" in made
    assert set(re.findall(r"https?://[^\s\"'<)]+", made)) == {"http://www.w3.org/2000/svg"}


def test_the_policy_allows_this_script_and_this_style_alone(made):
    given = next(a["content"] for a in Elements(made).of("meta") if a.get("http-equiv"))
    style = re.search(r"<style>(.*?)</style>", made, re.DOTALL)[1]
    script = re.search(r"<script>(.*?)</script>", made, re.DOTALL)[1]
    assert given == policy(style=style, script=script)
    assert digest(style + " ") not in given
    assert "unsafe" not in given


def test_both_languages_say_all_findings(made):
    release = lined_up_release()
    for page_language in ("nb", "en"):
        part = made.split(f'data-language="{page_language}"')[1]
        for finding in release.findings:
            if finding.headline:
                words: Words = finding.question
                assert getattr(words, page_language).replace("'", "&#39;") in part


def test_the_stamp_stands_in_every_map(made):
    maps = re.findall(r'<svg role="img" aria-label=.*?</svg>', made, re.DOTALL)
    assert len(maps) >= 2 * (3 + 1 + 1 + 8)
    assert all("SIMULERT" in one or "SIMULATED" in one for one in maps)


def test_the_same_release_gives_the_same_bytes(made):
    assert page(lined_up_release(), example_style()) == made


def test_a_name_cannot_become_code():
    release = example_release()
    nasty = Words(nb="</script><script>alert(1)</script>", en='" onload="x')
    city = release.city.model_copy(update={"name": nasty})
    text = page(dataclasses.replace(release, city=city), example_style())
    assert "<script>alert" not in text
    assert all(not any(n.startswith("on") for n in a) for _, a in Elements(text).found)


def test_data_of_the_choices_cannot_end_its_element(made):
    block = re.search(r'<script type="application/json">(.*?)</script>', made, re.DOTALL)[1]
    assert "<" not in block
    found = json.loads(block)["findings"][0]
    assert [select["name"] for select in found["selects"]] == ["bandwidth_m", "unit"]
    assert [row[:2] for row in found["rows"]] == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert found["words"][0] == found["published"]


def test_without_line_up_and_choices_the_sections_are_left_out():
    text = page(dataclasses.replace(example_release(), multiverse=None), example_style())
    assert "line-up-nb" not in text
    assert 'class="choices"' not in text


@pytest.mark.parametrize("language", ["nb", "en"])
def test_explanations_least_effort_and_help_are_the_atlases_words_and_figures(made, language):
    views = draw_views(lined_up_release(), example_style())
    speaker = Speaker(language, example_style())
    atlas = further_content(views, draw_further(views), speaker)
    cells = [cell for group in atlas["reach"]["groups"] for row in group["rows"] for cell in row]
    cells += [words for row in atlas["explained"]["rows"] for words in (row["name"], row["needs"], *row["evidence"])]
    cells += [words for row in atlas["moved"]["figures"]["rows"] for words in (row["estimate"], row["quiet_years"])]
    cells += [atlas[part][key] for part in ("explained", "moved", "reach") for key in ("intro", "answer")]
    assert len(cells) > 25
    assert [words for words in cells if str(markupsafe.escape(words)) not in made] == []


def test_what_the_release_does_not_hold_has_no_part_and_no_link():
    bare = page(example_release(), example_style())
    for part in ("explained", "moved", "reach"):
        assert f'id="{part}-nb"' not in bare and f'href="#{part}-nb"' not in bare


def test_ways_sort_by_metres_and_what_cannot_be_reached_stands_last():
    views = draw_maps(lined_up_release(), example_style())
    rows = further_parts(views, views.further, Speaker("nb", example_style()))["reach"]["table"]["rows"]
    assert {(cell["words"], cell["sort"]) for row in rows for cell in row[3:]} == {
        ("300\u00a0m (4\u00a0min)", "300"),
        ("900\u00a0m (12\u00a0min)", "900"),
        ("kan ikke nås", ""),
    }


def test_withheld_counts_say_so_and_sort_last():
    release = lined_up_release()
    counts = release.district_counts.copy()
    series = release.city.harm.series[0].id
    chosen = counts.index[counts["series"] == series][0]
    counts.loc[chosen, ["incidents", "incidents_per_day"]] = [None, np.nan]
    counts.loc[chosen, "withheld"] = True
    text = page(dataclasses.replace(release, district_counts=counts), example_style())
    assert '<td data-sort="" class="n">holdt tilbake</td>' in text


def test_shared_ground_is_kept_once(made):
    """Land and streets stand once for all periods, both languages: the page would be many times as large."""
    pieces = re.findall(r'<g id="g\d+">(.*?)</g>\n', made, re.DOTALL)
    assert len(pieces) == len(set(pieces))
    assert len(made) < 800_000


@pytest.mark.parametrize("key", sorted(page_words()))
def test_words_take_the_same_values_in_both_languages_and_are_used(key):
    words = page_words()[key]
    assert set(re.findall(r"{(\w+)}", words.nb)) == set(re.findall(r"{(\w+)}", words.en))
    code = "".join(
        path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.suffix in {".py", ".html"}
    )
    assert re.search(f"[\"']{key}[\"']", code) or key.startswith("choice_")
