"""Files of TensorFlow Lite, in float32 or quantised after training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from search_spaces.tflite.arena import Arena, arena
from search_spaces.tflite.quantisation import Scaling, Typed, float_program
from workers.quantisation.ranges import AT_A_TIME, Ranges, integer_network, map_ranges, program_of

if TYPE_CHECKING:
    from torch import nn

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


def tflite_float32(network: Network, module: nn.Module) -> TfliteModel:
    """The file of a network in float32. Raises GraphError where a layer has no counterpart."""
    return _model(float_program(program_of(network, module)))


def tflite_int8(
    network: Network, module: nn.Module, ranges: Ranges, given: InputFormat
) -> TfliteModel:
    """The file of a network in eight bit integers, its input and output too.

    Raises:
        GraphError: A layer has no counterpart.
    """
    return _model(integer_network(network, module, ranges, given))


def post_training_quantised(
    network: Network, module: nn.Module, images: NDArray[np.uint8] | None, given: InputFormat | None
) -> TfliteModel:
    """The file of a network in eight bit integers, with the ranges that its maps have.

    Args:
        module: Trained, in evaluation mode.
        images: Of the training, as bytes; random ones where None.
        given: How the network is given images; see `UNKNOWN` where None.

    Raises:
        GraphError: A layer has no counterpart.
    """
    given = given or unknown_format(network)
    return tflite_int8(network, module, post_training_ranges(network, module, images, given), given)


def unknown_format(network: Network) -> InputFormat:
    """How a network is given images of which nothing is known."""
    channels = network.in_shape[0]
    return InputFormat(UNKNOWN[:1] * channels, UNKNOWN[1:] * channels)


def post_training_ranges(
    network: Network, module: nn.Module, images: NDArray[np.uint8] | None, given: InputFormat
) -> Ranges:
    """The ranges of maps for some images; for random ones where None."""
    if images is None:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (AT_A_TIME, *network.in_shape), dtype=np.uint8)
    return map_ranges(network, module, images, given)


def _model(typed: Typed) -> TfliteModel:
    from search_spaces.tflite.model_file import model_bytes

    program = typed.program
    kinds = tuple(sorted({operator.kind for operator in program.operators}))
    data = model_bytes(typed)
    if not typed.is_integer:
        return TfliteModel(data, "float32", kinds)
    ends = (typed.scalings[program.input], typed.scalings[program.output])
    return TfliteModel(data, "int8", kinds, *ends, arena(program))
