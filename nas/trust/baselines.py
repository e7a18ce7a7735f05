"""Networks of the literature at equal cost: chosen, and as they were trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nas.config import Experiment, ExperimentFile
from nas.config.values import BaselineSpec
from nas.statistics import Estimate, Spread, mean_interval
from nas.store import Store, StudyRecord, TrialRecord
from nas.trust.companions import serving
from search_spaces.errors import GraphError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.measures import ACCURACY, is_trained
from search_spaces.spaces.enumeration import extreme_cost
from search_spaces.spaces.rescaling import scaled_reference
from search_spaces.spaces.space import Space

PURPOSE = "baselines"


@dataclass(frozen=True)
class Baseline:
    """A network of the literature, trained as the candidates of a study.

    Attributes:
        name: With its width, as `mobilenet_v1 x0.25`.
        costs: By name, in base units; no latency where the search needs none.
        accuracies: The trained measure by seed.
        quality: Name of that.
        interval_of_images: Of one training, where that is no share of images.
    """

    name: str
    architecture: str
    costs: Mapping[str, float]
    accuracies: Mapping[int, float]
    quality: str = ACCURACY
    interval_of_images: tuple[float, float] | None = None

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
    costs = {name: value for name, value in costs.items() if not is_trained(name)}
    accuracies = {seed: trial.accuracy or 0.0 for seed, trial in by_seed.items()}
    first = next(iter(by_seed.values()))
    return Baseline(name, first.architecture, costs, accuracies, first.quality, first.interval)


SHARES = (1.0, 1 / 4, 1 / 16)
"""FLOPs of the widths that are chosen, as shares of the most that a network may have."""

WIDTHS = tuple(n / 100 for n in range(4, 101))
"""The widths to choose from; none is wider than published."""


@dataclass(frozen=True)
class Chosen:
    """Networks to compare with.

    Attributes:
        networks: By a name such as `mobilenet_v1 x0.25`.
        left_out: Names of those that fit the budgets at no width.
    """

    networks: dict[str, Network]
    left_out: tuple[str, ...]


def checked_baselines(file: ExperimentFile, space: Space) -> Chosen:
    """The baselines of a file; none where it names none.

    Raises:
        ExperimentFileError: One cannot be built; with file, line and key.
    """
    try:
        return chosen_networks(file.experiment, space)
    except GraphError as error:
        raise file.error(("baselines",), str(error)) from error


def chosen_networks(experiment: Experiment, space: Space) -> Chosen:
    """The file's baselines for its images, each at the widths given there or at up to three.

    Those are the widest with at most the FLOPs that the search may reach, a quarter and a
    sixteenth of them.

    Raises:
        GraphError: A network cannot be built at a width that is given.
    """
    if not experiment.baselines:
        return Chosen({}, ())
    most = _most_flops(experiment, space)
    networks: dict[str, Network] = {}
    left_out = []
    for baseline in experiment.baselines:
        scaled = _Scaled(baseline.name, space.in_shape, space.num_classes)
        widths = _widths(baseline, scaled, most)
        if not widths:
            left_out.append(baseline.name)
        networks |= {f"{baseline.name} x{width:g}": scaled.network(width) for width in widths}
    return Chosen(_distinct(networks), tuple(left_out))


def _most_flops(experiment: Experiment, space: Space) -> float:
    """What the largest network within the budget may have."""
    upper = [
        limit.value
        for limit in experiment.constraints.limits()
        if limit.quantity == "flops" and not limit.is_lower
    ]
    # A budget beyond the largest network of the space is nothing that the search can reach.
    return min([extreme_cost(space, "flops", most=True), *upper])


def _widths(baseline: BaselineSpec, scaled: _Scaled, most: float) -> list[float]:
    if baseline.width_mult:
        return list(baseline.width_mult)
    found = [scaled.widest(share * most) for share in SHARES]
    return sorted({width for width in found if width is not None})


def _distinct(networks: dict[str, Network]) -> dict[str, Network]:
    """Each architecture once: two widths may round to the same channels."""
    first: dict[str, str] = {}
    for name, network in networks.items():
        first.setdefault(network.id, name)
    return {name: networks[name] for name in first.values()}


@dataclass(frozen=True)
class _Scaled:
    """One reference network at any width."""

    name: str
    in_shape: Shape
    num_classes: int
    _flops: dict[float, float] = field(default_factory=dict)

    def network(self, width: float) -> Network:
        return scaled_reference(self.name, self.in_shape, self.num_classes, width)

    def widest(self, most: float) -> float | None:
        """The largest of `WIDTHS` with at most so many FLOPs; None where there is none."""
        # FLOPs grow with the width: seven networks are built to find one, not ninety-seven.
        low, high = 0, len(WIDTHS)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.flops(middle) <= most else (low, middle)
        fitting = (i for i in range(low - 1, -1, -1) if self._is_built(i))
        index = next(fitting, None)
        return None if index is None else WIDTHS[index]

    def flops(self, index: int) -> float:
        """Of a width, or where it cannot be built, of the next smaller one that can."""
        while index >= 0 and not self._is_built(index):
            index -= 1
        return self._flops[WIDTHS[index]] if index >= 0 else 0.0

    def _is_built(self, index: int) -> bool:
        width = WIDTHS[index]
        if width not in self._flops:
            try:
                self._flops[width] = cost(self.network(width)).flops
            except GraphError:
                self._flops[width] = float("nan")
        # NaN, which equals nothing, stands for a width that cannot be built.
        return self._flops[width] == self._flops[width]
