"""Trains some networks of a space briefly and fully, and holds the two orders side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.edits import with_values
from nas.runner.preparation import checked_space
from nas.store import Store
from nas.trust.calibration import DEFAULT_MIN_TAU, Calibration, rung_orders, spread_candidates
from nas.trust.companion_runs import NUM_SEEDS_IN_ALL, TIMES_THE_PROXY, Place, Trained, train_all
from search_spaces.errors import SearchError
from search_spaces.measures import LATENCY
from search_spaces.spaces.problem import SpaceProblem, Values

LEAST_NETWORKS = 4
PURPOSE = "calibration"


@dataclass(frozen=True)
class Plan:
    """What is trained.

    Attributes:
        full_epochs: Of the training that is taken for the truth; None for `TIMES_THE_PROXY`. As
            many as `fidelity.max_epochs` asks how well rungs foretell the end of a search's own
            training.
        num_seeds: Trainings of each network; accuracies are means over them.
        full_batch_size: Of full training, where it is another than that of the file. A short
            training in the batches of a GPU is so held against one in those of a CPU.
    """

    num_networks: int = 12
    full_epochs: int | None = None
    num_seeds: int = 1
    min_tau: float = DEFAULT_MIN_TAU
    full_batch_size: int | None = None


def calibrate(file: ExperimentFile, plan: Plan, place: Place) -> Calibration:
    """Trains, compares, and keeps the result in the database.

    What was trained before, by whatever study, is not trained again.

    Raises:
        ExperimentFileError: The file is wrong.
        SearchError: It was interrupted, or too few networks are left.
    """
    experiment = file.experiment
    max_epochs = experiment.fidelity.max_epochs
    full_epochs = plan.full_epochs or TIMES_THE_PROXY * max_epochs
    if full_epochs < max_epochs:
        rule = f"must be at least `fidelity.max_epochs` (={max_epochs})"
        raise SearchError(f"--full-epochs (={full_epochs}) {rule}")
    starts = _starts(file, plan.num_networks)
    seeds = tuple((experiment.seed + n) % NUM_SEEDS_IN_ALL for n in range(plan.num_seeds))
    short = [train_all(file, starts, max_epochs, seed, place, PURPOSE) for seed in seeds]
    full, truth = short, _truth(file, plan)
    if full_epochs > max_epochs or truth is not file:
        full = [train_all(truth, starts, full_epochs, seed, place, PURPOSE) for seed in seeds]
    found = compare(short, full, file, seeds, plan.min_tau, plan.full_batch_size)
    _keep(found, file, place)
    return found


def _truth(file: ExperimentFile, plan: Plan) -> ExperimentFile:
    """The experiment by whose recipe full trainings run."""
    if plan.full_batch_size is None:
        return file
    text = with_values(file.document.text, {("proxy", "batch_size"): plan.full_batch_size})
    return ExperimentFile(Document(file.document.path, text), file.task)


def compare(
    short: Sequence[Trained],
    full: Sequence[Trained],
    file: ExperimentFile,
    seeds: tuple[int, ...],
    min_tau: float,
    full_batch_size: int | None = None,
) -> Calibration:
    """The orders of what was trained; one item of each for each seed.

    Where full trainings are no longer than short ones, and in equal batches, the last epoch is no
    rung but the truth.

    Raises:
        SearchError: Too few networks were trained to the end by all of them.
    """
    fidelity = file.experiment.fidelity
    # A network that failed in one of them is left out of all: orders are of the same networks.
    names = sorted(set.intersection(*(set(trained.curves) for trained in (*short, *full))))
    if len(names) < LEAST_NETWORKS:
        rule = f"{LEAST_NETWORKS} networks must be trained to the end to be ordered"
        raise SearchError(f"{rule}; there are {len(names)}")
    curves = np.mean([[t.curves[name] for name in names] for t in short], axis=0)
    ends = np.mean([[t.curves[name][-1] for name in names] for t in full], axis=0)
    seconds = np.mean([trained.seconds for trained in short], axis=0).tolist()
    full_epochs = len(full[0].curves[names[0]])
    if full_epochs == fidelity.max_epochs and full_batch_size is None:
        curves, seconds = curves[:, :-1], seconds[:-1]
    # As many as a rung would let go on.
    num_best = max(1, round(len(names) / fidelity.reduction_factor))
    return Calibration(
        architectures=tuple(names), max_epochs=fidelity.max_epochs, full_epochs=full_epochs,
        seeds=seeds, num_best=num_best, min_tau=min_tau,
        rungs=rung_orders(curves, ends, seconds, fidelity.rungs(), num_best),
        full_cost_s=float(np.mean([trained.seconds[-1] for trained in full])),
        full_batch_size=full_batch_size,
    )  # fmt: skip


def _starts(file: ExperimentFile, number: int) -> list[Values]:
    """Values of the networks, within the budgets that need no measurement."""
    experiment = file.experiment
    limits = experiment.constraints.limits()
    known = tuple(limit for limit in limits if limit.quantity != LATENCY)
    problem = SpaceProblem(checked_space(file), (file.experiment.quality, "flops"), known)
    found = spread_candidates(problem, number, experiment.seed)
    if len(found) < LEAST_NETWORKS:
        rule = f"a space must have {LEAST_NETWORKS} architectures within its budgets to be ordered"
        raise SearchError(f"{rule}; this one has {len(found)}")
    return [candidate.values for candidate in found]


def _keep(found: Calibration, file: ExperimentFile, place: Place) -> None:
    from workers.datasets import load_dataset

    fingerprint = load_dataset(file.experiment.dataset).fingerprint
    with Store(place.storage, create=False) as store:
        store.add_calibration(file.experiment.name, fingerprint, found.recommended, found.as_json())
