"""Trials that share a GPU: MPS for them; and, for `auto`, the part of a GPU that a trial needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import numpy as np

from nas.config import ExperimentFile
from nas.config.search import WorkersSpec
from nas.runner.shipping import shipped
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import draw
from search_spaces.errors import SearchError, reason_of
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.spaces.problem import NetworkList, SpaceProblem
from workers.datasets import Dataset
from workers.devices import fitting_trials, mps, share_of
from workers.evaluator import EvaluatorFactory, TrialTask
from workers.trial_needs import TrialNeeds, measured_trial

if TYPE_CHECKING:
    from workers.proxy import Recipe

NUM_DRAWN = 32


@contextmanager
def shared_gpus(workers: WorkersSpec, tell: Callable[[str], None], *, here: bool) -> Iterator[bool]:
    """Runs MPS for a Ray that is started while this is open, where trials share a GPU.

    Args:
        here: Whether that Ray is this machine's; nodes of a cluster have what is started there.

    Yields:
        Whether trials have MPS.
    """
    if not (here and workers.shares_gpus):
        yield False
        return
    with mps() as fault:
        if fault is not None:
            tell(f"trials that share a GPU take turns on it: {fault}")
        yield fault is None


def with_measured_share(
    file: ExperimentFile, problem: SpaceProblem, dataset: Dataset,
    make_evaluator: EvaluatorFactory, tell: Callable[[str], None], *, has_mps: bool,
) -> ExperimentFile:  # fmt: skip
    """The same file with a number for `gpus_per_trial: auto`; as it is where it says a number.

    A trial of a demanding network is trained for two epochs on a whole GPU of the Ray that is
    connected: the first makes everything ready, the second is measured.

    Raises:
        SearchError: It could not be trained.
    """
    workers = file.experiment.workers
    if not workers.measures_share:
        return file
    experiment = file.experiment
    task = TrialTask(
        demanding_network(problem, experiment.seed), dataset, cast("Recipe", experiment.proxy), 2,
        experiment.seed, "cuda",
    )  # fmt: skip
    tell("measuring what part of a GPU a trial needs")
    with shipped(make_evaluator, experiment.evaluator):
        needs = _measured_by_ray(task, make_evaluator, workers)
    most = max(1, int(_cpus_of_a_gpu() / workers.cpus_per_trial))
    number = fitting_trials(needs.peak_bytes, needs.total_bytes, needs.busy, most, overlaps=has_mps)
    share = share_of(number)
    busy = "an unknown share" if needs.busy is None else f"{needs.busy:.0%}"
    tell(
        f"a trial takes {needs.peak_bytes / 2**30:.1f} of {needs.total_bytes / 2**30:.0f} GiB of "
        f"a GPU and {busy} of its time: gpus_per_trial {share:g}, {number} on each"
    )
    return file.with_workers(workers.model_copy(update={"gpus_per_trial": share}))


def demanding_network(problem: SpaceProblem, seed: int) -> Network:
    """Of some networks within the budgets the one with the most activations."""
    if isinstance(problem.space, NetworkList):
        drawn = list(problem.space.networks.values())
    else:
        found = draw(CachedProblem.of(problem), np.random.default_rng([seed]), NUM_DRAWN)
        drawn = [problem.space.network(candidate.values) for candidate in found]
    return max(drawn, key=lambda network: cost(network).peak_activation_bytes)


def _measured_by_ray(
    task: TrialTask, make_evaluator: EvaluatorFactory, workers: WorkersSpec
) -> TrialNeeds:
    import ray

    # A process of its own, whose memory on the card is free again before the first trial.
    remote = ray.remote(num_gpus=1, num_cpus=workers.cpus_per_trial, max_calls=1, max_retries=0)
    try:
        found: TrialNeeds = ray.get(remote(measured_trial).remote(task, make_evaluator))
    except ray.exceptions.RayTaskError as error:
        cause = error.cause if error.cause is not None else error
        raise SearchError(_unmeasured(reason_of(cause))) from error
    except ray.exceptions.RayError as error:
        raise SearchError(_unmeasured(reason_of(error))) from error
    return found


def _unmeasured(reason: str) -> str:
    rule = "`workers.gpus_per_trial` is auto, but no trial could be measured"
    return f"{rule}: {reason}; give it a number"


def _cpus_of_a_gpu() -> float:
    """Processors for each GPU, on the node that has the fewest."""
    import ray

    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    shares = (has.get("CPU", 0.0) / has["GPU"] for has in nodes if has.get("GPU", 0) >= 1)
    return float(min(shares, default=1.0))
