"""The commented YAML that `harmshift new-city` writes: every section explained, FILL_IN where only its team knows."""

PLACEHOLDER = "FILL_IN"

TEMPLATE = """\
# yaml-language-server: $schema={schema}
#
# {city}: fill in every {placeholder}, then look at it with:  harmshift check {shown}
# That lists, all at once, whatever is still missing or cannot be, with line and cure.
# Paths of files are relative to this file, or to the folder given with --data.

city: {city}
name: {{nb: {placeholder}, en: {placeholder}}}
crs: {placeholder}                 # one metric CRS for everything, e.g. EPSG:25832 (Norway west of 12 degrees east)
time_zone: {placeholder}           # e.g. Europe/Oslo: a day runs from midnight to midnight here
contact: {placeholder}             # where corrections are received; printed in the atlas
# as_of: 2026-01-01         # fixes the run's date; without it, the day of the run
# internal_dir: /srv/harmshift-internal   # needed as soon as one source is not open; outside the public results

# ---------------------------------------------------------------- where the data come from
# One entry per table. Needed: incidents and districts. Useful: land or water, zones, interventions, services, streets.
# Files may be GeoPackage, GeoJSON, Shapefile, Parquet or CSV (.gz); streets also .osm.pbf (kind: osm).
sources:
  - id: incidents
    kind: file
    table: incidents
    path: {placeholder}            # a file, or a pattern such as incidents_*.parquet
    licence: {placeholder}         # as the owner of the data states it
    attribution: {placeholder}     # the credit line on maps
    open: false             # true only if anyone may see the data as they are
    protection:             # why data that are not open may be used; remove these lines if open is true
      controller: {placeholder}    # the body that answers for it
      purpose: {placeholder}
      legal_basis: {placeholder}
      dpia: {placeholder}          # reference of the data protection impact assessment
      retention_days: 365   # what was stored is removed after so many days
    crs: {placeholder}             # CRS of x and y, e.g. EPSG:4326 for degrees; remove if the file states its CRS
    x: {placeholder}               # column with x or longitude; remove x and y if the file has geometry
    y: {placeholder}
    columns:                # column of harmshift: column of the file
      incident_id: {placeholder}
      category: {placeholder}
    time:
      occurred_from: {placeholder}
      zone: {placeholder}          # time zone the times are written in: UTC, or e.g. Europe/Oslo
    max_refused_share: 0.01 # more rows in quarantine than this share stop the run

  - id: districts
    kind: file
    table: districts
    path: {placeholder}
    licence: {placeholder}
    attribution: {placeholder}
    open: true
    columns:
      district_id: {placeholder}
      name: {placeholder}
      population: {placeholder}
      {indicator}: {placeholder}   # the indicator of deprivation named below

  # The indicator is known for other areas, or another year's districts? Give these as well, map the indicator there
  # instead, and it is carried onto the districts: by area, or by where people are.
  # - {{id: areas, kind: file, table: indicator_areas, path: FILE, licence: ..., attribution: ..., open: true,
  #    columns: {{area_id: COLUMN, population: COLUMN, {indicator}: COLUMN}}}}
  # - {{id: buildings, kind: file, table: people_where, path: FILE, licence: ..., attribution: ..., open: true,
  #    columns: {{density: COLUMN}}}}        # e.g. floors; buildings, inhabited land or streets

  - id: zones               # the places the scene was, and where it may have gone
    kind: file
    table: zones
    path: {placeholder}
    licence: {placeholder}
    attribution: {placeholder}
    open: true
    columns: {{zone_id: {placeholder}, kind: {placeholder}, valid_from: {placeholder}}}

# ---------------------------------------------------------------- what is counted
harm:
  classes:                  # your own ids, in words
    nuisance: {{nb: Uro og ordensforstyrrelser, en: Disorder}}
  # What each category of the records stands for.
  #   borne_by: user, resident, business, public or unknown
  #   recorded_by: police_initiated, reactive (someone called), health or field (outreach)
  categories:
    {placeholder}: {{harm_class: nuisance, borne_by: resident, recorded_by: reactive}}
  # Findings are given for each series apart; they are never added up. The first is the headline.
  series:
    - id: nuisance
      name: {{nb: Uro meldt av beboere, en: Disorder reported by residents}}
      harm_class: nuisance
      borne_by: resident
      recorded_by: reactive

# ---------------------------------------------------------------- the chain: when and where the scene stood
# From start to end, the end not included; each period starts where the one before it ends. Several years before the
# first event are needed to say what change is ordinary.
periods:
  - {{id: before, name: {{nb: Før, en: Before}}, start: {placeholder}, end: {placeholder}}}
  - {{id: after, name: {{nb: Etter, en: After}}, start: {placeholder}, end: {placeholder}}}

scenes:                     # ids are ids in the table; the radius takes in incidents recorded a little beside
  - id: origin
    name: {{nb: {placeholder}, en: {placeholder}}}
    place: {{table: zones, ids: [{placeholder}], radius_m: 50}}
  - id: destination
    name: {{nb: {placeholder}, en: {placeholder}}}
    place: {{table: zones, ids: [{placeholder}], radius_m: 150}}

steps:                      # the first is the headline; days compared are matched by season unless given
  - {{from: before, to: after, origin: [origin], receivers: [destination]}}

# ---------------------------------------------------------------- who has less
deprivation:
  indicator: {indicator}   # measured before the first event
  more_is: more_deprived    # or less_deprived: what a high value means
  year: "{placeholder}"
  name: {{nb: {placeholder}, en: {placeholder}}}
  source: {placeholder}

# ---------------------------------------------------------------- how it is computed
# The house's defaults stand in pipeline.yaml; a key given here replaces its default. Disclosure can only be stricter.
# density:
#   bandwidth_m: 200
# inference:
#   negative_controls: [thefts]   # a series that the event cannot have displaced, recorded as the headline is
#   route_contrasts: [{{series: searches, beside: overdoses}}]   # two series that see the same harm by different routes
"""
