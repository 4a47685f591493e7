"""Secrets in settings: `${NAME}` becomes the environment's value at the last moment, and never comes back out."""

import re
from collections.abc import Mapping

from layers.errors import SourceError

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


def resolved(text: str, environ: Mapping[str, str], source_id: str) -> str:
    """Return the text with every `${NAME}` replaced.

    Raises
    ------
    SourceError
        If a variable is not set or empty.
    """

    def value(match: re.Match[str]) -> str:
        found = environ.get(match.group(1))
        if not found:
            msg = f"source {source_id!r}: the environment variable {match.group(1)} is not set. Set it to the secret."
            raise SourceError(msg, fault="refused")
        return found

    return _NAME.sub(value, text)


def redacted(text: str, said: str, environ: Mapping[str, str]) -> str:
    """Return a text in which no secret stands: the values of the variables that `said` names become their names.

    Parameters
    ----------
    text : str
        A message, perhaps by a library.
    said : str
        The settings in which the variables are named.
    """
    names = sorted({match.group(1) for match in _NAME.finditer(said)}, key=lambda name: -len(environ.get(name, "")))
    for name in names:
        if environ.get(name):
            text = text.replace(environ[name], f"${{{name}}}")
    return _CREDENTIALS.sub(lambda found: found.group() if "${" in found.group() else "***@", text)
