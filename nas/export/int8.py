"""What files in eight bit integers are made of, and how alike their outputs are to float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nas.export.proof import Case
from nas.export.subject import Subject
from nas.store.weights import load_weights
from search_spaces.graphs.inference import InputFormat
from workers.quantisation import (
    Ranges,
    calibration_images,
    post_training_ranges,
    unknown_format,
)  # fmt: skip

if TYPE_CHECKING:
    from torch import nn


class Quantised(NamedTuple):
    """A network of which all integers are decided.

    Attributes:
        module: In float32, in evaluation mode.
        ranges: Of its maps.
        given: How it is given images.
        origin: Where the integers come from, in words.
    """

    module: nn.Module
    ranges: Ranges
    given: InputFormat
    origin: str


def quantised_of(subject: Subject, case: Case) -> Quantised:
    """A network with the weights of its training in eight bit integers, where there was one.

    Else with those of its training in float32, and the ranges that its maps have with them.

    Raises:
        ExportError: Weights do not fit it.
    """
    module, given = case.searched(), subject.input_format or unknown_format(subject.network)
    if subject.int8_weights is None:
        images = None if subject.training is None else calibration_images(subject.training.images)
        ranges = post_training_ranges(subject.network, module, images, given)
        return Quantised(module, ranges, given, "quantised after its training")
    from workers.quantisation.fake import parted

    weights, ranges = parted(load_weights(subject.int8_weights.path))
    module.load_state_dict(weights)
    return Quantised(module, ranges, given, subject.int8_weights.origin)


def cosine(found: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Between two arrays of as many values; 1 is alike. Only zeros are like zeros."""
    a, b = (values.ravel().astype(np.float64) for values in (found, wanted))
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths else float(not (a.any() or b.any()))
