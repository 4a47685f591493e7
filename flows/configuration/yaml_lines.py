"""YAML read safely, with the line of every key; mistakes of the text itself. Knows no city.

A strict subset: no tags, no `<<` merging; `true` and `false` alone are truth values, so `no` and `on` stay words; dates
stay text, which settings turn into dates; so do digits with a leading zero, as codes such as 0301 are no numbers.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from layers.errors import ConfigError

KeyPath = tuple[str | int, ...]
MAX_BYTES = 1_000_000
MAX_VALUES = 100_000  # aliases can multiply a short file into any number
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TAGS = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in _TAGS}


@dataclass(frozen=True)
class Mark:
    """Where something stands."""

    path: Path
    line: int


@dataclass(frozen=True)
class Mistake:
    """One thing that cannot be so, where it stands, and its cure."""

    mark: Mark
    key: KeyPath
    text: str

    def __str__(self) -> str:
        name = dotted(self.key)
        return f"{self.mark.path}:{self.mark.line}: {name + ': ' if name else ''}{self.text}"


@dataclass(frozen=True)
class Document:
    """The data of a YAML file, the place of every key path in it, and what is wrong with its text."""

    path: Path
    data: dict[str, Any]
    marks: dict[KeyPath, Mark]
    mistakes: list[Mistake] = field(default_factory=list)

    def mark(self, key: KeyPath) -> Mark:
        """Return the place of `key`, or of the nearest thing around it."""
        while key and key not in self.marks:
            key = key[:-1]
        return self.marks.get(key, Mark(self.path, 1))


def dotted(key: KeyPath) -> str:
    """Write a key path as people do: periods[1].start."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def refuse(mistakes: list[Mistake]) -> ConfigError:
    """Return one error that lists all mistakes in the order of the files."""
    ordered = sorted(mistakes, key=lambda m: (str(m.mark.path), m.mark.line, dotted(m.key), m.text))
    lines = dict.fromkeys(map(str, ordered))  # the same mistake may be found twice
    head = "1 mistake in the settings" if len(lines) == 1 else f"{len(lines)} mistakes in the settings"
    return ConfigError("\n".join([f"{head}:", *(f"  {line}" for line in lines)]))


def read_yaml(path: Path) -> Document:
    """Read one YAML file whose top is a mapping.

    Raises
    ------
    ConfigError
        If the file cannot be read or is no YAML at all; smaller mistakes are in the document.
    """
    try:
        root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refuse([Mistake(Mark(path, line), (), _syntax(error))]) from error
    except yaml.YAMLError as error:
        text = "holds characters that YAML does not allow. Save it as plain UTF-8 text."
        raise refuse([Mistake(Mark(path, 1), (), text)]) from error
    except RecursionError as error:
        raise refuse([Mistake(Mark(path, 1), (), "is nested too deep to be settings.")]) from error
    reader = _Reader(path)
    data = reader.value(root, ()) if root else {}
    if not isinstance(data, dict):
        raise refuse([Mistake(Mark(path, 1), (), "must be keys with values, such as `city: bergen`.")])
    return Document(path, data, reader.marks, reader.mistakes)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            msg = f"{path}: is larger than {MAX_BYTES // 1000} kB; settings are not. Name the YAML file of a city."
            raise ConfigError(msg)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path}: is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        raise ConfigError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}). Check the name and who may read it."
        raise ConfigError(msg) from error


def _syntax(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "cannot be read"
    if "\\t" in problem:
        return "a tab indents this line; YAML wants spaces. Replace it."
    return f"is not YAML: {problem}. Look at this line and the one above: indentation, a missing colon or quote."


class _Reader:
    """Turns nodes into values and remembers lines; one per file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.marks: dict[KeyPath, Mark] = {}
        self.mistakes: list[Mistake] = []
        self._around: list[yaml.Node] = []
        self._values = 0

    def value(self, node: yaml.Node, key: KeyPath) -> Any:
        mark = self.marks.setdefault(key, Mark(self.path, node.start_mark.line + 1))
        self._values += 1
        if node in self._around or self._values > MAX_VALUES:
            text = "the aliases (*) here repeat without end, or too much. Write the value out."
            raise refuse([Mistake(mark, key, text)])
        self._around.append(node)
        try:
            return self._read(node, key, mark)
        finally:
            self._around.pop()

    def _read(self, node: yaml.Node, key: KeyPath, mark: Mark) -> Any:
        if node.tag not in _PLAIN_TAGS:
            self.mistakes.append(Mistake(mark, key, f"the tag {node.tag} is not read. Write the plain value."))
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*key, index)) for index, item in enumerate(node.value)]
        return _scalar(node.value, quoted=getattr(node, "style", None) is not None)

    def _mapping(self, node: yaml.MappingNode, key: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, value_node in node.value:
            mark = Mark(self.path, name_node.start_mark.line + 1)
            if not isinstance(name_node, yaml.ScalarNode):
                self.mistakes.append(Mistake(mark, key, "a list or mapping stands where a key should. Write a word."))
                continue
            path = (*key, name_node.value)
            if name_node.value in found:
                first = self.marks[path].line
                text = f"stands twice, first on line {first}. Keep one of them."
                self.mistakes.append(Mistake(mark, path, text))
                continue
            self.marks[path] = mark
            found[name_node.value] = self.value(value_node, path)
        return found


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    return float(text) if _DECIMAL.fullmatch(text) else text
