"""What is believed of accuracies after a few trainings each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nas.statistics.intervals import Values, pooled_spread
from nas.statistics.line_belief import line_beliefs
from nas.statistics.pareto import Points


class Believed(Protocol):
    """What is believed of the accuracies of some networks."""

    @property
    def mean(self) -> Values:
        """`(num_networks,)`."""

    def draw(self, number: int, rng: np.random.Generator) -> Values:
        """Accuracies that may be the true ones, `(number, num_networks)`."""


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
) -> Believed:
    """What is believed of the true accuracies of networks after some trainings each.

    Trainings are taken to be normal about the true accuracy, with one spread for all networks that
    is estimated from those with several (Student's degrees of freedom are its own).

    Without costs nothing else is taken to be known. That believes too much of the best: of many
    networks, those that did best were lucky too. With costs the true accuracies are taken to lie
    normally about a line in the logarithms of the costs; each is moved towards the line the more,
    the less its own trainings tell. The line, how far networks lie from it and the spread are no
    better known than the networks tell: all that they may be is weighed by how well it agrees
    (a hierarchical model; Gelman 2006, doi:10.1214/06-BA117A).

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
    numbers = [len(group) for group in groups]
    if costs is not None:
        about_line = line_beliefs(mean, numbers, spread, costs, of_next=of_next)
        # None of too few networks for a line, or of trainings that never differ.
        if about_line is not None:
            return about_line
    # What one more training shows has two sources: the mean is known to 1 / n, and it varies by 1.
    variance = spread.deviation**2 * (1 / np.array(numbers) + (1.0 if of_next else 0.0))
    return Beliefs(mean, np.sqrt(variance), spread.degrees_of_freedom)
