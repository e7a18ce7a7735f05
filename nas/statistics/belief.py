"""What is believed of accuracies after a few trainings each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import NamedTuple

import numpy as np

from nas.pareto import Points
from nas.statistics.estimate import Values


class Spread(NamedTuple):
    """How far trainings of one network lie apart.

    Attributes:
        deviation: Standard deviation of a single training; NaN where no network has two.
        degrees_of_freedom: On how many differences that rests.
    """

    deviation: float
    degrees_of_freedom: int


def pooled_spread(groups: Sequence[Sequence[float]]) -> Spread:
    """The spread that the trainings of several networks have in common.

    Args:
        groups: The accuracies of each network, one for each seed. Those of a single seed say
            nothing of it.
    """
    freedom = sum(len(group) - 1 for group in groups if group)
    if freedom == 0:
        return Spread(nan, 0)
    squares = sum(float(np.var(group)) * len(group) for group in groups if group)
    return Spread(sqrt(squares / freedom), freedom)


@dataclass(frozen=True)
class Beliefs:
    """Student's distributions of accuracies, independent of each other but for their spread.

    Attributes:
        mean: `(num_networks,)`.
        scale: Likewise; 0 for what is known exactly.
        degrees_of_freedom: The same for all; infinite for normal distributions.
    """

    mean: Values
    scale: Values
    degrees_of_freedom: float = float("inf")

    def draw(self, number: int, rng: np.random.Generator) -> Values:
        """Accuracies that may be the true ones, `(number, num_networks)`.

        The spread is common to all networks: a draw in which it is large is so for all.
        """
        deviations = rng.standard_normal((number, len(self.mean)))
        if np.isfinite(self.degrees_of_freedom):
            freedom = self.degrees_of_freedom
            deviations /= np.sqrt(rng.chisquare(freedom, size=(number, 1)) / freedom)
        return np.asarray(self.mean + self.scale * deviations)


def beliefs(
    groups: Sequence[Sequence[float]], costs: Points | None = None, *, of_next: bool = False
) -> Beliefs:
    """What is believed of the true accuracies of networks after some trainings each.

    Trainings are taken to be normal about the true accuracy, with one spread for all networks that
    is estimated from those with several (Student's degrees of freedom are its own).

    Without costs nothing else is taken to be known. That believes too much of the best: of many
    networks, those that did best were lucky too. With costs the true accuracies are taken to lie
    normally about a line in the logarithms of the costs; the line and the distance from it are
    estimated from the same networks, and each is moved towards the line the more, the less its own
    trainings tell (empirical Bayes; Efron and Morris 1975, doi:10.1080/01621459.1975.10479864).

    Args:
        groups: The accuracies of each network, one for each seed.
        costs: `(num_networks, num_costs)`, above zero.
        of_next: Believe of one more training of each, which has a spread of its own.

    Raises:
        ValueError: A network has no training, or none has two.
    """
    spread = pooled_spread(groups)
    if spread.degrees_of_freedom == 0 or not all(len(group) for group in groups):
        raise ValueError("each network needs one training, and one of them two")
    mean = np.array([np.mean(group) for group in groups], dtype=np.float64)
    variance = spread.deviation**2 / np.array([len(group) for group in groups], dtype=np.float64)
    if costs is not None:
        mean, variance = _moved(mean, variance, costs)
    own = spread.deviation**2 if of_next else 0.0
    return Beliefs(mean, np.sqrt(variance + own), spread.degrees_of_freedom)


def _moved(mean: Values, variance: Values, costs: Points) -> tuple[Values, Values]:
    """Means and variances after what the networks have in common is taken into account."""
    terms = np.column_stack([np.ones(len(costs)), np.log(costs)])
    freedom = len(mean) - int(np.linalg.matrix_rank(terms))
    if freedom < 1:
        return mean, variance
    line = terms @ np.linalg.lstsq(terms, mean, rcond=None)[0]
    apart = max(float(((mean - line) ** 2).sum()) / freedom - float(variance.mean()), 0.0)
    total = apart + variance
    weight = np.divide(apart, total, out=np.ones_like(total), where=total > 0)
    return line + weight * (mean - line), variance * weight
