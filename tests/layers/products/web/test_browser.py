"""The page in a real browser, opened from the disk: what keyboard, slider and buttons do, and what the console says."""

import json
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from layers.products import web
from tests.example_release import example_style
from tests.layers.products.web.lined_up import lined_up_release

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("chromium") is None or shutil.which("chromedriver") is None,
        reason="Chromium and its driver are not installed (Debian: chromium chromium-driver)",
    ),
]
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1200,1000",
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (path,) = web.write(lined_up_release(), example_style(), folder)
    return path.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser, address):
    browser.get(address)
    return browser


def find(opened, css):
    return opened.find_element(By.CSS_SELECTOR, css)


def view_box(opened, css):
    return [float(part) for part in find(opened, css).get_dom_attribute("viewBox").split()]


def test_it_opens_from_the_disk_without_a_complaint(opened):
    assert opened.get_log("browser") == []
    assert opened.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert "SIMULERT" in opened.title


def test_the_reader_changes_the_language(opened):
    assert find(opened, ".page[data-language=nb]").is_displayed()
    find(opened, "#language-en").click()
    assert not find(opened, ".page[data-language=nb]").is_displayed()
    assert find(opened, ".page[data-language=en]").is_displayed()
    assert opened.execute_script("return document.documentElement.lang") == "en"
    assert "SIMULATED" in opened.title
    find(opened, "#language-nb").click()


def test_the_slider_shows_one_period_and_says_which(opened):
    slider = find(opened, "#slider-nb")
    slides = [s for s in opened.find_elements(By.CSS_SELECTOR, "#periods-nb .slide") if s.is_displayed()]
    assert len(slides) == 1
    slider.send_keys(Keys.HOME)
    shown = next(s for s in opened.find_elements(By.CSS_SELECTOR, "#periods-nb .slide") if s.is_displayed())
    assert slider.get_attribute("aria-valuetext") == shown.get_attribute("data-name")
    assert shown.get_attribute("data-name") in find(opened, "#periods-nb output").text
    slider.send_keys(Keys.ARROW_RIGHT)
    assert slider.get_attribute("aria-valuetext") != shown.get_attribute("data-name")


def test_zooming_by_button_and_keyboard_keeps_all_periods_on_one_view(opened):
    first = "#periods-nb .slide:nth-of-type(1) .map > svg"
    whole = view_box(opened, first)
    shown = next(m for m in opened.find_elements(By.CSS_SELECTOR, "#periods-nb .map") if m.is_displayed())
    shown.find_element(By.CSS_SELECTOR, "[data-zoom=in]").click()
    boxes = {m.get_dom_attribute("viewBox") for m in opened.find_elements(By.CSS_SELECTOR, "#periods-nb .map > svg")}
    assert len(boxes) == 1
    assert view_box(opened, first)[2] == pytest.approx(0.7 * whole[2], rel=1e-3)
    shown.send_keys(Keys.ARROW_RIGHT)
    assert view_box(opened, first)[0] > 0.15 * whole[2]
    shown.send_keys("0")
    assert view_box(opened, first) == whole
    for _ in range(12):
        shown.send_keys("+")
    assert view_box(opened, first)[2] == pytest.approx(whole[2] / 8, rel=1e-2)  # no closer than that
    shown.send_keys("0")


def test_tables_sort_up_and_down_and_keep_what_is_withheld_last(opened):
    details = find(opened, "#bearers-nb > details")
    details.find_element(By.CSS_SELECTOR, "summary").click()
    button = details.find_elements(By.CSS_SELECTOR, "th button")[1]
    button.click()
    cells = [c.get_attribute("data-sort") for c in details.find_elements(By.CSS_SELECTOR, "td:nth-child(2)")]
    known = [float(c) for c in cells if c]
    assert known == sorted(known)
    assert cells[len(known) :] == [""] * (len(cells) - len(known))
    button.click()
    again = [c.get_attribute("data-sort") for c in details.find_elements(By.CSS_SELECTOR, "td:nth-child(2)")]
    assert [float(c) for c in again if c] == sorted(known, reverse=True)
    assert button.find_element(By.XPATH, "..").get_attribute("aria-sort") == "descending"


def test_the_line_up_tells_the_real_map_only_when_asked(opened):
    section = find(opened, "#line-up-nb")
    told = section.find_element(By.CSS_SELECTOR, ".told")
    assert told.text == ""
    assert not section.find_elements(By.CSS_SELECTOR, ".real")
    buttons = section.find_elements(By.CSS_SELECTOR, "button")
    assert len(buttons) == 8
    buttons[0].send_keys(Keys.ENTER)
    assert "D" in told.text
    assert "Det var ikke dette" in told.text
    assert section.find_element(By.CSS_SELECTOR, ".real").get_attribute("data-sign") == "D"
    buttons[3].click()
    assert told.text.startswith("Riktig")


def test_other_choices_give_the_estimates_that_were_computed(opened):
    block = find(opened, "#choices-nb script").get_attribute("textContent")
    words = json.loads(block)["findings"][0]["words"]
    selects = [Select(s) for s in opened.find_elements(By.CSS_SELECTOR, "#choices-nb .selects select")]
    value = find(opened, "#choices-nb .value")
    assert value.get_attribute("textContent") == words[0]
    selects[0].select_by_index(1)
    assert value.get_attribute("textContent") == words[1]
    selects[1].select_by_index(1)
    assert value.get_attribute("textContent") == words[3]
    assert len(opened.find_elements(By.CSS_SELECTOR, "#choices-nb .curve line")) == 5
    assert "3 av 4" in find(opened, "#choices-nb .agree").text


def test_everything_can_be_reached_by_keyboard_and_has_a_name(opened):
    nameless = opened.execute_script(
        """return Array.from(document.querySelectorAll("button, select, input, [role=img], [role=region], a"))
        .filter(e => !(e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length)))
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    assert not opened.find_elements(By.CSS_SELECTOR, "[tabindex]:not([tabindex='0']):not([tabindex='-1'])")


@pytest.mark.parametrize("width", [1200, 360])
def test_no_label_of_a_chart_is_cut(opened, width):
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    )
    cut = opened.execute_script(
        """return Array.from(document.querySelectorAll(".page[data-language=nb] .chart svg text")).filter(e => {
        const box = e.getBoundingClientRect(), page = e.closest(".chart").getBoundingClientRect();
        return box.width > 0 && (box.left < page.left - 1 || box.right > page.right + 1);
        }).map(e => e.textContent)"""
    )
    assert cut == []
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_ways_to_help_sort_by_metres(opened):
    head = find(opened, "#reach-nb th:last-child button")
    head.click()
    words = [e.text for e in opened.find_elements(By.CSS_SELECTOR, "#reach-nb tbody td:last-child")]
    assert [w.replace("\u00a0", " ") for w in words] == ["300 m (4 min)", "900 m (12 min)", "kan ikke nås"]


def test_it_fits_a_phone(opened):
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    )
    assert opened.execute_script("return document.documentElement.scrollWidth") <= 360
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_without_scripts_every_period_is_there(opened, address):
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    opened.get(address)
    slides = opened.find_elements(By.CSS_SELECTOR, "#periods-nb .slide")
    assert len(slides) == 3
    assert all(s.is_displayed() for s in slides)
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
