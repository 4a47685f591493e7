"""Settings of the example release, as a city's YAML would say them."""

import yaml

from layers.city import City

_SIMULATED = "{kind: simulated, id: records, licence: CC0-1.0, attribution: Eksempelby (simulated), open: true}"
_RECORDED = """{kind: file, id: records, table: incidents, path: records.csv, licence: CC-BY-4.0,
                attribution: © Eksempelby kommune, open: true}"""
_CITY = """
city: eksempelby
name: {nb: Eksempelby, en: Exampletown}
crs: EPSG:25832
time_zone: Europe/Oslo
as_of: 2020-01-01
contact: kart@eksempelby.invalid
harm:
  classes:
    violence: {nb: vold, en: violence}
    nuisance: {nb: ordensforstyrrelser, en: public nuisance}
  series:
    - id: violence_public
      name: {nb: Vold, en: Violence}
      harm_class: violence
      borne_by: public
      recorded_by: reactive
    - id: nuisance_resident
      name: {nb: Uro for naboer, en: Nuisance to neighbours}
      harm_class: nuisance
      borne_by: resident
      recorded_by: reactive
periods:
  - {id: before, name: {nb: Før stengingen, en: Before the closure}, start: 2012-01-01, end: 2014-08-25}
  - {id: market, name: {nb: Torget, en: Market streets}, start: 2014-08-25, end: 2015-06-01}
  - {id: tunnel, name: {nb: Undergangen, en: Underpass}, start: 2015-06-01, end: 2019-09-01}
scenes:
  - {id: park, name: {nb: Parken, en: The park}, place: {table: zones, ids: [Z1], radius_m: 100}}
  - {id: market, name: {nb: Torget, en: The market}, place: {table: zones, ids: [Z2]}}
  - id: tunnel
    name: {nb: Undergangen, en: The underpass}
    place: {table: interventions, ids: [I2], radius_m: 150}
steps:
  - {from: before, to: tunnel, origin: [park], receivers: [market, tunnel]}
  - {from: before, to: market, origin: [park], receivers: [market]}
deprivation:
  indicator: low_income_share
  more_is: more_deprived
  year: "2013"
  name: {nb: Andel med lav inntekt, en: Share with low income}
  source: Eksempelby kommune
density: {bandwidth_m: 200}
inference:
  no_practical_change:
    harm_total_change: 0.05
    deprivation_of_harm_shift: 2.0
    harm_moved_share: 0.1
    share_in_most_deprived_fifth_change: 2.0
    deterrence_vs_displacement: 0.1
    displacement_wdd: 0.05
    exit_into_help: 0.1
  claim:
    harm_total_change: decrease
    deprivation_of_harm_shift: increase
    harm_moved_share: increase
    share_in_most_deprived_fifth_change: increase
    deterrence_vs_displacement: increase
    displacement_wdd: decrease
    exit_into_help: increase
disclosure: {}
"""


def example_city(*, simulated: bool = True) -> City:
    """The settings behind the example release; simulated, or as if its records were real and open."""
    said = yaml.safe_load(_CITY)
    said["sources"] = [yaml.safe_load(_SIMULATED if simulated else _RECORDED)]
    said["disclosure"] = {"open_counts_as_published": not simulated}
    return City.model_validate(said)
