"""Findings and facts of a run as flat rows of figures and words, for tables of any format. Writes nothing."""

import math
from typing import Any

from layers.city import City, Words
from layers.disclosure.release import Finding, Release
from layers.style import Style

SIGNIFICANT_DIGITS = 10
# what a city's ground and published facts give, whatever its incidents are
REAL_LAYERS = frozenset({"streets", "water", "window", "zones", "interventions", "services", "practices"})


def rounded(value: float | None) -> float | None:
    """Return a figure at ten significant digits, None where it is unknown or unbounded."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return a finding as one flat row; parts stand in columns `part_<name>`."""
    low, high = finding.interval or (None, None)
    band_low, band_high = finding.detection_band or (None, None)
    return {
        "id": finding.id,
        "kind": finding.kind,
        "step": finding.step or "",
        "series": finding.series,
        "harm_class": finding.harm_class,
        "borne_by": finding.borne_by,
        "route": finding.route,
        "adjustment": finding.adjustment,
        "headline": finding.headline,
        "question_nb": finding.question.nb,
        "question_en": finding.question.en,
        "estimate": rounded(finding.estimate),
        "unit": finding.unit,
        "interval_low": rounded(low),
        "interval_high": rounded(high),
        "confidence_level": rounded(finding.level),
        "p_value": rounded(finding.p_value),
        "detection_band_low": rounded(band_low),
        "detection_band_high": rounded(band_high),
        "tipping_point": _tipping(finding),
        "verdict": finding.verdict,
        "statement_nb": finding.statement.nb,
        "statement_en": finding.statement.en,
        "method_nb": finding.method.nb,
        "method_en": finding.method.en,
        "truth": rounded(finding.truth),
        **{f"part_{name}": rounded(value) for name, value in finding.parts.items()},
    }


def _tipping(finding: Finding) -> str:
    point = finding.tipping_point
    if isinstance(point, str):
        return point
    value = rounded(point)
    return "" if value is None else f"{value:.{SIGNIFICANT_DIGITS}g}"


def run_facts(release: Release) -> list[tuple[str, str]]:
    """Return what must be known of a run, as key and value, the simulated mark first."""
    run, city = release.run, release.city
    facts = [("simulated", both(release.stamp))] if release.stamp else []
    facts += [
        ("city", city.city),
        ("name", both(city.name)),
        ("run_id", run.run_id),
        ("as_of", run.as_of.isoformat()),
        ("data_until_exclusive", run.data_until.isoformat()),
        ("code_version", run.code_version),
        ("config_sha256", run.config_sha256),
        ("crs", city.crs),
        ("bandwidth_m", f"{city.density.bandwidth_m:g}"),
        ("cell_m", f"{release.grid.cell_m:g}"),
        ("deprivation", _deprivation(city)),
        ("contact", city.contact),
    ]
    for snapshot in release.snapshots:
        dated = f", {snapshot.upstream_date.isoformat()}" if snapshot.upstream_date else ""
        archived = ", from the archive address" if snapshot.from_archive else ""
        said = f"{snapshot.attribution}; {snapshot.licence}{dated}{archived}; sha256 {snapshot.sha256}"
        facts.append((f"source {snapshot.source_id}", said))
    facts += [(f"warning {n}", both(warning)) for n, warning in enumerate(release.warnings, start=1)]
    return facts


def _deprivation(city: City) -> str:
    said = f"{both(city.deprivation.name)}, {city.deprivation.year}, {city.deprivation.source}"
    how = city.indicators_carried_by
    return said if how is None else f"{said}; measured for other areas, carried onto the districts by {how}"


def both(words: Words) -> str:
    """Return words in both languages on one line, once if they are the same."""
    return words.nb if words.nb == words.en else f"{words.nb} / {words.en}"


def stamped(text: str, release: Release, *, layer: str = "") -> str:
    """Return a title or a description with the mark of simulated data, if they are.

    On real ground, layers of ground and of published facts are not simulated, and carry none.
    """
    is_real = layer in REAL_LAYERS and release.is_on_real_ground
    return f"{text} – {both(release.stamp)}" if release.stamp and not is_real else text


def stamp_long(release: Release, style: Style) -> Words | None:
    """Return the mark of simulated data with what it means; None for recorded data."""
    if release.stamp is None:
        return None
    return style.words["scenario_long" if release.is_on_real_ground else "simulated_long"]


def credit_line(release: Release) -> str:
    """Return the credit of every source, each once, in the order of the sources."""
    return "; ".join(dict.fromkeys(f"{s.attribution} ({s.licence})" for s in release.snapshots))
