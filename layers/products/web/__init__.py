"""The web page: one HTML file with the atlas's answers and maps, for a share without a server. Computes no figure."""

import json
from pathlib import Path
from typing import Any

import jinja2

from layers.disclosure.release import Release
from layers.products.numbers import LANGUAGES
from layers.products.web.content import page_content
from layers.products.web.maps import draw_maps
from layers.products.web.security import policy
from layers.products.words import Speaker
from layers.style import Style

_TEMPLATE = Path(__file__).parent / "template"


def write(release: Release, style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `index.html` into the run's root: both languages, all maps, nothing loaded from anywhere."""
    path = directory / "index.html"
    path.write_text(page(release, style), encoding="utf-8")
    return (path,)


def page(release: Release, style: Style) -> str:
    """Return the page.

    Styles and script are inline and allowed by their own hash; the policy forbids everything else, so that nothing
    leaves the reader's machine and nothing that found its way into a name can run.
    """
    maps = draw_maps(release, style)
    spoken = [page_content(release, maps, Speaker(language, style)) for language in LANGUAGES]
    css, script = _asset("page.css"), _asset("page.js")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html").render(
        spoken=spoken,
        drawn=maps.fragments.drawn,
        css=css,
        script=script,
        policy=policy(style=css, script=script),
        colours={"ink": style.ink, "paper": style.paper, "stamp": style.stamp},
        data=_data,
        zip=zip,
    )


def _asset(name: str) -> str:
    return (_TEMPLATE / name).read_text(encoding="utf-8")


def _data(value: Any) -> str:
    """Return a value as JSON that cannot end the element it stands in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
