"""By which timings a full training chooses the arithmetic of each layer."""

from __future__ import annotations

from nas.config.training import TrainingSpec
from nas.runner.execution_cache import cache_execution, cached_executions
from search_spaces.network import Network
from workers.proxy import Execution, conv_layers, measure_execution


def training_execution(
    network: Network | None, recipe: TrainingSpec, device: str, num_threads: int
) -> Execution:
    """What this machine kept, completed by timings of this network's convolutions taken now.

    On a GPU nothing is timed, and neither is a network of which we have nothing but its module.
    """
    if recipe.execution == "float32":
        return Execution()
    if device != "cpu":
        return Execution(autocast=True)
    if network is None:
        return Execution()
    layers = conv_layers(block.graph for block in network.blocks)
    execution = measure_execution(layers, recipe.batch_size, num_threads, cached_executions())
    cache_execution(execution)
    return execution
