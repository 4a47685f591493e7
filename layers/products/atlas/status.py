"""What the first page says of the run: dates, sources, what is new, who was asked. Judges no result."""

from layers.city import City
from layers.disclosure.release import ChangedVerdict, Release, SinceLast
from layers.products.atlas.parts import Block
from layers.products.numbers import day, short_day, whole
from layers.products.words import Speaker

_WARNINGS_SHOWN = _VERDICTS_SHOWN = 2
_SIDES = ("users", "neighbours")


def status(release: Release, speaker: Speaker) -> Block:
    """Return the run in sentences, the comments of those concerned, and where corrections are received."""
    shown = [*_dates(release, speaker), *_sources(release, speaker)]
    warnings = [speaker.of_sources(w, _ids(release)) for w in release.warnings] or [speaker.say("no_warnings")]
    if len(warnings) > _WARNINGS_SHOWN:
        warnings = [speaker.say("warnings_elsewhere", count=len(warnings), page=speaker.say("sources_title"))]
    contact = speaker.say("status_contact", contact=release.city.contact)
    as_of = speaker.say("status_as_of", as_of=day(release.run.as_of, speaker.language))
    return {
        "heading": speaker.say("status"),
        "lines": [*shown, *warnings, contact],
        "of_the_run": [as_of, speaker.say("status_run", run=release.run.run_id)],  # no reason for a new edition
        "since": {"heading": speaker.say("since_heading"), "words": since_last(release, speaker)},
        "comments": {
            "heading": speaker.say("comments_heading"),
            "lines": comments(release.city, speaker),
        },
    }


def since_last(release: Release, speaker: Speaker) -> str:
    """Say what differs from the run before, each cause apart, or that there is none."""
    last = release.since_last
    if last is None:
        return speaker.say("first_run")
    causes = {
        "since_data": _new_data(last, speaker),
        "since_revised": _revised(last, speaker),
        "since_verdicts": _verdicts(last, release, speaker),
        "since_code": _versions(last, speaker),
        "since_settings": speaker.say("since_settings_changed") if last.settings else "",
    }
    said = [f"{speaker.say(key)} {words or speaker.say('since_same')}." for key, words in causes.items()]
    return " ".join([speaker.say("since_run", day=day(last.as_of, speaker.language)), *said])


def comments(city: City, speaker: Speaker) -> list[str]:
    """Return every comment with its day and organisation, and who was not asked."""
    lines = []
    for side in _SIDES:
        mine = [c for c in city.comments if c.side == side]
        lines += [
            f"{speaker.say(side)}, {c.organisation}, {short_day(c.date, speaker.language)}: {speaker.quoted(c.words)}"
            for c in mine
        ] or [f"{speaker.say(side)}: {speaker.say('not_asked')}."]
    return lines


def _new_data(last: SinceLast, speaker: Speaker) -> str:
    """Name the sources with other content, and whether they brought new days."""
    if not last.new_data and last.new_days is None:
        return ""
    days = speaker.say("since_no_days")
    if last.new_days is not None:
        before, now = (day(when, speaker.language) for when in last.new_days)
        days = speaker.say("since_days", before=before, now=now)
    names = speaker.join([speaker.glossed("source", s) for s in last.new_data])
    return "; ".join(said for said in (names, days) if said)


def _revised(last: SinceLast, speaker: Speaker) -> str:
    if last.revised_counts is None:
        return speaker.say("since_not_apart")
    return whole(last.revised_counts, speaker.language) if last.revised_counts else ""


def _verdicts(last: SinceLast, release: Release, speaker: Speaker) -> str:
    """Name the first verdicts of a standing review that late or revised data changed, and how many more there are."""
    if last.verdicts is None:
        return speaker.say("since_not_apart")
    changed = last.verdicts[:_VERDICTS_SHOWN]
    named = [_changed_verdict(change, release, speaker) for change in changed]
    more = len(last.verdicts) - len(changed)
    return "; ".join([*named, *([speaker.say("since_more_verdicts", count=more)] if more else [])])


def _changed_verdict(change: ChangedVerdict, release: Release, speaker: Speaker) -> str:
    found = next(f for f in release.findings if (f.id, f.series, f.adjustment) == _identity(change))
    names = {period.id: period.name for period in release.city.periods}
    step = next((s for s in release.city.steps if s.id == found.step), None)
    ways = [] if step is None else [f"{speaker.of(names[step.from_period])} → {speaker.of(names[step.to_period])}"]
    series = next((s.name for s in release.city.harm.series if s.id == found.series), None)
    return speaker.say(
        "since_verdict",
        question=speaker.quoted(found.question),
        of=", ".join([*([speaker.of(series)] if series else []), *ways]),
        day=day(change.review, speaker.language),
        was=speaker.say(change.was),
        now=speaker.say(change.now),
    )


def _identity(change: ChangedVerdict) -> tuple[str, str, str]:
    return change.id, change.series, change.adjustment


def _versions(last: SinceLast, speaker: Speaker) -> str:
    """Name the versions before and now, and the libraries that are others."""
    before, now = last.code or ("", "")
    said = [speaker.say("since_code_changed", before=before, now=now)] if last.code else []
    if last.libraries:
        said.append(speaker.say("since_libraries", names=speaker.join(list(last.libraries))))
    return "; ".join(said)


def _dates(release: Release, speaker: Speaker) -> list[str]:
    dates = [s.upstream_date for s in release.snapshots if s.upstream_date is not None]
    lines = [speaker.say("card_until", until=day(release.run.data_until, speaker.language))]
    if dates:
        lines.append(speaker.say("status_oldest", oldest=day(min(dates), speaker.language)))
    return lines


def _sources(release: Release, speaker: Speaker) -> list[str]:
    """Say how many sources answered, which are replaced by an earlier state, which are from the archive address."""
    standing = [
        speaker.say(
            "source_age", name=speaker.glossed("source", s.source_id), day=day(s.fallback.since, speaker.language)
        )
        for s in release.snapshots
        if s.fallback is not None
    ]
    archived = [speaker.glossed("source", s.source_id) for s in release.snapshots if s.from_archive is not None]
    lines = [speaker.say("status_sources", count=len(release.snapshots))]
    lines += [speaker.say("sources_standing", names=speaker.join(standing))] if standing else []
    return lines + ([speaker.say("sources_archived", names=speaker.join(archived))] if archived else [])


def _ids(release: Release) -> list[str]:
    return [s.source_id for s in release.snapshots]
