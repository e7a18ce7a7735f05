"""Who trains on: a scheduler made from the section `fidelity` of an experiment file."""

from __future__ import annotations

from collections.abc import Sequence

from nas.config.fidelity import FidelitySpec
from nas.schedulers.base import FullTraining, Scheduler
from nas.schedulers.halving import ParetoHalving
from nas.schedulers.hyperband import Hyperband
from search_spaces.measures import compared

__all__ = ["FullTraining", "Hyperband", "ParetoHalving", "Scheduler", "make_scheduler"]


def make_scheduler(
    fidelity: FidelitySpec, objectives: Sequence[str], rungs: Sequence[int] | None = None
) -> Scheduler:
    """The scheduler that a fidelity names.

    Args:
        fidelity: How candidates train.
        objectives: Names; what is compared of them are accuracy and known costs.
        rungs: Ascending epochs, the last one the end, instead of the fidelity's own: those that a
            table of known results has.
    """
    epochs = tuple(rungs or fidelity.rungs())
    objectives = compared(objectives)
    if fidelity.scheduler == "none":
        return FullTraining(epochs[-1])
    if fidelity.scheduler == "hyperband":
        return Hyperband(epochs, fidelity.reduction_factor, objectives, fidelity.num_brackets)
    return ParetoHalving(epochs, fidelity.reduction_factor, objectives)
