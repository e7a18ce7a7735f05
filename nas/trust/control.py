"""Is the search better than drawing at random? Another search of equal budget tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nas.statistics import Beliefs, Comparison, Spread, hypervolume_difference, image_variance
from nas.statistics.pareto import Points, as_points
from nas.store import Store, StudyRecord, TrialRecord
from nas.trust.companions import serving
from nas.trust.progress import Volume, winners
from search_spaces.measures import quality_of

PURPOSE = "control"


@dataclass(frozen=True)
class Control:
    """A search and its control in one box of objectives; see `nas.trust.progress`.

    Attributes:
        study: Name of the control.
        hypervolume: Share of the box that the search has won.
        control_hypervolume: That the control has won.
        comparison: The difference, with what seeds and images leave open.
        num_trials: Trials that ended, of the search and of the control.
        train_s: Seconds of training, likewise.
    """

    study: str
    hypervolume: float
    control_hypervolume: float
    comparison: Comparison
    num_trials: tuple[int, int]
    train_s: tuple[float, float]

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`; see docs/results.md."""
        difference = self.comparison.difference
        return {
            "study": self.study,
            "hypervolume": self.hypervolume,
            "control_hypervolume": self.control_hypervolume,
            "difference": self.hypervolume - self.control_hypervolume,
            "interval": [difference.low, difference.high],
            "verdict": self.comparison.verdict,
            "num_trials": list(self.num_trials),
            "train_s": list(self.train_s),
        }


def control_of_study(
    store: Store, study: StudyRecord, trials: Sequence[TrialRecord], spread: Spread | None = None
) -> Control | None:
    """The search beside its control; None where there is none, or nothing to be won.

    Args:
        trials: All of the study.
        spread: Of single trainings, where it is known.
    """
    found = serving(store, study, PURPOSE)
    if not found or study.num_validation_images is None:
        return None
    others = store.trials(found[-1])
    ours, theirs = (winners(each, study.limits) for each in (trials, others))
    if not ours or not theirs:
        return None
    # One box of both: in a box of its own each would look as good as its own best lets it.
    box = Volume([*ours, *theirs], study.objectives)
    if box.is_flat:
        return None
    sides = [
        _Side(each, study.objectives, box, study.num_validation_images, spread)
        for each in (ours, theirs)
    ]
    # The end of the box, for the error as for each cost.
    worst = np.ones(len(study.objectives))
    rng = np.random.default_rng([study.seed])
    difference = hypervolume_difference(sides[0].drawn, sides[1].drawn, worst, rng)
    return Control(
        found[-1].name, float(box.shares(ours)[-1]), float(box.shares(theirs)[-1]),
        Comparison(difference), (_num_ended(trials), _num_ended(others)),
        (sum(t.train_s for t in trials), sum(t.train_s for t in others)),
    )  # fmt: skip


def _num_ended(trials: Sequence[TrialRecord]) -> int:
    return sum(trial.state in ("COMPLETE", "PRUNED") for trial in trials)


@dataclass(frozen=True)
class _Side:
    """The finished trials of one search, in the box of both."""

    trials: Sequence[TrialRecord]
    objectives: Sequence[str]
    box: Volume
    num_images: int
    spread: Spread | None

    @property
    def drawn(self) -> tuple[Beliefs, Points]:
        """What is believed of accuracies, 0 for the worst and 1 for the best; and the costs."""
        quality = quality_of(self.objectives)
        place = list(self.objectives).index(quality)
        points = self.box.scaled(as_points((t.values() for t in self.trials), self.objectives))
        of_images = np.array(
            [image_variance(t.accuracy or 0.0, self.num_images, t.interval) for t in self.trials]
        )
        # Images and seeds vary independently of each other, so their variances add up.
        scale = np.sqrt(of_images + self._of_seeds())
        beliefs = Beliefs(1 - points[:, place], scale * self.box.per_unit(quality))
        return beliefs, np.delete(points, place, axis=1)

    def _of_seeds(self) -> float:
        known = self.spread is not None and self.spread.degrees_of_freedom > 0
        return self.spread.deviation**2 if known and self.spread else 0.0
