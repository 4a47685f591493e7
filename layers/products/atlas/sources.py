"""The atlas's page of sources: counts near places, credits, rows not used, parameters, how to open the data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.city import City
from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Release
from layers.products.atlas.parts import Block, titled
from layers.products.drawing.views import Views
from layers.products.measures import counted_place, plain_name, sentence_case
from layers.products.numbers import NO_BREAK, short, short_day, span, whole
from layers.products.words import Speaker
from layers.tables import Snapshot

_OF_THE_RUN = ("parameter_code", "parameter_config")  # no reason for a new edition


def sources_page(views: Views, speaker: Speaker) -> Block:
    """Page 6: counts near named places, sources and credits, rows not used, parameters, how to open the data."""
    release = views.release
    counts = release.place_counts
    quarantine = release.quarantine_summary.sort_values(["source_id", "table", "reason"])
    return {
        "title": titled("sources_title", release, speaker),
        "counts": {
            "heading": speaker.say("counts_heading"),
            "intro": speaker.say("counts_intro"),
            "columns": [
                speaker.say(k)
                for k in ("column_place", "column_category", "column_distance", "column_window", "column_count")
            ],
            "rows": [_count(row, release.city, speaker) for row in counts.to_dict("records")],
        },
        "sources": {
            "heading": speaker.say("sources_heading"),
            "columns": [speaker.say(k) for k in ("column_source", "column_credit", "column_licence", "column_date")],
            "rows": [
                [
                    _source_name(s.source_id, speaker),
                    speaker.glossed("credit", s.attribution),
                    speaker.glossed("licence", s.licence),
                    _dated(s, speaker),
                ]
                for s in release.snapshots
            ],
        },
        "quarantine": {
            "heading": speaker.say("quarantine_heading"),
            "intro": "" if len(quarantine) else speaker.say("quarantine_none"),
            "columns": [speaker.say(k) for k in ("column_source", "column_reason", "column_rows")],
            "rows": [
                [
                    _source_name(row["source_id"], speaker),
                    sentence_case(speaker.glossed("reason", row["reason"])),
                    whole(row["rows"], speaker.language),
                ]
                for row in quarantine.to_dict("records")
            ],
        },
        "warnings": {"heading": speaker.say("warnings"), "lines": _remarks(release, speaker)},
        "parameters": {"heading": speaker.say("parameters_heading"), **_parameters(release, speaker)},
        "opening": {
            "heading": speaker.say("open_heading"),
            "words": speaker.say("open_gpkg", file=f"{release.city.city}.gpkg"),
        },
    }


def _count(row: Mapping[Any, Any], city: City, speaker: Speaker) -> list[str]:
    if pd.isna(row["to_m"]):
        distance = speaker.say("whole_city")
    else:
        ends = (whole(row[key], speaker.language) for key in ("from_m", "to_m"))
        low, high = ends
        distance = speaker.say("distance_of", low=low, high=high)
    count = row["count"]
    shown = speaker.say("withheld") if pd.isna(count) else whole(int(count), speaker.language)
    category = (
        sentence_case(speaker.say("all_categories"))
        if row["category"] == "all"
        else sentence_case(speaker.glossed("category", row["category"]))
    )
    place = counted_place(row["place_id"], city, speaker)
    return [place, category, distance, span(row["start"], row["end"], speaker.language), shown]


def _source_name(source_id: str, speaker: Speaker) -> str:
    return sentence_case(plain_name(speaker.glossed("source", source_id), speaker))


def _remarks(release: Release, speaker: Speaker) -> list[str]:
    """Return the warnings of the run, and which layers the city does not have."""
    ids = [s.source_id for s in release.snapshots]
    absent = {
        "absent_water": release.water is None,
        "absent_services": release.services.empty,
        "absent_zones": release.zones.empty,
    }
    said = [speaker.of_sources(w, ids) for w in release.warnings]
    missing = [speaker.say(key) for key, is_absent in absent.items() if is_absent]
    return [*said, " ".join(missing)] if missing else said


def _dated(snapshot: Snapshot, speaker: Speaker) -> str:
    """Return the owner's date. When it was fetched stands in the manifest, so that fetching again changes no page."""
    when = snapshot.upstream_date
    return speaker.say("undated") if when is None else short_day(when, speaker.language)


def _parameters(release: Release, speaker: Speaker) -> Block:
    city, metres = release.city, NO_BREAK + "m"
    far = whole(city.inference.control_beyond_m, speaker.language)
    hidden = {"count": city.disclosure.min_count, "effective": city.disclosure.min_effective_incidents}
    withheld = "disclosure_of_cells" if shown_as_published(city) else "disclosure_of"
    rows = {
        "parameter_bandwidth": short(city.density.bandwidth_m, speaker.language) + metres,
        "parameter_cell": short(release.grid.cell_m, speaker.language) + metres,
        "parameter_control": speaker.say("control_of", metres=far),
        "parameter_seed": str(city.inference.seed),
        "parameter_disclosure": speaker.say(withheld, **hidden),
        "parameter_method": "; ".join(
            dict.fromkeys(p for f in release.findings if f.headline for p in speaker.of(f.method).split("; "))
        ),
        "parameter_crs": city.crs,
        "parameter_code": f"harmshift {release.run.code_version}",
        "parameter_config": release.run.config_sha256[:16],
    }
    of_the_run = [place for place, key in enumerate(rows) if key in _OF_THE_RUN]
    return {"rows": [[speaker.say(key), value] for key, value in rows.items()], "of_the_run": of_the_run}
