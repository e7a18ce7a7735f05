"""What a full training came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TrainingResult:
    """One full training, complete or stopped.

    Attributes:
        name: Of the network.
        study: Where it is of a trial, with its number.
        state: COMPLETE, or INTERRUPTED: the same call goes on.
        epochs: Trained so far, of `max_epochs`.
        validation_accuracy: Of the averaged weights, when last measured; None before.
        test_accuracy: Measured once, at the end; None before, and where there are no test images.
        train_s: Seconds of training.
        weights: File of the trained weights; None before the end, and where they are gone or of a
            later training.
        recipe: All that the training was told.
        input_format: How images are given to the network, as the database has it; None where an
            earlier program trained it.
        class_names: What the network tells apart, by label; None likewise.
    """

    name: str
    study: str | None
    trial: int | None
    architecture: str
    state: str
    epochs: int
    max_epochs: int
    validation_accuracy: float | None
    test_accuracy: float | None
    num_test_images: int | None
    train_s: float
    weights: str | None
    weights_sha256: str | None
    recipe: dict[str, Any]
    input_format: dict[str, Any] | None = None
    class_names: list[str] | None = None

    def as_json(self) -> dict[str, Any]:
        """As `nas train --json` prints it."""
        return asdict(self)
