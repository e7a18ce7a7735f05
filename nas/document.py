"""A YAML file that remembers on which line each of its values stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from search_spaces.errors import ExperimentFileError, Location

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 100_000

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


_SELF_EXPLAINING = {"epochs", "block_twice"}


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
            return cls(str(path), raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ExperimentFileError(f"{path}: is not UTF-8 text") from error

    def error(self, location: Location, message: str) -> ExperimentFileError:
        """An error that names file, line and key of a place in the document."""
        key = _dotted(location)
        line = self.line(location)
        return ExperimentFileError(f"{self.path}:{line}: {f'`{key}` ' if key else ''}{message}")

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
        if kind == "unknown_key":
            return self.error((*location, error["ctx"]["key"]), error["msg"])
        if kind in _SELF_EXPLAINING:
            return self.error(location, error["msg"])
        if kind == "missing":
            return self.error(location, "is required and missing")
        return self.error(location, f"{_rule(error)}, got {_shown(error['input'])}")

    def _compose(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            problem = error.problem or error.context
            raise ExperimentFileError(f"{self.path}:{line}: is not valid YAML: {problem}") from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            problem = str(error).splitlines()[0] or type(error).__name__
            raise ExperimentFileError(f"{self.path}:1: is not valid YAML: {problem}") from None

    def _value(self, node: yaml.Node, location: Location) -> Any:
        """Plain Python values; limits keep a hostile file from growing without bound."""
        self._count += 1
        if len(location) > MAX_DEPTH or self._count > MAX_VALUES:
            limits = f"at most {MAX_DEPTH} levels and {MAX_VALUES} values"
            raise self.error(location, f"nests too deep or repeats too much; {limits}")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*location, i)) for i, item in enumerate(node.value)]
        try:
            return _SCALARS.construct_object(node, deep=True)  # type: ignore[no-untyped-call]
        except (yaml.YAMLError, ValueError, OverflowError):
            raise self.error(location, f"cannot be read as {node.tag}") from None

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            line = key_node.start_mark.line + 1
            if not isinstance(key, str) or key_node.tag.endswith("merge"):
                raise ExperimentFileError(f"{self.path}:{line}: a key must be plain text")
            if key in values:
                raise ExperimentFileError(f"{self.path}:{line}: `{key}` stands here twice")
            values[key] = self._value(value_node, (*location, key))
        return values


_SCALARS = yaml.SafeLoader("")


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _dotted(location: Location) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _rule(error: Any) -> str:
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


def _shown(value: Any) -> str:
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."
