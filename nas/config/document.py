"""A YAML file that remembers on which line each of its values stands.

Scalars are read by the core schema of YAML 1.2, decimal numbers only: `no` and `on` are text, and
`1e-3` is a number. There are no merge keys and no tags beyond those of that schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from nas.config.faults import Fault, cut, faults, shown
from search_spaces.errors import ExperimentFileError, Location

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 20_000
_LIMITS = f"at most {MAX_DEPTH} levels and {MAX_VALUES} values"
MAX_TOLD = 5
"""Wrong values that one message tells; of more it tells the number."""

M = TypeVar("M", bound=BaseModel)
_Entry = tuple[yaml.Node, yaml.Node]
"""A key and its value; of an item of a list twice the item."""


class _TooLargeError(Exception):
    """More values, or deeper ones, than is read; knows the line from 0."""


class _Loader(yaml.SafeLoader):
    """Reads scalars by the schema of this module; stops early where a file is hostile."""

    # None of PyYAML's own, which are those of YAML 1.1: by them `no` is false and 010 is 8.
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
            # Editors of Windows begin a file with a byte order mark.
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
        return [1, *(child[0].start_mark.line + 1 for _, child in self._steps(location) if child)][
            -1
        ]

    def validate(self, model: type[M]) -> M:
        """The document as a typed object. Raises ExperimentFileError for all wrong values."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            found = sorted(faults(error), key=lambda fault: self.line(fault.location))
            told = [str(self._explain(fault)) for fault in found[:MAX_TOLD]]
            more = [f"and {len(found) - MAX_TOLD} more"] if len(found) > MAX_TOLD else []
            raise ExperimentFileError("; ".join([*told, *more])) from None

    def _explain(self, fault: Fault) -> ExperimentFileError:
        """With the value as it stands in the file, where units are not worked out yet."""
        given = self._given(fault.location)
        if ... not in (fault.came, given):
            fault = replace(fault, came=given)
        return self.error(fault.location, fault.message)

    def _given(self, location: Location) -> Any:
        """The value of a place; `...` where there is none."""
        value = self.data
        for part in location:
            if isinstance(part, int) and not isinstance(value, list):
                continue  # it stands without a list
            try:
                value = value[part]
            except (LookupError, TypeError):
                return ...
        return value

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
        # What is aliased is composed once, and counts here as often as it stands in the values.
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
        shown = cut(node.tag.replace(_TAG, "!!"))
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
                place = f"`{self._dotted(location)}`: " if location else ""
                line = key_node.start_mark.line + 1
                raise self._error(line, f"{place}a key must be plain text, got {_kind(key_node)}")
            key: str = key_node.value
            # PyYAML would take the last one and say nothing.
            if key in values:
                twice = (*location, key)
                first = f"is given twice; first in line {self.line(twice)}"
                raise self._error(key_node.start_mark.line + 1, f"`{self._dotted(twice)}` {first}")
            values[key] = self._value(value_node, (*location, key))
        return values

    def _dotted(self, location: Location) -> str:
        """A place as one writes it; the index of a value that stands without a list is left out."""
        text = ""
        for part, _ in self._steps(location):
            name = f"[{part}]" if isinstance(part, int) else cut(part) or "''"
            text += f".{name}" if text and isinstance(part, str) else name
        return text

    def _steps(self, location: Location) -> Iterator[tuple[str | int, _Entry | None]]:
        """The parts of a place that are written, with what the file has of each."""
        node = self._root
        for part in location:
            child = _child(node, part)
            if child is not None or isinstance(part, str):
                yield part, child
                node = child[1] if child is not None else None


def _kind(node: yaml.Node) -> str:
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _child(node: yaml.Node | None, part: str | int) -> _Entry | None:
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


def _printable(text: str) -> str:
    """On one line, with no character that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
