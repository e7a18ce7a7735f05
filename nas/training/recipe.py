"""Reads the changes that a user makes to the recipe of a full training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from nas.config.training import TrainingSpec
from nas.document import Document
from nas.faults import faults
from search_spaces.errors import ExperimentFileError, TrainingError


def training_recipe(changes: Mapping[str, Any]) -> TrainingSpec:
    """The default recipe with some values changed.

    Raises:
        TrainingError: A key is not known or a value is not allowed; names both.
    """
    try:
        return TrainingSpec.model_validate(dict(changes))
    except ValidationError as error:
        told = (f"`{fault.location[0]}` {fault.message}" for fault in faults(error))
        raise TrainingError(f"recipe: {'; '.join(told)}") from error


def parse_changes(texts: Iterable[str]) -> dict[str, Any]:
    """Reads `["mixup=0.2", "optimizer=adamw"]`. Raises TrainingError where one is not so."""
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not key or key in changes:
            rule = "changes of the recipe are written as KEY=VALUE, each key once"
            raise TrainingError(f"{rule}; got {text!r}")
        changes[key] = _value(value)
    return changes


def _value(text: str) -> Any:
    """A scalar, by the rules of experiment files; any other text is a word."""
    try:
        value = Document("recipe", f"value: {text}").data["value"]
    except ExperimentFileError:
        return text
    return text if isinstance(value, dict | list) else value
