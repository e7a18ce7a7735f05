"""What measures a network's accuracy: the protocol between a worker and a training of any kind.

An evaluator is made for each trial, in the worker, from a `TrialTask`. The worker asks it for one
more epoch as long as the search wants the trial to go on. The built-in one is the short training of
`workers.proxy`; a user's own is named in the experiment file or given to `nas.search`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, SupportsFloat, runtime_checkable

from search_spaces.errors import EvaluatorError, NonFiniteError, on_one_line
from search_spaces.graphs.network import Network
from workers.datasets import Dataset

if TYPE_CHECKING:
    from torch import nn

    from workers.diagnostics import LayerDiagnostics
    from workers.proxy.recipe import Recipe


class EpochResult(NamedTuple):
    """What one epoch of training gave.

    Attributes:
        accuracy: The trained measure of the network as it is now, 0 to 1; the search maximises it.
        train_loss: Mean loss over the epoch, for the learning curve; None where there is none,
            or where it is not finite.
    """

    accuracy: float
    train_loss: float | None = None


@dataclass(frozen=True)
class TrialTask:
    """What is to be evaluated, and with what.

    Attributes:
        network: The architecture: its blocks, layers and shapes.
        dataset: The images of the experiment file, as bytes, to train on and to validate.
        recipe: The values of `proxy:` in the experiment file.
        max_epochs: Epochs after which the trial is complete; the search may end it before.
        seed: The study's seed; the same for all trials.
        device: Where to train, `cpu` or `cuda`.
    """

    network: Network
    dataset: Dataset
    recipe: Recipe
    max_epochs: int
    seed: int
    device: str = "cpu"

    def module(self) -> nn.Module:
        """The network as a module on `device`, its fresh weights drawn under `seed`.

        It maps `(batch, *network.in_shape)` to one logit a class. A space with `resolution_mult`
        makes networks whose `in_shape` is smaller than the data set's: resize the images to it.
        """
        import torch

        from search_spaces.graphs.modules import build_module

        # Fresh weights are drawn on the CPU; without `devices` the states of all GPUs are copied as
        # well.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            return build_module(self.network).to(self.device)


class Evaluator(Protocol):
    """Evaluates one network, an epoch at a time."""

    def train_epoch(self) -> EpochResult | float:
        """Trains for one more epoch and measures; returns the accuracy, 0 to 1.

        Whatever it raises fails this trial alone; the traceback is kept in the database.
        """
        ...


@runtime_checkable
class Resumable(Protocol):
    """An evaluator that can also go on where another of the same task stopped."""

    def state_dict(self) -> dict[str, Any]:
        """All it needs to go on: tensors and plain values, as `torch.save` takes them."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Takes up the state of the evaluator that was interrupted."""
        ...


@runtime_checkable
class Weighted(Protocol):
    """An evaluator that also has trained weights, which are kept for the export."""

    def weights(self) -> Mapping[str, Any]:
        """The `state_dict` of the module that the last accuracy belongs to, on the CPU."""
        ...


@runtime_checkable
class Telling(Protocol):
    """An evaluator that also tells more of the network than the trained measure of its task."""

    def readings(self) -> Mapping[str, float]:
        """What stands beside the last accuracy, by the names of `measures.told_beside`."""
        ...


@runtime_checkable
class Diagnosing(Protocol):
    """An evaluator that also tells what the network makes of its channels."""

    def diagnose(self) -> Sequence[LayerDiagnostics]:
        """Dead and correlated channels of each convolution; asked for after the last epoch."""
        ...


EvaluatorFactory = Callable[[TrialTask], Evaluator]
"""Makes the evaluator of a trial, in the worker: a class, or a function."""


def checked_result(result: object, evaluator: str) -> EpochResult:
    """What `train_epoch` returned, as an `EpochResult` with a trained measure from 0 to 1.

    Args:
        evaluator: Name of the evaluator, for the message.

    Raises:
        NonFiniteError: The measure or the loss is infinite or no number.
        EvaluatorError: It returned something else.
    """
    accuracy, train_loss = result if isinstance(result, EpochResult) else (result, None)
    checked = _number(accuracy)
    if checked is None or not 0 <= checked <= 1:
        rule = "`train_epoch` must return a number from 0 to 1, or an EpochResult with one"
        raise _kind(checked)(f"{evaluator}: {rule}; got {_shown(accuracy)}")
    loss = None if train_loss is None else _number(train_loss)
    if train_loss is not None and (loss is None or not math.isfinite(loss)):
        rule = "the `train_loss` of an EpochResult must be a finite number or None"
        raise _kind(loss)(f"{evaluator}: {rule}; got {_shown(train_loss)}")
    return EpochResult(checked, loss)


def _kind(value: float | None) -> type[EvaluatorError]:
    return EvaluatorError if value is None or math.isfinite(value) else NonFiniteError


def _number(value: object) -> float | None:
    """A number, NumPy scalar or tensor of one element as a float; None for anything else."""
    # For Python `True` is 1.0, which would be a perfect network.
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):  # of several elements
        return None


def _shown(value: object) -> str:
    return on_one_line(repr(value), 60)
