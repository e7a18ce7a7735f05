"""Changes to a YAML file that leave all else as it is: comments, order, quotes, spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from search_spaces.errors import ExperimentFileError


def with_values(text: str, values: Mapping[tuple[str, ...], Any]) -> str:
    """The text of a file with several values set, see `with_value`."""
    for keys, value in values.items():
        text = with_value(text, keys, value)
    return text


def with_value(text: str, keys: Sequence[str], value: Any) -> str:
    """The text of a file with one value replaced, or added where it is not there.

    Args:
        keys: From the outermost mapping in.
        value: Plain values; mappings and lists are written on one line.

    Raises:
        ExperimentFileError: The file is written in a way in which that is not possible.
    """
    changed = _changed(text, list(keys), value)
    # What was edited as text is read back: whatever it has come to mean, nothing wrong is written.
    if _plain(changed) != _with(_plain(text), list(keys), value):
        place = ".".join(keys)
        raise ExperimentFileError(f"`{place}` cannot be changed in this file; set it by hand")
    return changed


def _changed(text: str, keys: list[str], value: Any) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ExperimentFileError("the file must be a mapping with a key on each line")
    mapping = root
    for depth, key in enumerate(keys):
        rest = keys[depth + 1 :]
        node = {name.value: child for name, child in mapping.value}.get(key)
        if node is None:
            return _inserted(text, mapping, f"{key}: {_written(_nested(rest, value))}")
        if not rest or not isinstance(node, yaml.MappingNode):
            return _replaced(text, mapping, node, _nested(rest, value))
        mapping = node
    raise AssertionError("there is a key")


def _replaced(text: str, parent: yaml.Node, node: yaml.Node, value: Any) -> str:
    start, end = node.start_mark.index, _end(text, node)
    space = " " if text[start - 1 : start] == ":" else ""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        # A block stands below its key; what replaces it, behind it on one line.
        key = next(name for name, child in parent.value if child is node)
        start, space = key.end_mark.index, ": "
    return text[:start] + space + _written(value) + text[end:]


def _inserted(text: str, mapping: yaml.MappingNode, entry: str) -> str:
    if mapping.start_mark.index == 0 or mapping.start_mark.column == 0:
        return f"{text.rstrip()}\n{entry}\n"
    if not mapping.value:
        at = mapping.start_mark.index + 1
        return text[:at] + entry + text[at:]
    end = _end(text, mapping.value[-1][1])
    if mapping.flow_style:
        return f"{text[:end]}, {entry}{text[end:]}"
    line_end = text.find("\n", end)
    at = len(text) if line_end < 0 else line_end
    return f"{text[:at]}\n{' ' * mapping.value[0][0].start_mark.column}{entry}{text[at:]}"


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends; that of a block ends with its last line."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    return len(text[: node.end_mark.index].rstrip()) if node.value else int(node.end_mark.index)


def _nested(keys: list[str], value: Any) -> Any:
    return {keys[0]: _nested(keys[1:], value)} if keys else value


def _written(value: Any) -> str:
    """On one line, so that it can stand in a list or a mapping on that line too."""
    line = yaml.safe_dump([value], default_flow_style=True, sort_keys=False, width=10**6)
    return line.strip().removeprefix("[").removesuffix("]")


def _plain(text: str) -> Any:
    return yaml.safe_load(text)


def _with(data: Any, keys: list[str], value: Any) -> Any:
    """The same values with one of them set."""
    if not keys:
        return value
    own = data if isinstance(data, dict) else {}
    return {**own, keys[0]: _with(own.get(keys[0]), keys[1:], value)}
