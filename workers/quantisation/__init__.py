"""Networks in eight bit integers after their training, and the runtimes that they run in."""

from workers.quantisation.post_training import (
    NUM_IMAGES,
    TfliteModel,
    input_scaling,
    post_training_quantised,
    prepared,
    tflite_float32,
)
from workers.quantisation.runtimes import Asked, Ran, missing_packages, run_files

__all__ = [
    "NUM_IMAGES", "Asked", "Ran", "TfliteModel", "input_scaling", "missing_packages",
    "post_training_quantised", "prepared", "run_files", "tflite_float32",
]  # fmt: skip
