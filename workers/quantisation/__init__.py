"""Networks in eight bit integers, trained for that or not, and the runtimes that they run in.

`fake` computes in PyTorch, in float32, what they stand for, so that they can be trained.
"""

from workers.quantisation.evaluation import Int8Score, evaluated, score_in_int8
from workers.quantisation.integers import IntegerNetwork
from workers.quantisation.post_training import (
    TfliteModel,
    post_training_quantised,
    post_training_ranges,
    tflite_float32,
    tflite_int8,
    unknown_format,
)
from workers.quantisation.ranges import (
    NUM_IMAGES,
    Ranges,
    calibration_images,
    input_scaling,
    integer_network,
    map_ranges,
    prepared,
)
from workers.quantisation.runtimes import Asked, Ran, missing_packages, run_files

__all__ = [
    "NUM_IMAGES", "Asked", "Int8Score", "IntegerNetwork", "Ran", "Ranges", "TfliteModel",
    "calibration_images", "evaluated", "input_scaling", "integer_network", "map_ranges",
    "missing_packages", "post_training_quantised", "post_training_ranges", "prepared",
    "run_files", "score_in_int8", "tflite_float32", "tflite_int8", "unknown_format",
]  # fmt: skip
