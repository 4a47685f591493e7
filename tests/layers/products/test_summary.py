"""summary.md: both languages, the mark first, headlines, warnings, sources and what figures are not."""

from dataclasses import replace

from pandas import DataFrame

from layers.products import summary
from tests.example_release import example_release, example_style
from tests.layers.products.full_release import full_release


def _parts(directory, *, simulated: bool = True):
    [path] = summary.write(example_release(simulated=simulated), example_style(), directory)
    return path.read_text(encoding="utf-8").split("\n\n---\n\n")


def test_both_languages_begin_with_the_mark(tmp_path):
    nb, en = _parts(tmp_path)
    assert nb.startswith("# SIMULERT: Eksempelby\n\n**SIMULERT")
    assert en.startswith("# SIMULATED: Exampletown\n\n**SIMULATED")


def test_headlines_stand_beside_the_truth_in_readers_units(tmp_path):
    nb, en = _parts(tmp_path)
    assert "anslaget er 0,63 (share of the origin's harm). _fasit: 70,0\u00a0%_" in nb
    assert "the estimate is 0.63 (share of the origin's harm). _truth: 70.0%_" in en
    assert en.count("the estimate is") == nb.count("anslaget er") == 5


def test_warnings_sources_and_limits_are_named(tmp_path):
    nb, en = _parts(tmp_path, simulated=False)
    assert "- 12 rader ble holdt i karantene." in nb
    assert "- © Eksempelby kommune (records); licence: CC-BY-4.0; dated 2019-12-01" in en
    assert "not how many people are there" in en
    assert "SIMUL" not in nb + en
    assert "truth" not in en


def test_languages_say_the_same_number_of_things(tmp_path):
    nb, en = _parts(tmp_path)
    marks = [[line[:2] for line in part.splitlines() if line[:1] in {"#", "-"}] for part in (nb, en)]
    assert marks[0] == marks[1]


def test_it_does_not_claim_to_withhold_counts_of_open_data(tmp_path):
    assert "Small counts and cells with few incidents are withheld." in _parts(tmp_path)[1]
    assert "counts of open data stand as published" in _parts(tmp_path, simulated=False)[1]


def test_a_variant_of_a_step_is_named_in_words(tmp_path):
    release = example_release(simulated=False)
    step = release.city.steps[0].model_copy(update={"variant": "surge_included"})
    told = DataFrame({"step": [step.id], "text_nb": ["Intet er vist."], "text_en": ["Nothing is shown."]})
    release = replace(release, city=release.city.model_copy(update={"steps": (step,)}), routes=told)
    [path] = summary.write(release, example_style(), tmp_path)
    said = path.read_text(encoding="utf-8")
    assert "(med oppgangen før): Intet er vist." in said
    assert "(with the surge before): Nothing is shown." in said
    assert "surge_included" not in said


def test_what_is_new_is_told_as_page_1_tells_it(tmp_path):
    nb, en = _parts(tmp_path)
    assert "## Nytt siden sist\n\nFørste kjøring" in nb
    assert "## New since last time\n\nFirst run; there is no earlier one to compare with." in en
    [path] = summary.write(full_release(), example_style(), tmp_path)
    assert "New data: records; counted until 1\u00a0January\u00a02020" in path.read_text(encoding="utf-8")
