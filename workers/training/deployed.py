"""A trained network as it is deployed, plain layers in float32: its score, and what it predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from workers.datasets.base import Labels, Masks, Split
from workers.proxy.batches import DeviceSplit, ProxyData, as_given, evaluated, evaluation_batch
from workers.tasks import Score
from workers.training.subject import Subject


@dataclass(frozen=True)
class Deployed:
    """A module in evaluation mode, and the data that say how images are given to it.

    Attributes:
        resolution: Height and width of the images that the module takes.
    """

    module: nn.Module
    resolution: tuple[int, int]
    data: ProxyData

    @classmethod
    def of(cls, subject: Subject, weights: Mapping[str, Any], data: ProxyData) -> Deployed:
        """A network with its trained weights.

        Raises:
            RuntimeError: They are those of another network (raised by PyTorch).
        """
        module = subject.plain_module().to(data.device).eval()
        module.load_state_dict(weights)
        _, height, width = subject.in_shape
        return cls(module, (height, width), data)

    def score(self, split: Split) -> Score:
        """What it is worth on some images."""
        return self.data.task.score(self.counts(split))

    def counts(self, split: Split) -> NDArray[Any]:
        """What it is judged by, for each of some images, see `Task.score`."""
        images = DeviceSplit.of(split, self.data.device)
        return self._asked(self.data.task.tally, images).cpu().numpy()

    def predictions(self, split: Split) -> Iterator[Labels | Masks]:
        """The class of each image, or of each of its pixels, for some images at a time."""
        images = DeviceSplit.of(split, self.data.device)
        numbers = torch.arange(len(images.labels), device=self.data.device)
        # By the batches that the score is of, so that not a pixel is told otherwise.
        for some in torch.split(numbers, evaluation_batch(images)):
            yield self._asked(self.data.task.predicted, images, some).cpu().numpy()

    def _asked(
        self,
        asked: Callable[[Tensor, Tensor], Tensor],
        images: DeviceSplit,
        numbers: Tensor | None = None,
    ) -> Tensor:
        with torch.autocast(self.data.device.type, enabled=False) as context:
            return evaluated(asked, self.module, images, self._given, context, numbers)

    def _given(self, images: Tensor) -> Tensor:
        return as_given(self.data.normalise(images), self.resolution, torch.float32)
