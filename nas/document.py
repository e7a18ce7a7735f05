"""A YAML file that remembers on which line each of its values stands.

Scalars are read by the core schema of YAML 1.2, decimal numbers only: `no` and `on` are text, and
`1e-3` is a number. There are no merge keys and no tags beyond those of that schema.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from search_spaces.errors import ExperimentFileError, Location

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 20_000
_LIMITS = f"at most {MAX_DEPTH} levels and {MAX_VALUES} values"
MAX_SHOWN = 60
"""Characters of a value or of a key that an error message shows."""

M = TypeVar("M", bound=BaseModel)

_RULES = {
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "model_type": "must be a mapping of keys to values",
    "model_attributes_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
}


_SELF_EXPLAINING = {"unknown_key", "fidelity", "limit", "backend", "block_twice", "secret"}
"""Errors whose message needs no value beside it; a `key` in their context completes the place."""


class _TooLargeError(Exception):
    """More values, or deeper ones, than is read; knows the line from 0."""


class _Loader(yaml.SafeLoader):
    """Reads scalars by the schema of this module; stops early where a file is hostile."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._num_nodes = self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._num_nodes += 1
        self._depth += 1
        if self._num_nodes > MAX_VALUES or self._depth > 2 * MAX_DEPTH:  # less is told with its key
            raise _TooLargeError(self.line)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


_TAG = "tag:yaml.org,2002:"
_SCALARS = {
    "null": re.compile(r"~|null|Null|NULL|"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"[-+]?(?:0|[1-9][0-9_]*)"),
    "float": re.compile(
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
}
for _name, _pattern in _SCALARS.items():
    _whole = re.compile(f"(?:{_pattern.pattern})$")
    _Loader.add_implicit_resolver(_TAG + _name, _whole, None)


class Document:
    """One YAML file.

    Attributes:
        path: Where it was read from, as the user wrote it.
        text: The file as given.
        data: Its values.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._root = self._compose()
        self._count = 0
        self.data: Any = self._value(self._root, ()) if self._root is not None else {}

    @classmethod
    def read(cls, path: str | Path) -> Document:
        """Reads a file. Raises ExperimentFileError where it cannot be read or is no YAML."""
        try:
            raw = Path(path).read_bytes()
        except OSError as error:
            raise ExperimentFileError(f"{path}: cannot be read: {error.strerror}") from error
        if len(raw) > MAX_BYTES:
            raise ExperimentFileError(f"{path}: is larger than {MAX_BYTES >> 20} MiB")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise ExperimentFileError(f"{path}:{line}: is not UTF-8 text") from error
        return cls(str(path), text)

    def error(self, location: Location, message: str) -> ExperimentFileError:
        """An error that names file, line and key of a place in the document."""
        key = self._dotted(location)
        return self._error(self.line(location), f"{f'`{key}` ' if key else ''}{message}")

    def _error(self, line: int, message: str) -> ExperimentFileError:
        return ExperimentFileError(f"{self.path}:{line}: {_printable(message)}")

    def line(self, location: Location) -> int:
        """The line, from 1, of the deepest part of `location` that the file contains."""
        node, line = self._root, 1
        for part in location:
            child = _child(node, part)
            if child is None:
                break
            key_node, node = child
            line = key_node.start_mark.line + 1
        return line

    def validate(self, model: type[M]) -> M:
        """The document as a typed object. Raises ExperimentFileError for the first wrong value."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            first = min(error.errors(include_url=False), key=lambda e: self.line(e["loc"]))
            raise self._explain(first) from None

    def _explain(self, error: Any) -> ExperimentFileError:
        location, kind = tuple(error["loc"]), error["type"]
        if kind in _SELF_EXPLAINING:
            key = error.get("ctx", {}).get("key")
            return self.error(location if key is None else (*location, key), error["msg"])
        if kind == "missing":
            return self.error(location, "is required and missing")
        return self.error(location, f"{rule_of(error)}, got {shown(error['input'])}")

    def _compose(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.text, Loader=_Loader)
        except _TooLargeError as error:
            line = error.args[0] + 1
            raise self._error(line, f"nests too deep or repeats too much; {_LIMITS}") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            problem = ", ".join(part for part in (error.context, error.problem) if part)
            raise self._error(line, f"is not valid YAML: {problem}") from None
        except yaml.reader.ReaderError as error:
            line = self.text.count("\n", 0, error.position) + 1
            raise self._error(line, f"is not valid YAML: {error.reason}") from None
        except RecursionError:
            raise self._error(1, f"nests too deep; at most {MAX_DEPTH} levels") from None
        except (yaml.YAMLError, ValueError) as error:
            raise self._error(1, f"is not valid YAML: {error}") from None

    def _value(self, node: yaml.Node, location: Location) -> Any:
        """Plain Python values; limits keep a hostile file from growing without bound."""
        self._count += 1
        if len(location) > MAX_DEPTH or self._count > MAX_VALUES:
            raise self.error(location, f"nests too deep or repeats too much; {_LIMITS}")
        tag = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and tag == "map":
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode) and tag == "seq":
            return [self._value(item, (*location, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and tag in ("str", *_SCALARS):
            return self._scalar(node, tag, location)
        shown = _cut(node.tag.replace(_TAG, "!!"))
        raise self.error(location, f"has the tag `{shown}`; only plain values are read")

    def _scalar(self, node: yaml.ScalarNode, tag: str, location: Location) -> Any:
        text: str = node.value
        if tag == "str":
            return text
        if _SCALARS[tag].fullmatch(text) is None:
            raise self.error(location, f"is tagged as {tag}, got {shown(text)}")
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        try:
            return int(text) if tag == "int" else float(_without_dot(text))
        except ValueError:
            raise self.error(location, f"is too long a number, got {shown(text)}") from None

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(key_node.start_mark.line + 1, "a key must be plain text")
            key: str = key_node.value
            if key in values:
                place = (*location, key)
                first = f"is given twice; first in line {self.line(place)}"
                raise self._error(key_node.start_mark.line + 1, f"`{self._dotted(place)}` {first}")
            values[key] = self._value(value_node, (*location, key))
        return values

    def _dotted(self, location: Location) -> str:
        """A place as one writes it; the index of a value that stands without a list is left out."""
        text, node = "", self._root
        for part in location:
            child = _child(node, part)
            if isinstance(part, str):
                text += f".{_cut(part)}" if text else _cut(part)
            elif child is not None:
                text += f"[{part}]"
            node = child[1] if child is not None else node
        return text


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _without_dot(number: str) -> str:
    """`.inf` and `.nan` as Python writes them."""
    return number.lower().replace(".i", "i").replace(".n", "n")


def rule_of(error: Any) -> str:
    """What one of Pydantic's errors says, as a rule in our words."""
    if error["type"] in _RULES:
        return _RULES[error["type"]]
    message = str(error["msg"])
    if error["type"] == "value_error":
        message = message.removeprefix("Value error, ")
    for said, ours in (
        ("Input should be ", "must be "),
        ("Value should have at least 1 item", "must have at least one item"),
        (" after validation, not 0", ""),
        ("greater than or equal to", "at least"),
        ("less than or equal to", "at most"),
    ):
        message = message.replace(said, ours)
    return message[0].lower() + message[1:]


_WORDS = {None: "nothing", True: "true", False: "false"}


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return _cut(repr(list(value) if isinstance(value, tuple) else value))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _printable(text: str) -> str:
    """On one line, with no character that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
