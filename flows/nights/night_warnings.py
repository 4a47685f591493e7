"""What of a night should be looked at though it published: each with its cure. Tells nobody, stops nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from flows.nights.night_settings import NightSettings
from flows.report import RunReport
from layers.city import City


@dataclass(frozen=True)
class Warned:
    """Something to look at: a key that stays the same from night to night, and a sentence with its cure."""

    key: str
    text: str


def warnings_of(report: RunReport, city: City, settings: NightSettings, *, now: datetime) -> list[Warned]:
    """Return the warnings of a run: sources that failed, a copy that is in use, no new incident for long."""
    limit = {source.id: source.max_age_days for source in city.sources}
    found = [
        Warned(
            f"stands in: {s.source_id}: {s.fallback.fault}",
            f"{s.fallback.reason} Its last good state, {s.fallback.age_days:.1f} days old, was used; the night fails "
            f"when it is older than {limit[s.source_id]:g} days. Mend the source, or raise max_age_days.",
        )
        for s in report.snapshots
        if s.fallback is not None and s.fallback.fault != "offline"
    ]
    found += [
        Warned(
            f"archive: {s.source_id}: {s.from_archive.fault}",
            f"{s.from_archive.reason} Its archive address gave the data instead, and nights go on from there. "
            "Mend address, or make the archive the address if it stays away.",
        )
        for s in report.snapshots
        if s.from_archive is not None and s.fallback is None
    ]
    if report.undelivered is not None:
        found.append(Warned("database", f"the database was not updated. {report.undelivered}"))
    if not report.published:
        text = f"current not moved: file in use. Close {city.city}.gpkg in QGIS; the next night tries again."
        found.append(Warned("in use", text))
    if report.volume is not None and city.as_of is None:
        quiet = (now.date() - date.fromisoformat(report.volume.last_day)).days
        if quiet > settings.quiet_after_days:
            text = (
                f"the last incident is of {report.volume.last_day}, {quiet} days ago. Ask whoever sends the incidents, "
                "or raise quiet_after_days in nightly.yaml if this is usual."
            )
            found.append(Warned("quiet", text))
    return found
