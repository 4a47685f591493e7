"""`harmshift explain`: where a layer or a finding comes from, read from the published run, its city and the style."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from flows.configuration.plain_words import unknown
from flows.configuration.settings import find_config_dir, load_city, load_style
from flows.publishing.publish import destination
from flows.publishing.run_files import findings_of, manifest_of, run_folder
from layers.city import City, Words
from layers.errors import UserError
from layers.explanations import CAVEATS, FINDINGS, LAYERS, Explanation

if TYPE_CHECKING:
    from layers.style import Style

Language = Literal["nb", "en"]
HEADS = {
    "formula": Words(nb="Formel", en="Formula"),
    "parameters": Words(nb="Innstillinger", en="Parameters"),
    "inputs": Words(nb="Kilder", en="Inputs"),
    "columns": Words(nb="Kolonner", en="Columns"),
    "figures": Words(nb="Tall", en="Figures"),
    "caveats": Words(nb="Forbehold", en="Caveats"),
    "run": Words(nb="Kjøring", en="Run"),
    "until": Words(nb="data til", en="data until"),
}


def explain_figure(
    name: str, what: str, *, run_id: str | None, language: Language, out: Path, config: Path | None
) -> None:
    """Print where a layer, or the findings of an id, come from.

    Raises
    ------
    UserError
        If there is no run, or nothing of that name in it; the message lists what there is.
    """
    folder = find_config_dir(config)
    loaded = load_city(name, folder)
    city, style = loaded.city, load_style(folder)
    run = run_folder(destination(city, out.absolute()), run_id)
    found = findings_of(run)
    kinds = {finding["kind"] for finding in found} | {finding["id"] for finding in found}
    if what in kinds:
        chosen = [finding for finding in found if what in (finding["id"], finding["kind"])]
        lines = finding_lines(chosen, city, language)
    elif what in style.layers or what in LAYERS:
        lines = layer_lines(what, city, style, language)
    else:
        known = sorted(kinds | set(LAYERS) | set(style.layers))
        raise UserError(f"{unknown(what, known, what='layer or finding of this run')}")
    for line in [*lines, *_inputs(manifest_of(run), language)]:
        click.echo(line)


def layer_lines(name: str, city: City, style: "Style", language: Language) -> Iterator[str]:
    """Yield title, formula, settings and columns of a layer."""
    if (said := style.layers.get(name)) is not None:
        yield _in(said.title, language)
        yield f"  {_in(said.about, language)}"
    yield from _formula(LAYERS.get(name), city, language)
    columns = [key.split(".", 1)[1] for key in style.columns if key.startswith(f"{name}.")]
    if columns:
        yield _in(HEADS["columns"], language)
    for column in columns:
        words = style.column(name, column)
        yield f"  {column}: {_in(words, language)}{f' ({words.unit})' if words.unit else ''}"
    yield from _caveats(language)


def finding_lines(found: list[dict[str, Any]], city: City, language: Language) -> Iterator[str]:
    """Yield question, formula, figures and assumptions of findings that share an id or a kind."""
    first = found[0]
    yield _of(first["question"], language)
    yield from _formula(FINDINGS.get(first["kind"]), city, language)
    yield f"  {_of(first['method'], language)}"
    yield _in(HEADS["figures"], language)
    for finding in found:
        yield f"  {finding['id']}, {finding['series']}, {finding['adjustment']}: {_figure(finding)}"
        yield f"    {_of(finding['statement'], language)}"
    yield from _caveats(language, [_of(each, language) for each in first["assumptions"]])


def _figure(finding: dict[str, Any]) -> str:
    estimate, interval = finding["estimate"], finding["interval"]
    if estimate is None:
        return f"- [{finding['verdict']}]"
    low, high = (("" if end is None else f"{end:.4g}") for end in interval or (None, None))
    spread = f" [{low}, {high}]" if interval else ""
    return f"{estimate:.4g} {finding['unit']}{spread}, {finding['verdict'] or 'descriptive'}"


def _formula(said: Explanation | None, city: City, language: Language) -> Iterator[str]:
    if said is None:
        return
    yield f"{_in(HEADS['formula'], language)}: {_in(said.formula, language)}"
    if said.parameters:
        yield _in(HEADS["parameters"], language)
    for key in said.parameters:
        section, name = key.split(".")
        yield f"  {key} = {getattr(getattr(city, section), name)}"


def _caveats(language: Language, more: list[str] | None = None) -> Iterator[str]:
    yield _in(HEADS["caveats"], language)
    yield from (f"  - {line}" for line in [*(more or []), *(_in(words, language) for words in CAVEATS)])


def _inputs(manifest: dict[str, Any], language: Language) -> Iterator[str]:
    until = f"{_in(HEADS['until'], language)} {manifest['data_until']}"
    yield f"{_in(HEADS['run'], language)}: {manifest['run_id']}, {until}, {manifest['code_version']}"
    yield _in(HEADS["inputs"], language)
    for source in manifest["snapshots"]:
        yield f"  {source['source_id']}: sha256 {source['sha256']}, {source['address']} ({source['licence']})"


def _in(words: Any, language: Language) -> str:
    return str(getattr(words, language))


def _of(said: Any, language: Language) -> str:
    """Return words as findings.json says them; earlier versions said some in one language."""
    return str(said[language]) if isinstance(said, dict) else str(said)
