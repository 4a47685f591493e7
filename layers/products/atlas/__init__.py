"""The atlas: the planner's map PDF in Norwegian and English. Computes no figure and words no finding."""

import json
from pathlib import Path
from typing import Any

import typst

from layers.disclosure.release import Release
from layers.products.atlas.close import close_page
from layers.products.atlas.depends import depends_page
from layers.products.atlas.explained import explained_page
from layers.products.atlas.facts import facts_page
from layers.products.atlas.georeference import Placed, georeferenced
from layers.products.atlas.issue import issue, write_edition
from layers.products.atlas.moved import moved_page
from layers.products.atlas.pages import answer_page, bearers_page, periods_page
from layers.products.atlas.reach import reach_page
from layers.products.atlas.sources import sources_page
from layers.products.atlas.tables import certainty_page, steps_page
from layers.products.drawing.further import FurtherViews, draw_further
from layers.products.drawing.views import Views, draw_views
from layers.products.numbers import LANGUAGES, day
from layers.products.records import stamp_long
from layers.products.words import Speaker
from layers.style import Style

_TEMPLATE = Path(__file__).parent / "template"


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `maps/atlas-nb.pdf`, `maps/atlas-en.pdf` and `maps/edition.json` into a run's directory.

    The files keep PDF/UA-1 and PDF/A-2a, their maps carry coordinates, and the same release gives the same bytes. Where
    nothing they show has changed, readers keep the files they have, byte for byte.
    """
    folder = directory / "maps"
    folder.mkdir(parents=True, exist_ok=True)
    views = draw_views(release, style)
    further = draw_further(views)
    contents = {}
    for language in LANGUAGES:
        speaker = Speaker(language, style)
        contents[language] = {**atlas_content(views, speaker), **further_content(views, further, speaker)}
    earlier = release.since_last.atlas if release.since_last else None
    looks = {path.name: path.read_text(encoding="utf-8") for path in sorted(_TEMPLATE.glob("*.typ"))}
    edition = issue(earlier, [*contents.values()], as_of=release.run.as_of, looks=looks)
    carried = earlier.pdf if earlier is not None and edition == earlier.edition else {}
    written = []
    for language, content in contents.items():
        issued = day(edition.issued, language)
        said = Speaker(language, style).say("edition", number=edition.number, day=issued)
        content["answer"]["status"]["lines"].insert(0, said)
        path = folder / f"atlas-{language}.pdf"
        path.write_bytes(carried[language] if carried else atlas(content, views))
        written.append(path)
    return (*written, write_edition(edition, folder / "edition.json"))


def atlas(content: dict[str, Any], views: Views) -> bytes:
    """Return the finished PDF of a content in one language."""
    made = compiler("atlas.typ", content)
    built_at = int(views.release.run.built_at.timestamp())
    pdf = made.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=built_at)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave pages instead of one PDF")
    frames = [_placed(found) for found in json.loads(made.query("<mapframe>", field="value"))]
    return georeferenced(pdf, frames, crs=views.release.city.crs)


def atlas_content(views: Views, speaker: Speaker) -> dict[str, Any]:
    """Everything the template sets, in words and pictures, page by page."""
    release, style = views.release, views.style
    city = speaker.of(release.city.name)
    stamp, long = speaker.of(release.stamp) if release.stamp else "", stamp_long(release, style)
    title = speaker.say("document_title", city=city)
    until = day(release.run.data_until, speaker.language)
    return {
        "language": speaker.language,
        "title": f"{stamp}: {title}" if stamp else title,
        "head": speaker.say("running_head", city=city),
        "stamp": stamp,
        "stamp_long": speaker.of(long) if long else "",
        "run_line": speaker.say("run_line", run=release.run.run_id, until=until),
        "page_of": speaker.say("page_of", page="{page}", pages="{pages}"),
        "credit": speaker.say("map_credit", credits="; ".join(credit_lines(release, speaker))),
        "colours": {"ink": style.ink, "stamp": style.stamp, "paper": style.paper},
        "answer": answer_page(views, speaker),
        "periods": periods_page(views, speaker),
        "bearers": bearers_page(views, speaker),
        "steps": steps_page(views, speaker),
        "certainty": certainty_page(views, speaker),
        "facts": facts_page(views, speaker),
        "sources": sources_page(views, speaker),
    }


def further_content(views: Views, further: FurtherViews, speaker: Speaker) -> dict[str, Any]:
    """Everything of the later pages; none for a page that the release has nothing for."""
    return {
        "explained": explained_page(views, speaker),
        "moved": moved_page(views, further, speaker),
        "close": close_page(views, further, speaker),
        "reach": reach_page(views, further, speaker),
        "depends": depends_page(views, speaker),
    }


def credit_lines(release: Release, speaker: Speaker) -> list[str]:
    """Return the credit line of every source, each once, in the order of the city's file."""
    return list(dict.fromkeys(speaker.glossed("credit", snapshot.attribution) for snapshot in release.snapshots))


def compiler(template: str, content: dict[str, Any]) -> typst.Compiler:
    """Return what sets a template of this folder, in its own fonts alone, from a content."""
    return typst.Compiler(
        str(_TEMPLATE / template),
        root=str(_TEMPLATE),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[_TEMPLATE / "fonts"]),
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )


def _placed(found: dict[str, Any]) -> Placed:
    return Placed(
        page=found["page"],
        left_pt=found["left"],
        top_pt=found["top"],
        width_pt=found["width"],
        height_pt=found["height"],
        bounds=tuple(found["bounds"]),
        name=found["name"],
    )
