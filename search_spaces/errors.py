"""Errors that a caller can act on.

NasError                  whatever is wrong with what we were given; the CLI prints it in one line
├── GraphError            layers that do not fit together
├── SpaceError            a space that cannot be searched; knows the place in the file
│   └── NoFeasibleError   nothing new within the budgets is left, or found
│       └── BudgetError   no architecture of the space meets the budgets; knows which one blocks
├── ExperimentFileError   a wrong experiment file: file, line, key, rule
├── DataError             a data set that is not there or not as it should be
│   ├── DataOptionError   a value of `dataset:` that the data set does not take; knows its key
│   └── NoTestImagesError a data set that has no test images
├── UserCodeError         a module or function of the user's that cannot be loaded
├── StoreError            a database that cannot be reached, or a study that it does not know
├── LatencyError          a device that cannot be measured, or a latency table that does not fit
├── DeviceError           a GPU that is wanted and not there, or that cannot be used
├── SearchError           a search that cannot start or cannot go on
│   └── StoppedError      one that was told to end while nothing of it was under way
├── EvaluatorError        an evaluator that cannot be sent to a worker, or gives no accuracy
│   └── NonFiniteError    an accuracy or a loss that is infinite or no number
├── TrainingError         a full training that cannot begin or go on
├── ExportError           an architecture that cannot be written as code
└── ReportError           a page that cannot be written
"""

from __future__ import annotations

Location = tuple[str | int, ...]

MAX_REASON = 200
"""Characters of what others' exceptions say that one of our lines takes in."""


def on_one_line(text: str, most: int = MAX_REASON) -> str:
    """Any text on one line, cut where it is longer than `most` characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 3]}..."


def reason_of(error: BaseException) -> str:
    """What an exception of others says, on one line; its type where it says nothing."""
    # Cut, since of a hostile file the message may be the file itself.
    return on_one_line(str(error)) or type(error).__name__


class NasError(Exception):
    """Base of every error whose message alone tells the user what to change."""


class GraphError(NasError):
    """Layers that do not fit together, such as groups that do not divide the channels."""


class SpaceError(NasError):
    """A space that cannot be searched.

    Attributes:
        location: Path of keys and list indices below `space` to the offending value.
    """

    def __init__(self, message: str, location: Location = ()) -> None:
        super().__init__(message)
        self.location = location


class NoFeasibleError(SpaceError):
    """No architecture of the space was found that meets every budget and is not known."""


class BudgetError(NoFeasibleError):
    """No architecture of the space was found that meets every budget.

    Attributes:
        quantity: What the budget that blocks is on.
        rule: What is wrong with it.
    """

    def __init__(self, quantity: str, rule: str) -> None:
        super().__init__(f"`{quantity}` {rule}", ("constraints", quantity))
        self.quantity = quantity
        self.rule = rule


class ExperimentFileError(NasError):
    """A wrong experiment file: file, line, key, rule, what came, what is allowed."""


class DataError(NasError):
    """A data set that is not there, or not as it should be."""


class DataOptionError(DataError):
    """A value of `dataset:` that the data set does not take.

    Attributes:
        key: The key below `dataset`.
        rule: The rule, and what came.
    """

    def __init__(self, key: str, rule: str) -> None:
        super().__init__(f"`dataset.{key}` {rule}")
        self.key = key
        self.rule = rule


class NoTestImagesError(DataError):
    """A data set that has no test images."""


class UserCodeError(NasError):
    """A module or function of the user's that cannot be loaded."""


class StoreError(NasError):
    """A database that cannot be reached, or a study that it does not know."""


class LatencyError(NasError):
    """A device that cannot be measured, or a latency table that does not fit."""


class DeviceError(NasError):
    """A GPU that is wanted and not there, or that cannot be used as it should."""


class SearchError(NasError):
    """A search that cannot start or cannot go on."""


class StoppedError(SearchError):
    """A search that was told to end while nothing of it was under way; the same call goes on."""


class EvaluatorError(NasError):
    """An evaluator that cannot be sent to a worker, or gives no accuracy."""


class NonFiniteError(EvaluatorError):
    """An evaluator whose accuracy or loss is infinite or no number: its training has diverged."""


class TrainingError(NasError):
    """A full training that cannot begin or go on."""


class ExportError(NasError):
    """An architecture that cannot be written as code."""


class ReportError(NasError):
    """A page that cannot be written."""
