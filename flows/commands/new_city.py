"""`harmshift new-city`: writes the template of a city's YAML where none stands yet. Owns not its text."""

import os
import re
from pathlib import Path

import click

from flows.commands.city_template import PLACEHOLDER, TEMPLATE
from flows.configuration.settings import find_config_dir
from layers.errors import ConfigError, UserError

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
INDICATOR = "low_income_share"


def write_new_city(name: str, folder: Path | None, config: Path | None = None) -> Path:
    """Write a YAML to fill in and say what to do next.

    Raises
    ------
    ConfigError
        If the name cannot be a city's.
    UserError
        If the file exists or cannot be written.
    """
    if not _NAME.fullmatch(name):
        msg = f"{name!r} cannot be a city's name. Write small letters, digits, - and _, a letter first: e.g. bergen."
        raise ConfigError(msg)
    settings = find_config_dir(config)
    path = (folder or settings / "cities") / f"{name}.yaml"
    shown = name if folder is None else str(path)
    text = TEMPLATE.format(
        city=name,
        placeholder=PLACEHOLDER,
        indicator=INDICATOR,
        shown=shown,
        schema=os.path.relpath(settings / "schema.json", path.parent.absolute()),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # x: never over a file that someone filled in
            file.write(text)
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}). Name a folder of your own with --dir."
        if path.exists():
            msg = f"{path} exists already and is left as it is. Choose another name, or another folder with --dir."
        raise UserError(msg) from error
    click.echo(f"{path}\nFill in every {PLACEHOLDER}, then: harmshift check {shown}")
    click.echo(f"To run it every night, add it to `cities` in {settings / 'nightly.yaml'}")
    return path
