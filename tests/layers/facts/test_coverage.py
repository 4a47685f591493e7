"""Every claim of the two documents on Bergen has a row of coverage, and every row says something that is so."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from layers.city.facts import Facts
from layers.disclosure.release import Release
from layers.products.geopackage.contract import COLUMNS as LAYERS

ROOT = Path(__file__).parents[3]
FACTS = ROOT / "config" / "facts" / "bergen"


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FACTS / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


ROWS = read("coverage")
SOURCES = {row["source_id"] for row in read("sources")}
STATUS = re.compile(r"(works|text only)( \(.+\))?|not computable because .{10,}")
# what the municipality's article of 2014 and the researchers' article of 2017 describe, read sentence by sentence,
# and what a reader needs beside them
CLAIMS = [
    "mapping_two_scenes",
    "park_meets_all_criteria",
    "vagsbunnen_meets_most",
    "visible_use_elsewhere",
    "torgallmenningen_station_few_stay",
    "nordnes_none",
    "jaegergarasjen_unlocated",
    "buyers_sellers_roles",
    "time_of_day",
    "repeated_mapping_round",
    "action_plan_three_parties",
    "park_refurbishment_closure",
    "housing_56_units",
    "housing_first",
    "botreningssenteret",
    "veien_videre",
    "less_temporary_lodging",
    "three_mo_centres",
    "policing_around_mo",
    "lar_7_centres",
    "lar_diversion",
    "public_unease",
    "expected_spreading",
    "expected_overdoses",
    "expected_scenes_near_mo",
    "worry_housing_lack",
    "park_emptied",
    "vagsbunnen_market_grew",
    "patrol_round_the_clock",
    "scene_at_tunnel",
    "vagsbunnen_never_empty",
    "moved_to_poorer",
    "crime_in_centre_fell",
    "centre_safer_edge_less_safe",
    "police_group",
    "practice_varies_by_place",
    "non_enforcement_tunnel",
    "reactive_in_park",
    "expulsions_2000",
    "expulsions_cut_off_help",
    "expulsion_duration",
    "fines_10000",
    "force_and_shame",
    "trust_62_56_55",
    "control_against_trust",
    "subcultural_ties",
    "control_by_officer",
    "control_by_gender",
    "violence_40_73",
    "violence_public_two_thirds",
    "womens_victimisation",
    "violence_and_masculinity",
    "tunnel_crowding_hygiene_exits",
    "hours_of_presence",
    "recruitment",
    "drop_in_visits",
    "housing_waits",
    "treatment_waits",
    "low_threshold_lar",
    "injection_room_opiates_only",
    "unmet_need",
    "help_not_easier",
    "who_is_left_in_the_survey",
    "distrust_of_housing",
    "distrust_of_lar",
    "helpers_absent",
    "trust_between_agencies",
    "small_scene_harms_as_much",
    "harm_per_participant",
    "reduce_harm_not_size",
    "users_participation",
    "harm_users_residents_apart",
    "exit_into_help",
    "worsening_before_closure",
    "dialogue_with_patrols",
    "supported_housing",
    "health_not_better",
    "deterrence_beside_displacement",
    "strategy_felt_excluding",
    "directed_to_strax",
    "closure_1989",
    "closure_announced",
    "overdose_deaths",
    "overdose_callouts",
    "tunnel_on_district_border",
    "origin_not_better_off",
    "reopening_2017",
]


# claim, table of facts, row in which it is told
TOLD_IN = """
housing_56_units published_counts housing_units
lar_7_centres published_counts lar_centres
police_group published_counts police_group
expulsions_2000 published_counts expulsions_year
expulsion_duration published_counts expulsion_duration
fines_10000 published_counts fine_level
overdose_deaths published_counts overdose_deaths_2015
overdose_callouts published_counts overdose_callouts_2011
housing_first interventions housing_first
botreningssenteret interventions botrening
veien_videre interventions veien_videre
low_threshold_lar interventions lar_low_threshold
closure_1989 interventions closure_1989
closure_announced interventions closure_announced
park_refurbishment_closure interventions refurbishment
reopening_2017 interventions reopened_2017
supported_housing interventions supported_housing
housing_waits interventions housing_waiting
treatment_waits interventions treatment_waiting
action_plan_three_parties interventions action_plan
three_mo_centres services mo_wergeland
injection_room_opiates_only services injection_room
expected_spreading expectations spreading
expected_overdoses expectations overdoses
expected_scenes_near_mo expectations scenes_near_mo
worry_housing_lack expectations housing_lack
public_unease expectations public_unease
violence_40_73 survey_figures violence_exposed
violence_40_73 survey_figures violence_witnessed
violence_public_two_thirds survey_figures violence_public
trust_62_56_55 survey_figures trust_low
trust_62_56_55 survey_figures safety_low
trust_62_56_55 survey_figures respect_low
womens_victimisation survey_figures women_sexual_violence
unmet_need survey_figures unmet_need
help_not_easier survey_figures not_easier
health_not_better survey_figures not_better
practice_varies_by_place statements practice_varies
control_by_gender statements control_gender
control_by_officer statements control_officer
control_against_trust statements control_trust
force_and_shame statements force_shame
expulsions_cut_off_help statements expelled_from_help
subcultural_ties statements subculture
dialogue_with_patrols statements dialogue
strategy_felt_excluding statements excluding
policing_around_mo statements mo_policing
worsening_before_closure statements before_closure
tunnel_crowding_hygiene_exits statements tunnel_place
hours_of_presence statements tunnel_presence
violence_and_masculinity statements violence_told
centre_safer_edge_less_safe statements business_residents
recruitment statements recruitment
small_scene_harms_as_much statements small_scene
lar_diversion statements lar_diversion
injection_room_opiates_only statements opiates_only
distrust_of_housing statements distrust_housing
distrust_of_lar statements distrust_lar
who_is_left_in_the_survey statements who_is_left
drop_in_visits statements drop_in_visits
helpers_absent statements helpers_absent
trust_between_agencies statements agency_trust
users_participation statements participation
reduce_harm_not_size statements reduce_harm
directed_to_strax statements directed
"""


def layers() -> set[str]:
    """Names of everything a product can hold: layers and tables of the GeoPackage, fields of facts and of a release."""
    return {*LAYERS, *Facts.model_fields, *Release.__dataclass_fields__, "practices", "scenes_intensity"}


def pages() -> set[str]:
    template = (ROOT / "layers/products/atlas/template").glob("*.typ")
    return {name for path in template for name in re.findall(r"#let page-(\w+)\(", path.read_text(encoding="utf-8"))}


def test_every_claim_has_one_row_and_every_row_is_a_claim():
    assert sorted(row["claim"] for row in ROWS) == sorted(CLAIMS)
    assert len(set(CLAIMS)) == len(CLAIMS)


@pytest.mark.parametrize("row", ROWS, ids=[row["claim"] for row in ROWS])
def test_a_row_names_what_exists(row):
    assert STATUS.fullmatch(row["status"]), row["status"]
    assert row["source"] in SOURCES
    assert row["layer"] in layers() | {""}
    assert row["page"] in pages() | {""}
    assert not row["test"] or _is_a_test(row["test"]), row["test"]
    if row["status"].startswith("works"):
        assert row["layer"] and row["test"], "what works has a layer and a test"


def _is_a_test(named: str) -> bool:
    """Whether a test of that name stands in that file."""
    path, _, name = named.partition("::")
    return (ROOT / path).is_file() and f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("claim", "table", "row"), [line.split() for line in TOLD_IN.strip().splitlines()])
def test_a_claim_told_in_a_table_of_facts_has_its_row_there(claim, table, row):
    assert claim in CLAIMS
    told = read(table)
    assert row in {next(iter(each.values())) for each in told}, f"{table} has no {row}"


def test_every_text_of_the_statements_is_told_for_a_claim():
    told = {line.split()[2] for line in TOLD_IN.strip().splitlines() if line.split()[1] == "statements"}
    assert {row["statement_id"] for row in read("statements")} == told


def test_what_is_told_as_text_stands_somewhere():
    told = [row for row in ROWS if row["status"].startswith("text only")]
    assert told and all(row["layer"] for row in told)


def test_bergen_names_its_facts():
    said = yaml.safe_load((ROOT / "config/cities/bergen.yaml").read_text(encoding="utf-8"))
    assert said["facts"] == "bergen"
