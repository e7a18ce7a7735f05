"""The baselines of a study as they were trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nas.companions.results import serving
from nas.statistics import Estimate, Spread, mean_interval
from nas.store import Store, StudyRecord, TrialRecord

PURPOSE = "baselines"


@dataclass(frozen=True)
class Baseline:
    """A network of the literature, trained as the candidates of a study.

    Attributes:
        name: With its width, as `mobilenet_v1 x0.25`.
        costs: By name, in base units; no latency where the search needs none.
        accuracies: Validation accuracy by seed.
    """

    name: str
    architecture: str
    costs: Mapping[str, float]
    accuracies: Mapping[int, float]

    @property
    def accuracy(self) -> float:
        """The mean over seeds."""
        return sum(self.accuracies.values()) / len(self.accuracies)

    def interval(self, spread: Spread) -> Estimate | None:
        """Of the mean over seeds, where it was trained with several.

        Args:
            spread: Of single trainings.
        """
        accuracies = list(self.accuracies.values())
        return mean_interval(accuracies, spread) if len(accuracies) > 1 else None


def baselines_of(store: Store, study: StudyRecord) -> list[Baseline]:
    """Those that were trained to the end, by name and rising FLOPs."""
    found: dict[str, dict[int, TrialRecord]] = {}
    for companion in serving(store, study, PURPOSE):
        for trial in store.trials(companion):
            if trial.state == "COMPLETE":
                found.setdefault(trial.description, {})[companion.seed] = trial
    baselines = [_baseline(name, by_seed) for name, by_seed in found.items()]
    return sorted(baselines, key=lambda b: (b.name.partition(" ")[0], b.costs["flops"]))


def _baseline(name: str, by_seed: Mapping[int, TrialRecord]) -> Baseline:
    costs: dict[str, float] = {}
    for trial in by_seed.values():
        costs |= trial.values()
    del costs["accuracy"]
    accuracies = {seed: trial.accuracy or 0.0 for seed, trial in by_seed.items()}
    return Baseline(name, next(iter(by_seed.values())).architecture, costs, accuracies)
