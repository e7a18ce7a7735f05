"""The protocol of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from numpy.typing import NDArray

from search_spaces.graphs.primitives import Shape
from search_spaces.measures import TaskName

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MIXES_LABELS", "Difference", "Score", "Task", "TaskName"]

MIXES_LABELS = "has no meaning for {}: a pixel of two images has no one label"
"""What is wrong with mixup for a task that may not mix."""


class Score(NamedTuple):
    """What a network is worth on some images.

    Attributes:
        value: The trained measure of the task, 0 to 1.
        readings: Further trained measures, by name; the ends of the value's 95% interval among them
            where no formula gives it.
    """

    value: float
    readings: Mapping[str, float] = {}


class Difference(NamedTuple):
    """By how much one network is better than another on the same images.

    Attributes:
        value: The one score less the other.
        low: Lower end of its 95% interval: what both make of the same images varies together.
        high: Upper end.
    """

    value: float
    low: float
    high: float


class Task(Protocol):
    """What labels are, how they change with their images, and what a network is worth.

    What takes tensors works on the device where they lie, with shapes that depend on the shapes of
    its arguments alone, and never waits for a value: a CUDA graph may hold it.
    """

    @property
    def name(self) -> TaskName: ...

    @property
    def measure(self) -> str:
        """Name of the trained measure that a search maximises."""
        ...

    @property
    def meaning(self) -> str:
        """What that measure is, for a reader: a sentence that ends before `after 9 epochs`."""
        ...

    @property
    def may_mix(self) -> bool:
        """Whether two images may be laid over each other (mixup), with the loss of both labels."""
        ...

    @property
    def answer(self) -> str:
        """What a network makes, in words: `a class of each image`."""
        ...

    @property
    def has_heads(self) -> bool:
        """Whether its networks end in one of the heads, which read earlier stages too."""
        ...

    def out_shape(self, in_shape: Shape, num_classes: int) -> tuple[int, ...]:
        """What a network must make of one image of `in_shape`."""
        ...

    def moved(self, labels: Tensor, source: Tensor) -> Tensor:
        """Labels of images whose pixels were moved.

        Args:
            source: Which pixel of the batch came to each place, counted over all of its images,
                `(batch * height * width,)`; the number behind the last is the border.
        """
        ...

    def hidden(self, labels: Tensor, hidden: Tensor) -> Tensor:
        """Labels of images of which some pixels show nothing, `(batch, 1, height, width)`."""
        ...

    def loss(self, logits: Tensor, labels: Tensor, label_smoothing: float) -> Tensor:
        """The mean loss of a batch; of one without any label zero."""
        ...

    def predicted(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The class that stands where each of the labels does, in their shape."""
        ...

    def tally(self, logits: Tensor, labels: Tensor) -> Tensor:
        """What `score` wants counted of each image, as whole numbers: `(batch, num_counts)`.

        Whoever wants the score of several batches puts their counts below each other.
        """
        ...

    def score(self, counts: NDArray[Any]) -> Score:
        """Of images with such counts, `(num_images, num_counts)`.

        Raises:
            DataError: None of them has a label to be judged by.
        """
        ...

    def answers(self, logits: Tensor, size: Sequence[int]) -> Tensor:
        """What a network says of each image of a batch, in the form of labels of this size."""
        ...

    def num_shown(self, labels: NDArray[Any]) -> NDArray[Any]:
        """How many things each of some labels shows, `(n,)`; 0 where a picture would show none."""
        ...

    def difference(self, counts: NDArray[Any], others: NDArray[Any]) -> Difference:
        """Of two networks, whose counts are of the same images in the same order."""
        ...
