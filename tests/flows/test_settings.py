"""A city's YAML becomes a City, or one message with every mistake, its line and its cure."""

from datetime import date
from pathlib import Path

import pytest

from flows.configuration.settings import find_city, find_config_dir, known_cities, load_city, load_style
from layers.errors import ConfigError
from tests.flows.city_yaml import CONFIG, GOOD, line_of, load, mistakes, spoiled, write


def test_good_file_becomes_a_city_with_defaults(tmp_path):
    loaded = load(tmp_path)
    assert loaded.city.steps[0].id == "before->tunnel"
    assert loaded.city.periods[0].end == date(2014, 8, 25)
    assert loaded.city.density.bandwidth_m == 200
    assert loaded.city.disclosure.min_count == 5
    assert loaded.path == tmp_path / "testby.yaml"
    assert len(loaded.sha256) == 64


def test_city_overrides_one_key_and_keeps_the_other_defaults(tmp_path):
    text = GOOD + "density: {bandwidth_m: 300}\ninference:\n  no_practical_change: {harm_moved_share: 0.2}\n"
    city = load(tmp_path, text).city
    assert (city.density.bandwidth_m, city.density.street_bandwidth_m) == (300, 150)
    assert city.inference.no_practical_change["harm_moved_share"] == 0.2
    assert city.inference.no_practical_change["harm_total_change"] == 0.05


def test_hash_follows_what_is_said_not_how(tmp_path):
    first = load(tmp_path).sha256
    assert load(tmp_path, "# a comment\n" + GOOD).sha256 == first
    assert load(tmp_path, GOOD + "density: {bandwidth_m: 200}\n").sha256 == first
    assert load(tmp_path, GOOD + "density: {bandwidth_m: 201}\n").sha256 != first


def test_unknown_key_names_line_and_nearest_key(tmp_path):
    found = mistakes(tmp_path, ("time_zone:", "time_zoen:"))
    line = line_of("time_zone:")
    assert f"testby.yaml:{line}: time_zoen: is an unknown key. Did you mean 'time_zone'?" in found
    assert (
        "testby.yaml:1: time_zone: is missing. Write `time_zone:` with IANA zone of local days, e.g. Europe/Oslo."
        in found
    )


def test_unknown_key_deep_in_a_source(tmp_path):
    line = line_of("path: incidents_*.csv")
    assert mistakes(tmp_path, ("path: incidents_*.csv", "path: incidents_*.csv\n    colums: {}")) == [
        f"testby.yaml:{line + 1}: sources[0].colums: is an unknown key. Did you mean 'columns'?"
    ]


def test_mistakes_of_every_kind_at_once(tmp_path):
    found = mistakes(
        tmp_path,
        ("crs: EPSG:25832", "crs: EPSG:4326"),
        ("time_zone: Europe/Oslo", "time_zone: Oslo"),
        ("receivers: [square]", "receivers: [sqare]"),
        ("start: 2014-08-25", "start: 2014-09-01"),
        ('year: "2013"', "year: 2013"),
        ("more_is: more_deprived", "more_is: more_deprived\n  more_is: less_deprived"),
    )
    texts = "\n".join(found)
    assert len(found) == 6
    assert "crs: EPSG:4326 is in degrees; name a metric CRS such as EPSG:25832." in texts
    assert "time_zone: 'Oslo' is not an IANA time zone; write e.g. Europe/Oslo or UTC." in texts
    assert "steps[0].receivers[0]: 'sqare' is no scene. Did you mean 'square'?" in texts
    assert "a gap of 7 days (2014-08-25 to 2014-08-31) lies between 'before' and 'market'" in texts
    assert 'deprivation.year: 2013 is read as a number; here it must be text. Put it in quotes: "2013".' in texts
    assert "deprivation.more_is: stands twice, first on line" in texts
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)


