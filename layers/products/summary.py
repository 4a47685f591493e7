"""summary.md: a run on one page, in Norwegian and English. Owns the order of what is said, no figure."""

from pathlib import Path

from layers.city import Words
from layers.disclosure.openness import shown_as_published
from layers.disclosure.release import Finding, Release
from layers.findings.numbers import Language
from layers.products.atlas.status import since_last
from layers.products.numbers import value_of
from layers.products.records import stamp_long
from layers.products.words import Speaker
from layers.style import Style

_ROUTES: dict[Language, str] = {
    "nb": "Flyttet skade eller flyttet politiarbeid",
    "en": "Moved harm or moved enforcement",
}
_NOT = ("not_people", "not_recording", "not_movement", "not_border", "not_forecast")


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `summary.md`: simulated or not, the headlines, what is new, warnings, sources, what figures are not."""
    path = directory / "summary.md"
    parts = [_in_language(release, style, language) for language in ("nb", "en")]
    path.write_text("\n\n---\n\n".join(parts) + "\n", encoding="utf-8")
    return (path,)


def _in_language(release: Release, style: Style, language: Language) -> str:
    def said(words: Words) -> str:
        return str(getattr(words, language))

    word = {name: said(words) for name, words in style.words.items()}
    long = stamp_long(release, style)
    stamp = [f"**{said(long)}**"] if long else []
    headlines = [_headline(finding, word, language) for finding in release.findings if finding.headline]
    small = "not_small_cells" if shown_as_published(release.city) else "not_small"
    sections = [
        (word["headlines"], headlines),
        (_ROUTES[language], _routes(release, word, language)),
        (word["warnings"], [f"- {said(warning)}" for warning in release.warnings]),
        (word["sources"], [_source(release, number, word) for number in range(len(release.snapshots))]),
        (word["what_it_is_not"], [f"- {word[name]}" for name in (*_NOT, small)]),
    ]
    speaker = Speaker(language, style)
    sections.insert(1, (speaker.say("since_heading"), [since_last(release, speaker)]))
    name = said(release.city.name)
    title = f"# {word['simulated']}: {name}" if release.stamp else f"# {name}"
    blocks = [title, *stamp, _about(release, word)]
    blocks += ["\n".join([f"## {heading}", "", *lines]) for heading, lines in sections if lines]
    return "\n\n".join(blocks)


def _routes(release: Release, word: dict[str, str], language: Language) -> list[str]:
    """Return what the routes into the records say of each declared step, with the periods it compares."""
    if release.routes is None:
        return []
    said = release.routes.groupby("step", sort=False)[f"text_{language}"].first()
    names = {period.id: str(getattr(period.name, language)) for period in release.city.periods}
    lines = []
    for step in release.city.steps:
        if step.id in said.index:
            term = (step.variant or "").replace("_", " ")
            variant = f" ({word.get(f'variant {term}', term)})" if term else ""
            lines.append(f"- {names[step.from_period]} → {names[step.to_period]}{variant}: {said[step.id]}")
    return lines


def _about(release: Release, word: dict[str, str]) -> str:
    run = release.run
    return (
        f"{word['as_of']} {run.as_of.isoformat()}. {word['data_until']} {run.data_until.isoformat()}. "
        f"{word['contact']} {release.city.contact}. `{run.run_id}`"
    )


def _headline(finding: Finding, word: dict[str, str], language: Language) -> str:
    """Return the sentence of a finding, which says the verdict too, and the truth of a simulated city."""
    statement = str(getattr(finding.statement, language))
    truth = "" if finding.truth is None else f" _{word['truth']}: {value_of(finding, finding.truth, language)}_"
    return f"- {statement}{truth}"


def _source(release: Release, number: int, word: dict[str, str]) -> str:
    snapshot = release.snapshots[number]
    day = snapshot.upstream_date
    when = (
        f"{word['dated']} {day.isoformat()}" if day else f"{word['fetched']} {snapshot.fetched_at.date().isoformat()}"
    )
    dated = "" if release.stamp else f"; {when}"  # an invented city has no date of its own
    return f"- {snapshot.attribution} ({snapshot.source_id}); {word['licence']}: {snapshot.licence}{dated}"
