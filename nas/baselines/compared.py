"""How a study stands beside all that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from nas.baselines.control import Control, control_of_study
from nas.baselines.results import Baseline, baselines_of
from nas.baselines.standing import Standing, Trainings, common_spread, standings
from nas.companions.results import seed_accuracies
from nas.results import pareto_front
from nas.statistics import Spread
from nas.store import Store, StudyRecord, TrialRecord

CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class Compared:
    """How a study stands.

    Attributes:
        baselines: As they were trained.
        spread: Of single trainings of one network.
        standings: Against each baseline at equal FLOPs and at equal latency.
        control: Against the random search, where there was one.
    """

    baselines: tuple[Baseline, ...]
    spread: Spread
    standings: tuple[Standing, ...]
    control: Control | None

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with `--json`; see docs/results.md."""
        return {
            "baselines": [standing.as_json() for standing in self.standings],
            "control": self.control.as_json() if self.control else None,
        }


NOTHING_COMPARED = Compared((), Spread(nan, 0), (), None)
"""Of a study without baselines and control."""


def compared(store: Store, study: StudyRecord, trials: Sequence[TrialRecord]) -> Compared:
    """What is known of a study beside its baselines and its control.

    Args:
        trials: All of the study.
    """
    baselines = baselines_of(store, study)
    front = pareto_front(trials, study.objectives, study.limits) if baselines else []
    confirmed = seed_accuracies(store, study, CONFIRMATION)
    trainings = None
    if study.num_validation_images is not None:
        trainings = Trainings(study.seed, study.num_validation_images, confirmed)
    spread = common_spread(baselines, confirmed)
    return Compared(
        tuple(baselines), spread, tuple(standings(front, baselines, trainings)),
        control_of_study(store, study, trials, spread),
    )  # fmt: skip