def test_mistake_in_the_defaults_names_their_file(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    text = (CONFIG / "pipeline.yaml").read_text().replace("level: 0.95", "level: 95")
    (config / "pipeline.yaml").write_text(text + "colours: {}\n")
    with pytest.raises(ConfigError) as caught:
        load_city(str(write(tmp_path)), config)
    line = line_of("level: 95", text)
    assert f"config/pipeline.yaml:{line}: inference.level: 95 is outside what is allowed. Write below 1." in str(
        caught.value
    )
    assert "'colours' is no section of defaults. Known: density, disclosure, help, inference, multiverse." in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("open: true\n  - {kind: file, id: areas", "open: jo\n  - {kind: file, id: areas"),
            "is text; here stands true or",
        ),
        (("table: incidents", "table: incident"), "Did you mean 'incidents'?"),
        (("- kind: file", "- kind: files"), "Did you mean 'file'?"),
        (("- kind: file\n    id", "- id"), "has no kind. Write kind: file, kind: osm or another of docs/sources.md."),
        (("end: 2019-09-01", "end: 2019-02-30"), "'2019-02-30' is not a day. Write it as year-month-day"),
        (("end: 2019-09-01", "end: 20190901"), "20190901 is not a day."),
        (("city: testby", "city: Test by"), "cannot be an id. Write small letters"),
        (("contact: kart@testby.invalid", "contact: ''"), "contact: is empty. Write the text."),
        (("contact: kart@testby.invalid", "contact:"), "contact: is empty. Write text, or remove the key."),
        (("contact: kart@testby.invalid\n", ""), "Write `contact:` with where corrections are received"),
        (
            ("  - {from: before, to: tunnel, origin: [park], receivers: [square]}", "  []"),
            "needs at least 1 entries and has 0.",
        ),
        (("radius_m: 100", "radius_m: 6000"), "6000 is outside what is allowed. Write 5000 or less."),
        (("[0, 150]", "[0]"), "is a list too short: entry 2 is missing."),
        (("receivers: [square]", "receivers: [park]"), "a scene has one role in a step."),
        (("end: 2014-08-25", "end: 2011-08-25"), "end 2011-08-25 is not after start 2012-01-01"),
    ],
)
def test_wrong_values_are_told_in_plain_words(tmp_path, change, message):
    found = mistakes(tmp_path, change)
    assert any(message in line for line in found), found
    assert all("testby.yaml:" in line and "pydantic" not in line for line in found)


def test_norwegian_no_and_codes_with_leading_zero_stay_text(tmp_path):
    text = spoiled(("name: {nb: Testby, en: Testtown}", "name: {nb: no, en: on}"), ("ids: [Z2]", "ids: [0301]"))
    city = load(tmp_path, text).city
    assert (city.name.nb, city.name.en, city.scenes[1].place.ids) == ("no", "on", ("0301",))


def test_missing_city_lists_the_known_ones():
    with pytest.raises(ConfigError) as caught:
        find_city("fjordbi", CONFIG)
    assert "there is no city 'fjordbi'" in str(caught.value)
    assert "harmshift new-city fjordbi" in str(caught.value)
    for name in known_cities(CONFIG):
        assert name in str(caught.value)


def test_missing_city_suggests_the_nearest(tmp_path):
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "fjordby.yaml").write_text("")
    with pytest.raises(ConfigError, match="Did you mean 'fjordby'"):
        find_city("fjordbi", tmp_path)
    with pytest.raises(ConfigError, match="there is no such file"):
        find_city("elsewhere/fjordby.yaml", tmp_path)
    assert find_city("fjordby", tmp_path) == tmp_path / "cities" / "fjordby.yaml"


def test_config_folder_in_order_of_nearness(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    packaged = find_config_dir(None, {})
    assert (packaged / "pipeline.yaml").is_file()
    for name in ("config", "other"):
        (tmp_path / name).mkdir()
    assert find_config_dir(None, {}) == packaged  # an unrelated folder of that name is passed over
    (tmp_path / "config" / "pipeline.yaml").write_text("")
    (tmp_path / "other" / "pipeline.yaml").write_text("")
    assert find_config_dir(None, {}) == tmp_path / "config"
    assert find_config_dir(None, {"HARMSHIFT_CONFIG": "other"}) == tmp_path / "other"
    assert find_config_dir(Path("config"), {"HARMSHIFT_CONFIG": "other"}) == tmp_path / "config"


def test_named_config_folder_without_settings_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"--config names .*holds no pipeline\.yaml"):
        find_config_dir(tmp_path, {})
    with pytest.raises(ConfigError, match="HARMSHIFT_CONFIG names"):
        find_config_dir(None, {"HARMSHIFT_CONFIG": str(tmp_path)})


def test_style_ships_and_its_mistakes_have_lines(tmp_path):
    assert load_style(CONFIG).scenes
    (tmp_path / "styles").mkdir()
    text = (CONFIG / "styles" / "style.yaml").read_text().replace("land:", "lnd:", 1)
    (tmp_path / "styles" / "style.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"style\.yaml:\d+: lnd: is an unknown key\. Did you mean 'land'"):
        load_style(tmp_path)


@pytest.mark.parametrize("name", known_cities(CONFIG))
def test_every_city_that_ships_is_valid(name):
    assert load_city(name, CONFIG).city.city == name
