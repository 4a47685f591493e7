"""Settings: finds `config`, reads a city's YAML over the defaults, reports every mistake at once. Opens no data."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from flows.commands.city_template import PLACEHOLDER
from flows.configuration.catalogue import with_catalogue
from flows.configuration.cross_checks import cross_check
from flows.configuration.draft import draft_of
from flows.configuration.extended import over, read_extended
from flows.configuration.facts import with_facts
from flows.configuration.harm_weights import with_harm_weights
from flows.configuration.plain_words import closest, in_words, is_echo, key_path, one_of, unknown
from flows.configuration.yaml_lines import Document, KeyPath, Mark, Mistake, read_yaml, refuse
from flows.publishing.released import with_released
from layers.city import City
from layers.errors import ConfigError
from layers.frame.whole_chain import with_whole_chain

if TYPE_CHECKING:
    from layers.style import Style

DEFAULTS = "pipeline.yaml"
DEFAULT_SECTIONS = ("density", "inference", "disclosure", "multiverse", "help")
STYLE = "styles/style.yaml"
UNFILLED = f"is still {PLACEHOLDER}. Write what the comments around it ask for."
SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True)
class LoadedCity:
    """A valid city, the file it came from, and the hash of all that its settings say."""

    city: City
    path: Path
    sha256: str


def find_config_dir(option: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of settings: the option, HARMSHIFT_CONFIG, `./config`, or the copy that ships with harmshift.

    Raises
    ------
    ConfigError
        If a folder that was named is none of settings.
    """
    named = option or (Path(environ["HARMSHIFT_CONFIG"]) if environ.get("HARMSHIFT_CONFIG") else None)
    if named is not None:
        if not (named / DEFAULTS).is_file():
            origin = "--config" if option else "HARMSHIFT_CONFIG"
            msg = f"{origin} names {named}, which holds no {DEFAULTS}. Name a folder of settings, or leave it out."
            raise ConfigError(msg)
        return named.absolute()
    here = Path(__file__).resolve().parents[1]
    for folder in (Path("config").absolute(), here / "_config", here.parent / "config"):
        if (folder / DEFAULTS).is_file():
            return folder
    msg = "no folder of settings found. Install harmshift again, or name the folder with --config."
    raise ConfigError(msg)


def known_cities(config_dir: Path) -> tuple[str, ...]:
    """Return the names of the cities in `config_dir`."""
    return tuple(sorted(path.stem for path in (config_dir / "cities").glob("*") if path.suffix in SUFFIXES))


def find_city(name_or_path: str, config_dir: Path) -> Path:
    """Return the YAML file of a city, given by its name in `config/cities` or by path.

    Raises
    ------
    ConfigError
        If there is none; the message lists the known cities.
    """
    path = Path(name_or_path)
    if path.suffix in SUFFIXES or len(path.parts) > 1:
        if not path.is_file():
            msg = f"{path}: there is no such file. Write the path of a city's YAML, or one of: {_cities(config_dir)}."
            raise ConfigError(msg)
        return path.absolute()
    for suffix in sorted(SUFFIXES):
        if (found := config_dir / "cities" / f"{name_or_path}{suffix}").is_file():
            return found.absolute()
    near = closest(name_or_path, known_cities(config_dir))
    hint = f" Did you mean {near!r}?" if near else ""
    msg = (
        f"there is no city {name_or_path!r} in {config_dir / 'cities'}.{hint} Known cities: {_cities(config_dir)}. "
        f"Write one with: harmshift new-city {name_or_path}"
    )
    raise ConfigError(msg)


def _cities(config_dir: Path) -> str:
    return one_of(known_cities(config_dir))


def load_city(name_or_path: str, config_dir: Path) -> LoadedCity:
    """Read, check and return a city.

    Raises
    ------
    ConfigError
        With every mistake as `file:line: key: what is wrong. Cure.`
    """
    path = find_city(name_or_path, config_dir)
    document, mistakes = _merged(read_extended(path), read_yaml(config_dir / DEFAULTS))
    document, unknown_weights = with_harm_weights(document, config_dir)
    document, unknown_entries = with_catalogue(document, config_dir)
    document, wrong_facts = with_facts(document, config_dir)
    document, by_hand = with_released(document)
    mistakes += unknown_weights + unknown_entries + wrong_facts + by_hand
    city, draft = None, draft_of(document.data)
    try:
        city = City.model_validate(document.data)
    except ValidationError as error:
        mistakes += _mistakes(City, error, document)
    mistakes += [Mistake(document.mark(key), key, text) for key, text in cross_check(draft)]
    unfilled = {key: Mistake(document.mark(key), key, UNFILLED) for key in _placeholders(document.data, ())}
    mistakes = [mistake for mistake in mistakes if mistake.key not in unfilled] + list(unfilled.values())
    if mistakes or city is None:
        raise refuse(mistakes)
    whole = with_whole_chain(city)
    return LoadedCity(_anchored(whole, path.parent), path, config_sha256(city))


def _anchored(city: City, folder: Path) -> City:
    """Read the internal folder, if relative, from the YAML's own folder, as all its paths are."""
    if city.internal_dir is None:
        return city
    return city.model_copy(update={"internal_dir": folder / city.internal_dir.expanduser()})


def _placeholders(said: Any, key: KeyPath) -> Iterator[KeyPath]:
    """Yield every place of a template that nobody has filled in."""
    if said == PLACEHOLDER or (key and key[-1] == PLACEHOLDER):
        yield key
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, value in inner:
        yield from _placeholders(value, (*key, name))


def _mistakes(model: type[BaseModel], error: ValidationError, document: Document) -> list[Mistake]:
    found = []
    for detail in error.errors():
        if not is_echo(detail):
            key = key_path(model, detail)
            found.append(Mistake(document.mark(key), key, in_words(model, detail)))
    return found


def _merged(city: Document, defaults: Document) -> tuple[Document, list[Mistake]]:
    """Lay the city's file over the defaults; each key keeps the place it was written at."""
    mistakes = city.mistakes + defaults.mistakes
    for section in sorted(set(defaults.data) - set(DEFAULT_SECTIONS)):
        text = unknown(section, DEFAULT_SECTIONS, what="section of defaults")
        mistakes.append(Mistake(defaults.mark((section,)), (section,), text))
    base = {name: value for name, value in defaults.data.items() if name in DEFAULT_SECTIONS}
    marks: dict[KeyPath, Mark] = {key: mark for key, mark in defaults.marks.items() if key and key[0] in base}
    return Document(city.path, over(base, city.data), marks | city.marks), mistakes


def config_sha256(*settings: BaseModel) -> str:
    """Return the hash of what settings say, whatever their order of keys, comments or files.

    Where internal results lie is left out: it changes none of them.
    """
    said = [part.model_dump(mode="json", by_alias=True, exclude={"internal_dir"}) for part in settings]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def load_style(config_dir: Path) -> "Style":
    """Return the look and wording of the products.

    Raises
    ------
    ConfigError
        If `styles/style.yaml` says something that cannot be; all mistakes at once.
    """
    from layers.style import Style  # brings numpy and geopandas; `check` does without

    document = read_yaml(config_dir / STYLE)
    try:
        style = Style.model_validate(document.data)
    except ValidationError as error:
        raise refuse(document.mistakes + _mistakes(Style, error, document)) from error
    if document.mistakes:
        raise refuse(document.mistakes)
    return style
