"""What the maps of a network hold, and the integers that follow from it.

Weights are integers of a scale for each channel, batch norm folded; each map has the scale of what
it holds for some training images (arXiv:1712.05877, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.inference import INPUT_RANGE, InputFormat
from search_spaces.graphs.network import Network
from search_spaces.tflite.lowering import IMAGES, lowered
from search_spaces.tflite.program import Interval, Program
from search_spaces.tflite.quantisation import Scaling, Typed, integer_program, scaling_of

if TYPE_CHECKING:
    from torch import Tensor, nn

NUM_IMAGES = 256
"""Training images whose maps are looked at."""

AT_A_TIME = 32

Ranges = Mapping[int, Interval]
"""Least and most of the output of each layer, by its number in `Network.layers`; images are -1."""


def calibration_images(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Those of the training images whose maps are looked at, `NUM_IMAGES` at most."""
    # Evenly, since images of folders stand in the order of their classes.
    count = min(NUM_IMAGES, len(images))
    numbers = np.linspace(0, len(images) - 1, count).round().astype(int)
    return np.asarray(images[numbers])


def prepared(
    images: NDArray[np.uint8], input_format: InputFormat, sides: tuple[int, int]
) -> Iterator[Tensor]:
    """Bytes `(n, channels, height, width)` as a network is given them, some at a time.

    Normalised, then resized, as `preprocess` of exported code does: the other way round rounds
    otherwise.
    """
    import torch

    from workers.proxy.augmentation import resized

    mean, std = (
        torch.tensor(v, dtype=torch.float32).view(-1, 1, 1)
        for v in (input_format.mean, input_format.std)
    )
    for start in range(0, len(images), AT_A_TIME):
        # Copies: PyTorch warns of arrays that may not be written, as mapped ones are.
        some = torch.from_numpy(np.array(images[start : start + AT_A_TIME]))
        yield resized((some - mean) / std, *sides)


def input_scaling(given: InputFormat) -> Scaling:
    """The scaling of images: of one channel it makes each byte less 128 its integer."""
    ends = [
        (byte - mean) / std
        for byte in INPUT_RANGE
        for mean, std in zip(given.mean, given.std, strict=True)
    ]
    return scaling_of((min(ends), max(ends)))


def map_ranges(
    network: Network, module: nn.Module, images: NDArray[np.uint8], given: InputFormat
) -> Ranges:
    """What maps hold for some images, see `calibration_images`.

    Args:
        module: Trained, in evaluation mode, on the CPU.
    """
    import torch

    # The whole range: leaving out its ends, even a hundred-thousandth of the values, gained nothing
    # on networks of ours and lost a little.
    found: dict[int, Interval] = {}

    def observe(layer: int, output: Tensor) -> None:
        low, high = (float(end) for end in output.aminmax())
        before = found.get(layer, (low, high))
        found[layer] = (min(low, before[0]), max(high, before[1]))

    with torch.inference_mode():
        for batch in prepared(images, given, (network.in_shape[1], network.in_shape[2])):
            observe(IMAGES, batch)
            module(batch, observe=observe)
    return found


def program_of(network: Network, module: nn.Module) -> Program:
    """The program of a network with its weights. Raises GraphError: a layer has no counterpart."""
    state = {name: value.detach().cpu().numpy() for name, value in module.state_dict().items()}
    return lowered(network, state)


def integer_network(
    network: Network, module: nn.Module, ranges: Ranges, given: InputFormat
) -> Typed:
    """A network in eight bit integers. Raises GraphError where a layer has no counterpart."""
    return integer_program(program_of(network, module), ranges, input_scaling(given))
