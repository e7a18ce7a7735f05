"""Does short training rank networks as full training does? Which are tried, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, isnan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.edits import with_values
from nas.latency.prediction import spread_order
from nas.samplers.cached_problem import CachedProblem
from nas.samplers.feasible import draw
from nas.samplers.start_from import Likeness, likeness
from nas.statistics import (
    Estimate,
    correlation,
    kendall_tau,
    kept_of_best,
    number_to_show,
    spearman_rho,
)
from search_spaces.errors import SearchError
from search_spaces.spaces.problem import Candidate, SpaceProblem
from search_spaces.whole_file import replacing

NUM_DRAWN = 400


def spread_candidates(problem: SpaceProblem, number: int, seed: int) -> list[Candidate]:
    """Distinct architectures within the budgets, each as different as can be from those before it.

    Of `NUM_DRAWN` drawn ones, by the logarithms of FLOPs and parameters and the share of the FLOPs
    in each type of block. More networks under the same seed begin with the same ones. Fewer than
    `number` where the space has no more.

    Raises:
        BudgetError: Nothing is within the budgets.
    """
    drawn = draw(CachedProblem.of(problem), np.random.default_rng([seed]), NUM_DRAWN)
    likenesses = [likeness(problem.space.network(candidate.values)) for candidate in drawn]
    types = sorted({name for found in likenesses for name in found.shares})
    features = np.array([_features(found, types) for found in likenesses])
    return [drawn[index] for index in spread_order(features)[:number]]


def _features(found: Likeness, types: list[str]) -> list[float]:
    return [found.flops, found.params, *(found.shares.get(name, 0.0) for name in types)]


Values = NDArray[np.float64]

# Of twelve networks tau must be about 0.9 for it (benchmarks/results/calibration.md).
DEFAULT_MIN_TAU = 0.6


@dataclass(frozen=True)
class RungOrder:
    """The order after some epochs beside that at the end.

    Attributes:
        kendall_tau: Rank correlation, with its interval over networks.
        spearman_rho: Likewise.
        kept_of_best: Share of the best at the end that are among as many best here.
        cost_s: Seconds that a network takes until here, on average.
        is_rung: Whether the experiment file compares trials here.
    """

    epochs: int
    kendall_tau: Estimate
    spearman_rho: Estimate
    kept_of_best: float
    cost_s: float
    is_rung: bool

    def as_json(self) -> dict[str, Any]:
        """As `nas calibrate --json` prints it; None where networks have no order at all."""
        tau, rho = self.kendall_tau, self.spearman_rho
        return {
            "epochs": self.epochs,
            "kendall_tau": _number(tau.value),
            "interval": [_number(tau.low), _number(tau.high)],
            "spearman_rho": _number(rho.value),
            "spearman_interval": [_number(rho.low), _number(rho.high)],
            "kept_of_best": self.kept_of_best,
            "cost_s": self.cost_s,
            "is_rung": self.is_rung,
        }


@dataclass(frozen=True)
class Calibration:
    """How well short trainings of some networks of a space order them.

    Attributes:
        architectures: Ids of the networks.
        max_epochs: Of a trial that is not stopped.
        full_epochs: Of the training that is taken for the truth.
        seeds: Of the trainings; accuracies are means over them.
        num_best: How many count as the best.
        min_tau: What the lower end of the interval must reach.
        rungs: The order after each epoch.
        full_cost_s: Seconds of a full training, on average.
        full_batch_size: Of full training where it was another than that of the short one.
    """

    architectures: tuple[str, ...]
    max_epochs: int
    full_epochs: int
    seeds: tuple[int, ...]
    num_best: int
    min_tau: float
    rungs: tuple[RungOrder, ...]
    full_cost_s: float
    full_batch_size: int | None = None

    @property
    def recommended(self) -> int | None:
        """Epochs of the first rung that orders well enough, as every later one does too."""
        found = None
        for rung in reversed(self.rungs):
            # Not `<`, which would be false for the bound of networks without any order, NaN.
            if not rung.kendall_tau.low >= self.min_tau:
                break
            found = rung.epochs
        return found

    @property
    def networks_needed(self) -> int | None:
        """About how many networks would show that the longest rung orders well enough.

        If its tau is what it was found to be; at least half as many again. None where a rung is
        recommended, and where tau itself is too low.
        """
        tau = self.rungs[-1].kendall_tau.value
        if self.recommended is not None or not self.min_tau < tau < 1:
            return None
        return max(number_to_show(tau, self.min_tau), ceil(1.5 * len(self.architectures)))

    def as_json(self) -> dict[str, Any]:
        """As `nas calibrate --json` prints it."""
        values = {name: value for name, value in asdict(self).items() if name != "rungs"}
        rungs = [rung.as_json() for rung in self.rungs]
        found = {"recommended": self.recommended, "networks_needed": self.networks_needed}
        return {"rungs": rungs, **found, **values}


def rung_orders(
    curves: Values,
    final: Values,
    seconds: Sequence[float],
    rungs: Sequence[int],
    num_best: int,
    seed: int = 0,
) -> tuple[RungOrder, ...]:
    """The order after each epoch beside the final one.

    Args:
        curves: Accuracy after each epoch, `(num_networks, num_epochs)`.
        final: Accuracy of full training, `(num_networks,)`.
        seconds: A network takes until after each epoch, `(num_epochs,)`.
        rungs: Epochs at which the experiment file compares trials.
        seed: Of the resamples.
    """
    return tuple(
        RungOrder(
            epoch + 1,
            # Both measures see the same resamples, whatever number of epochs there is.
            correlation(kendall_tau, early, final, np.random.default_rng([seed, epoch])),
            correlation(spearman_rho, early, final, np.random.default_rng([seed, epoch])),
            kept_of_best(early, final, num_best),
            float(seconds[epoch]),
            epoch + 1 in rungs,
        )
        for epoch, early in enumerate(curves.T)
    )


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if isnan(value) else value


def recommended_text(file: ExperimentFile, found: Calibration) -> str:
    """The file with the recommended first rung; everything else, comments too, stays.

    Where only the whole short training orders well enough, no trial is stopped.

    Raises:
        SearchError: Nothing is recommended.
        ExperimentFileError: The file cannot be changed by a program, or would be wrong then.
    """
    epochs = found.recommended
    if epochs is None:
        raise SearchError(
            f"no rung's lower bound reaches --min-tau {found.min_tau:g}: nothing was written; "
            "raise `fidelity.max_epochs`, or calibrate on more networks for narrower intervals"
        )
    text = with_values(file.document.text, _values(file, found, epochs))
    # Made for its errors alone.
    ExperimentFile(Document(file.document.path, text), file.task)
    return text


def _values(file: ExperimentFile, found: Calibration, epochs: int) -> dict[tuple[str, ...], Any]:
    scheduler = file.experiment.fidelity.scheduler
    if epochs == found.max_epochs:
        # The whole section anew: `none` refuses the keys of rungs.
        stays = {"scheduler": "none", "max_epochs": found.max_epochs}
        return {} if scheduler == "none" else {("fidelity",): stays}
    if scheduler == "none":
        return {("fidelity",): {"max_epochs": found.max_epochs, "min_epochs": epochs}}
    return {("fidelity", "min_epochs"): epochs}


def write_file(path: Path, text: str) -> None:
    """Replaces a file in one step. Raises SearchError where it cannot be written."""
    try:
        with replacing(path) as partial:
            partial.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SearchError(f"{path}: cannot be written: {error.strerror}") from error
