"""One training step, the same under short and full trainings: eager, or one CUDA graph.

Needs torch and numpy alone.
"""

from workers.devices.precision import exact_float32, has_bfloat16
from workers.step.average import WeightAverage, taken_up
from workers.step.optimizer import adamw, load_state, sgd
from workers.step.stepper import Stepper
from workers.step.tape import BatchDraws, Draws, EpochPlan, Tape

__all__ = [
    "BatchDraws",
    "Draws",
    "EpochPlan",
    "Stepper",
    "Tape",
    "WeightAverage",
    "adamw",
    "exact_float32",
    "has_bfloat16",
    "load_state",
    "sgd",
    "taken_up",
]
