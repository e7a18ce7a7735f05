"""Objects that a caller passes in for what an experiment file can only name."""

from __future__ import annotations

from dataclasses import dataclass

from nas.samplers.registry import MakeSampler
from nas.store import Companion
from search_spaces.spaces.problem import NetworkList
from workers.evaluator import EvaluatorFactory


@dataclass(frozen=True)
class Parts:
    """What stands in for the names in the file; None leaves it to the file.

    Attributes:
        sampler: Makes the sampler for a problem and a seed.
        evaluator: Makes the evaluator of a trial, in the worker.
        networks: What is trained in place of the networks of the space, whatever the budgets.
        companion: What the study serves, where it is not searched for its own sake.
    """

    sampler: MakeSampler | None = None
    evaluator: EvaluatorFactory | None = None
    networks: NetworkList | None = None
    companion: Companion | None = None
