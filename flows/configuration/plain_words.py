"""What pydantic says of a settings file, said in plain words with a cure. Knows models, not what a city means."""

import difflib
import types
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from flows.configuration.yaml_lines import KeyPath

_SHOWN = 60  # characters of a wrong value that are repeated to the user
_NUMBERS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "or more"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "or less"),
}
_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "path_type": "the path of a folder",
}


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None if none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def one_of(known: Iterable[str]) -> str:
    """List words for a message."""
    return ", ".join(sorted(known)) or "none"


def unknown(word: str, known: Iterable[str], *, what: str) -> str:
    """Say that `word` is no known `what`, with the nearest one or all of them."""
    names = list(known)
    near = closest(word, names)
    cure = f"Did you mean {near!r}?" if near else f"Known: {one_of(names)}."
    return f"{word!r} is no {what}. {cure}"


def is_echo(error: ErrorDetails) -> bool:
    """Whether pydantic calls a list too short only because some of its entries are wrong, which it says beside it."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def key_path(model: type[BaseModel], error: ErrorDetails) -> KeyPath:
    """Return where in the file an error stands: its place without the marks pydantic adds for unions and keys."""
    return tuple(part for part, is_key in _walk(model, error["loc"]) if is_key)


def in_words(model: type[BaseModel], error: ErrorDetails) -> str:
    """Say what is wrong and how to mend it."""
    kind = error["type"]
    if kind == "missing":
        return _missing(model, error["loc"])
    if kind == "extra_forbidden":
        return _unknown_key(model, error["loc"])
    families: dict[str, Callable[[ErrorDetails], str]] = {
        **dict.fromkeys(_TYPES, _wrong_type),
        **dict.fromkeys(_NUMBERS, _out_of_bounds),
        **_SAID,
    }
    if kind.startswith("date"):
        return f"{_show(error['input'])} is not a day. Write it as year-month-day, such as 2014-08-25."
    return families.get(kind, _as_pydantic)(error)


def _as_pydantic(error: ErrorDetails) -> str:
    return f"{error['msg']} (found {_show(error['input'])})."


_SAID: dict[str, Callable[[ErrorDetails], str]] = {
    "value_error": lambda error: error["msg"].removeprefix("Value error, ") + ".",
    "literal_error": lambda error: _wrong_word(error["input"], error["ctx"]["expected"]),
    "union_tag_invalid": lambda error: _wrong_word(error["ctx"]["tag"], error["ctx"]["expected_tags"]),
    "union_tag_not_found": lambda _: "has no kind. Write kind: file, kind: osm or another of docs/sources.md.",
    "string_pattern_mismatch": lambda error: (
        f"{_show(error['input'])} cannot be an id. Write small letters, digits, - and _, a letter first."
    ),
    "string_too_short": lambda _: "is empty. Write the text.",
    "string_too_long": lambda error: f"is longer than {error['ctx']['max_length']} characters. Shorten it.",
    "too_short": lambda error: (
        f"needs at least {error['ctx']['min_length']} entries and has {error['ctx']['actual_length']}. Add them."
    ),
    "too_long": lambda error: (
        f"takes at most {error['ctx']['max_length']} entries and has {error['ctx']['actual_length']}. Remove some."
    ),
}


def _wrong_word(value: Any, expected: str) -> str:
    known = [word.strip().strip("'") for word in expected.replace(" or ", ",").split(",")]
    near = closest(str(value), known)
    hint = f" Did you mean {near!r}?" if near else ""
    return f"{_show(value)} is not one of {', '.join(known)}.{hint}"


def _wrong_type(error: ErrorDetails) -> str:
    wanted, value = _TYPES[error["type"]], error["input"]
    if value is None:
        return f"is empty. Write {wanted}, or remove the key."
    if wanted == "text" and isinstance(value, bool | int | float):
        word = str(value).lower() if isinstance(value, bool) else value
        return f'{word} is read as {_kind_of(value)}; here it must be text. Put it in quotes: "{word}".'
    return f"{_show(value)} is {_kind_of(value)}; here stands {wanted}."


def _kind_of(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a mapping"}
    return kinds.get(type(value), type(value).__name__)


def _out_of_bounds(error: ErrorDetails) -> str:
    kind = error["type"]
    name, word = _NUMBERS[kind]
    limit = error["ctx"][name]
    bound = f"{word} {limit:g}" if kind in {"greater_than", "less_than"} else f"{limit:g} {word}"
    return f"{_show(error['input'])} is outside what is allowed. Write {bound}."


def _show(value: Any) -> str:
    text = repr(str(value)) if isinstance(value, date | Path) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _unknown_key(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    at = _type_at(model, loc[:-1])
    names = list(_fields(at)) if _is_model(at) else []
    near = closest(str(loc[-1]), names)
    cure = f"Did you mean {near!r}?" if near else f"Remove it, or use one of: {one_of(names)}."
    return f"is an unknown key. {cure}"


def _missing(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    if isinstance(loc[-1], int):
        return f"is a list too short: entry {loc[-1] + 1} is missing. Add it."
    info = _fields(_type_at(model, loc[:-1]))[str(loc[-1])]
    kind = _bare(info.annotation)
    if info.description:
        value = info.description
    elif kind is date:
        value = "a day such as 2014-08-25"
    elif get_origin(kind) is Literal:
        value = f"one of {', '.join(map(str, get_args(kind)))}"
    elif _is_model(kind):
        needed = [name for name, inner in _fields(kind).items() if inner.is_required()]
        value = f"{', '.join(needed) or 'its keys'} below it"
    else:
        value = "its value"
    return f"is missing. Write `{loc[-1]}:` with {value}."


# ---------------------------------------------------------------- walking the models


def _walk(model: type[BaseModel], loc: tuple[int | str, ...]) -> Iterator[tuple[int | str, bool]]:
    """Yield each part of a pydantic place and whether it is a key or index of the file."""
    at: Any = model
    for part in loc:
        at, is_key = _below(at, part)
        yield part, is_key


def _type_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> Any:
    at: Any = model
    for part in loc:
        at, _ = _below(at, part)
    return at


def _below(at: Any, part: int | str) -> tuple[Any, bool]:
    """Return the type below `at` at `part`, and whether `part` stands in the file."""
    if part == "[key]":  # pydantic's mark for: the key itself is wrong
        return str, False
    if _is_model(at):
        info = _fields(at).get(str(part))
        return (_bare(info.annotation) if info else None), True
    origin, arguments = get_origin(at), get_args(at)
    if origin in {Union, types.UnionType}:  # of models, told apart by their kind
        chosen = [kind for kind in map(_bare, arguments) if _is_model(kind) and _tag(kind) == part]
        return (chosen[0] if chosen else None), False
    if origin is tuple:
        same = len(arguments) == 2 and arguments[1] is Ellipsis
        inside = isinstance(part, int) and part < len(arguments)
        return _bare(arguments[0] if same or not inside else arguments[int(part)]), True
    if origin is dict:
        return _bare(arguments[1]), True
    return None, True


def _bare(annotation: Any) -> Any:
    """Strip Annotated and Optional."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [kind for kind in get_args(annotation) if kind is not type(None)]
        if len(inner) == 1:
            return _bare(inner[0])
    return annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _tag(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    return get_args(kind.annotation)[0] if kind else None
