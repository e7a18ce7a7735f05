"""What a trial that was stopped early was compared with, from what the study recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nas.config.fidelity import FidelitySpec
from nas.schedulers import make_scheduler
from nas.statistics.pareto import as_points
from nas.store import EpochRecord, StudyRecord, TrialRecord
from search_spaces.measures import compared, quality_of


@dataclass(frozen=True)
class RungComparison:
    """Of one trial with all others that reached a rung, as far as they have by now.

    Attributes:
        epochs: Of the rung.
        objectives: What was compared.
        others: Numbers of the other trials, ascending.
        better: Those of them that are at least as good in every objective, and better in one.
        more_accurate: Those of them that were more accurate after as many epochs.
        reduction_factor: One in so many goes on.
    """

    epochs: int
    objectives: tuple[str, ...]
    others: tuple[int, ...]
    better: tuple[int, ...]
    more_accurate: tuple[int, ...]
    reduction_factor: int

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`."""
        return {
            "epochs": self.epochs,
            "objectives": list(self.objectives),
            "compared_with": list(self.others),
            "better_in_all": list(self.better),
            "more_accurate": list(self.more_accurate),
            "reduction_factor": self.reduction_factor,
        }


class RungComparisons:
    """The rungs of a study, recorded anew."""

    def __init__(
        self,
        fidelity: FidelitySpec,
        objectives: Sequence[str],
        trials: Iterable[TrialRecord],
        curves: Iterable[EpochRecord],
    ) -> None:
        """Records all learning curves of the trials.

        Args:
            fidelity: How candidates train.
            objectives: Names of what is compared.
            trials: All of the study.
            curves: All of the study.
        """
        self._reduction_factor = fidelity.reduction_factor
        self._objectives = compared(objectives)
        self._quality = quality_of(objectives)
        self._trials = {trial.number: trial for trial in trials}
        # The search's own scheduler answers, so that no other reason than the true one is told.
        self._scheduler = make_scheduler(fidelity, objectives)
        for epoch in curves:
            values = self._trials[epoch.number].values() | {self._quality: epoch.accuracy}
            self._scheduler.record(epoch.number, epoch.epochs, values)

    @classmethod
    def of_study(
        cls, study: StudyRecord, trials: Iterable[TrialRecord], curves: Iterable[EpochRecord]
    ) -> RungComparisons:
        """Those of a study, all of whose trials and learning curves are given."""
        fidelity = FidelitySpec.model_validate(study.experiment.get("fidelity", {}))
        return cls(fidelity, study.objectives, trials, curves)

    def of(self, number: int) -> RungComparison | None:
        """What a trial was compared with where it was stopped; None where it was not stopped."""
        trial = self._trials[number]
        reached = self._scheduler.compared(number, trial.epochs)
        if trial.state != "PRUNED" or number not in reached:
            return None
        others = tuple(other for other in sorted(reached) if other != number)
        return RungComparison(
            trial.epochs, self._objectives, others,
            tuple(n for n in others if self._is_better(reached[n], reached[number])),
            tuple(n for n in others if reached[n][self._quality] > reached[number][self._quality]),
            self._reduction_factor,
        )  # fmt: skip

    def _is_better(self, one: Mapping[str, float], other: Mapping[str, float]) -> bool:
        ours, theirs = as_points((one, other), self._objectives)
        return bool(np.all(ours <= theirs) and np.any(ours < theirs))
