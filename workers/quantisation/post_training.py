"""Post-training quantisation: what the maps of a network hold, and the file that follows from it.

Weights are integers of a scale for each channel, batch norm folded; each map has the scale of what
it holds for some training images (arXiv:1712.05877, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.inference import INPUT_RANGE, InputFormat
from search_spaces.graphs.network import Network
from search_spaces.tflite.arena import Arena, arena
from search_spaces.tflite.lowering import IMAGES, lowered
from search_spaces.tflite.program import Interval, Program
from search_spaces.tflite.quantisation import (
    Scaling,
    Typed,
    float_program,
    integer_program,
    scaling_of,
)

if TYPE_CHECKING:
    from torch import Tensor, nn

NUM_IMAGES = 256
"""Training images whose maps are looked at."""

_AT_A_TIME = 32

UNKNOWN = (127.5, 31.875)
"""Mean and deviation of bytes where nothing is known of them: numbers are between -4 and 4."""


@dataclass(frozen=True)
class TfliteModel:
    """A network as a file of TensorFlow Lite.

    Attributes:
        data: The file.
        precision: `int8` or `float32`.
        operators: What a runtime must know, by the names of TensorFlow Lite.
        input: How integers of images are read; None in float32.
        output: The same of what comes out.
        arena: What TensorFlow Lite Micro needs; None in float32.
    """

    data: bytes
    precision: str
    operators: tuple[str, ...]
    input: Scaling | None = None
    output: Scaling | None = None
    arena: Arena | None = None


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
    for start in range(0, len(images), _AT_A_TIME):
        # Copies: PyTorch warns of arrays that may not be written, as mapped ones are.
        some = torch.from_numpy(np.array(images[start : start + _AT_A_TIME]))
        yield resized((some - mean) / std, *sides)


def tflite_float32(network: Network, module: nn.Module) -> TfliteModel:
    """The file of a network in float32. Raises GraphError where a layer has no counterpart."""
    return _model(float_program(_program(network, module)))


def post_training_quantised(
    network: Network, module: nn.Module, images: NDArray[np.uint8] | None, given: InputFormat | None
) -> TfliteModel:
    """The file of a network in eight bit integers, its input and output too.

    Args:
        module: Trained, in evaluation mode.
        images: Of the training, as bytes; random ones where None.
        given: How the network is given images; see `UNKNOWN` where None.

    Raises:
        GraphError: A layer has no counterpart.
    """
    channels = network.in_shape[0]
    given = given or InputFormat(UNKNOWN[:1] * channels, UNKNOWN[1:] * channels)
    if images is None:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (_AT_A_TIME, *network.in_shape), dtype=np.uint8)
    ranges = _ranges(network, module, images, given)
    typed = integer_program(_program(network, module), ranges, input_scaling(given))
    return _model(typed)


def input_scaling(given: InputFormat) -> Scaling:
    """The scaling of images: of one channel it makes each byte less 128 its integer."""
    ends = [
        (byte - mean) / std
        for byte in INPUT_RANGE
        for mean, std in zip(given.mean, given.std, strict=True)
    ]
    return scaling_of((min(ends), max(ends)))


def _program(network: Network, module: nn.Module) -> Program:
    state = {name: value.detach().cpu().numpy() for name, value in module.state_dict().items()}
    return lowered(network, state)


def _model(typed: Typed) -> TfliteModel:
    from search_spaces.tflite.model_file import model_bytes

    program = typed.program
    kinds = tuple(sorted({operator.kind for operator in program.operators}))
    data = model_bytes(typed)
    if not typed.is_integer:
        return TfliteModel(data, "float32", kinds)
    ends = (typed.scalings[program.input], typed.scalings[program.output])
    return TfliteModel(data, "int8", kinds, *ends, arena(program))


def _ranges(
    network: Network, module: nn.Module, images: NDArray[np.uint8], given: InputFormat
) -> Mapping[int, Interval]:
    """For each layer, by number, the range of its output over some images."""
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
