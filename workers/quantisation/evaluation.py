"""What a trained network is worth in eight bit integers, beside what it is worth in float32."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from workers.datasets import Split
from workers.quantisation.integers import IntegerNetwork
from workers.quantisation.ranges import calibration_images, integer_network, map_ranges, prepared
from workers.tasks import Difference, Score, Task


@dataclass(frozen=True)
class Int8Score:
    """A network on the same images in both number types.

    Attributes:
        int8: In integers.
        float32: As it was trained.
        difference: By how much integers are better; a loss is negative.
    """

    int8: Score
    float32: Score
    difference: Difference


def evaluated(
    network: Network, module: nn.Module, train: Split, validation: Split, given: InputFormat,
    task: Task,
) -> Int8Score:  # fmt: skip
    """Quantises a trained network, and scores it on images that it was not trained on.

    Args:
        module: In evaluation mode, on the CPU, in float32.
        train: Images that some are taken from to find the scales.

    Raises:
        GraphError: A layer has no counterpart in integers.
        DataError: No image has a label to be judged by.
    """
    integers = quantised(network, module, train, given)
    counts, others = (
        counts_of_images(run, network, validation, given, task) for run in (integers, module)
    )
    return Int8Score(task.score(counts), task.score(others), task.difference(counts, others))


def score_in_int8(
    network: Network, module: nn.Module, train: Split, validation: Split, given: InputFormat,
    task: Task,
) -> Score:  # fmt: skip
    """The score in integers alone; see `evaluated`."""
    integers = quantised(network, module, train, given)
    return task.score(counts_of_images(integers, network, validation, given, task))


def quantised(
    network: Network, module: nn.Module, train: Split, given: InputFormat
) -> IntegerNetwork:
    """A trained network in eight bit integers, with the scales that an exported file has."""
    ranges = map_ranges(network, module, calibration_images(train.images), given)
    return IntegerNetwork(integer_network(network, module, ranges, given))


@torch.inference_mode()
def counts_of_images(
    run: Any, network: Network, images: Split, given: InputFormat, task: Task
) -> NDArray[Any]:
    """What a network is judged by, see `Task.tally`: `(num_images, num_counts)`.

    Args:
        run: Makes logits of images as the network is given them.
    """
    sides = (network.in_shape[1], network.in_shape[2])
    found: list[Tensor] = []
    start = 0
    for batch in prepared(images.images, given, sides):
        labels = torch.from_numpy(np.array(images.labels[start : start + len(batch)]))
        start += len(batch)
        found.append(task.tally(run(batch), labels))
    counts: NDArray[Any] = torch.cat(found).numpy()
    return counts
