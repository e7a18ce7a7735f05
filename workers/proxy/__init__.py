"""The short training that stands for a full one.

Imports torch and numpy and nothing of Ray, so that it runs and is measured anywhere. Data stay in
memory as bytes; augmentation and normalisation work on whole batches. Accuracy is that of
exponentially averaged weights, which is what makes the value in the middle of a schedule
comparable.
"""

from workers.proxy.batches import ProxyData
from workers.proxy.execution import Execution, conv_layers
from workers.proxy.recipe import Recipe
from workers.proxy.state import keep_freed_memory
from workers.proxy.timing import measure_execution
from workers.proxy.trainer import ProxyTrainer

__all__ = [
    "Execution",
    "ProxyData",
    "ProxyTrainer",
    "Recipe",
    "conv_layers",
    "keep_freed_memory",
    "measure_execution",
]
