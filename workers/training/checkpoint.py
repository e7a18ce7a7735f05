"""What a stopped training goes on from: one file, replaced in one step, without pickled code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from search_spaces.errors import TrainingError, reason_of
from search_spaces.whole_file import replacing

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """A training between two steps.

    Attributes:
        conditions: What it was told, as plain values by name; it goes on under the same alone.
        execution: By which timings it chose its arithmetic, `Execution.to_dict`.
        num_threads: Of all its processes together.
        trainer: `Trainer.state_dict`; empty before the first step.
        curve: What each epoch gave, as plain values.
        trained_s: Seconds of training so far, in all processes that were stopped.
    """

    conditions: Mapping[str, Any]
    execution: Mapping[str, Any]
    num_threads: int
    trainer: Mapping[str, Any] = field(default_factory=dict)
    curve: list[dict[str, Any]] = field(default_factory=list)
    trained_s: float = 0.0

    def write(self, path: Path) -> None:
        """Replaces the file. Raises TrainingError where it cannot be written."""
        write_tensors(path, {"format": FORMAT, **vars(self)})


def read_checkpoint(path: Path) -> Checkpoint | None:
    """What was written last; None where there is nothing.

    Raises:
        TrainingError: It is damaged, or was written by another version.
    """
    if not path.exists():
        return None
    try:
        values = torch.load(path, weights_only=True, map_location="cpu")
        found = values.pop("format")
        checkpoint = Checkpoint(**values)
    except Exception as error:  # torch raises many kinds for a damaged file
        raise TrainingError(
            f"{path}: is damaged, or no checkpoint; --restart begins anew"
        ) from error
    if found != FORMAT:
        rule = f"has format {found}, this version writes {FORMAT}"
        raise TrainingError(f"{path}: {rule}; --restart begins anew")
    return checkpoint


def read_weights(path: Path) -> dict[str, Any]:
    """Weights as `write_tensors` wrote them. Raises TrainingError where they cannot be read."""
    try:
        weights: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many kinds for a damaged file
        raise TrainingError(f"{path}: is no file of weights: {reason_of(error)}") from error
    return weights


def write_tensors(path: Path, values: Mapping[str, Any]) -> None:
    """Writes a file as `torch.save` does, and puts it in its place once it is on the disk.

    Raises:
        TrainingError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Given a path, torch would write that name into the file.
        with replacing(path, lasting=True) as partial, partial.open("wb") as file:
            torch.save(dict(values), file)
    except (OSError, RuntimeError) as error:  # torch's writer raises RuntimeError on a full disk
        raise TrainingError(f"{path}: cannot be written: {error}") from error
