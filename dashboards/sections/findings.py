"""What a study has found, read from the store once: the input of every figure and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashboards.plots.axes import axis_names, known_costs, quantity_of, staircase
from nas.statistics import Estimate
from nas.store import CalibrationRecord, EpochRecord, LayerRecord, Store, StudyRecord, TrialRecord
from nas.store.records import FINISHED_STATES
from nas.store.results import (
    contenders,
    knee_trial,
    outside_limits,
    pareto_front,
    quality_interval,
)
from nas.trust.confirmed import Confirmation, ConfirmedNetwork, confirmations
from nas.trust.rung_comparison import RungComparisons
from nas.trust.standing import NOTHING_COMPARED, Compared, compared
from search_spaces.errors import GraphError
from search_spaces.measures import FLASH, RAM
from search_spaces.spaces.problem import Limit
from search_spaces.tflite.memory_plan import MemoryPlan, memory_plan

MAX_NEAR = 40
"""Trials beside the front that pages tell all about."""


@dataclass(frozen=True)
class Findings:
    """A study with its trials, their learning curves and its Pareto front.

    Attributes:
        front: From the cheapest trial up; empty while none is COMPLETE.
        knee: The best compromise; None while the front is empty.
        layers: Diagnostics of the front's convolutions, by number of the trial.
        plans: What lies where in the memory of the study's device, likewise; none without one.
        calibration: How well short training orders networks, where that was measured.
        compared: How it stands against networks of the literature and a random search.
        confirmations: What other seeds say, for each length of trainings, the shortest first.
    """

    study: StudyRecord
    trials: tuple[TrialRecord, ...]
    curves: tuple[EpochRecord, ...]
    front: tuple[TrialRecord, ...]
    knee: TrialRecord | None
    layers: Mapping[int, list[LayerRecord]]
    compared: Compared = NOTHING_COMPARED
    calibration: CalibrationRecord | None = None
    confirmations: tuple[Confirmation, ...] = ()
    plans: Mapping[int, MemoryPlan] = field(default_factory=dict)
    hover: dict[int, str] = field(default_factory=dict, repr=False, compare=False)
    """Texts that figures share, as they are asked for; see `dashboards.plots.marks.hover_text`."""

    @classmethod
    def read(cls, store: Store, study_name: str, known: Findings | None = None) -> Findings:
        """Reads a study. Raises StoreError where there is none of this name.

        Args:
            known: What was read of this study before, where nothing but its trials went on since:
                those that have ended, which do not change any more, are not read again.
        """
        study = store.study(study_name)
        first = known.num_settled if known else 0
        trials = [*(known.trials[:first] if known else ()), *store.trials(study, first)]
        curves = [*(e for e in known.curves if e.number < first)] if known else []
        curves += store.epochs(study, first)
        front = pareto_front(trials, study.objectives, study.limits)
        knee = knee_trial(front, study.objectives) if front else None
        layers = {
            trial.number: (known.layers.get(trial.number) if known else None)
            or store.layers(study, trial.number)
            for trial in front
        }
        return cls(
            study, tuple(trials), tuple(curves), tuple(front), knee, layers,
            calibration=_calibration(store, study), compared=compared(store, study, trials),
            confirmations=tuple(confirmations(store, study, trials)),
            plans=_plans(store, study, front, known.plans if known else {}),
        )  # fmt: skip

    @cached_property
    def rung_comparisons(self) -> RungComparisons:
        """What trials that were stopped early were compared with."""
        return RungComparisons.of_study(self.study, self.trials, self.curves)

    @property
    def quality(self) -> str:
        """Name of the trained measure of the study."""
        return self.study.quality

    @property
    def num_judging_images(self) -> int | None:
        """Of how many images accuracy is a share; None where that is not known, or it is none."""
        return None if self.study.own_evaluator else self.study.num_validation_images

    def accuracy_interval(self, trial: TrialRecord) -> Estimate | None:
        """The trained measure with what the images leave open (95%).

        Two networks are measured on the same images: their difference is known better than either.
        """
        return quality_interval(self.study, trial)

    def in_state(self, *states: str) -> list[TrialRecord]:
        """The trials in one of these states, by number."""
        return [trial for trial in self.trials if trial.state in states]

    @cached_property
    def num_settled(self) -> int:
        """How many trials have ended before the first that has not, or that is not there yet."""
        for expected, trial in enumerate(self.trials):
            if trial.number != expected or trial.state not in FINISHED_STATES:
                return expected
        return len(self.trials)

    @cached_property
    def measured(self) -> tuple[TrialRecord, ...]:
        """The trials whose latency was measured end to end."""
        return tuple(trial for trial in self.trials if trial.measured is not None)

    @cached_property
    def on_front(self) -> frozenset[int]:
        """Numbers of the trials on the front."""
        return frozenset(trial.number for trial in self.front)

    @cached_property
    def figure_costs(self) -> tuple[str, ...]:
        """The costs that accuracy is drawn against: all that are known of finished trials.

        The first is an objective, where one is.
        """
        finished = self.in_state("COMPLETE")
        known = [cost for cost in axis_names() if known_costs(finished, cost)]
        # False comes before True, and all others keep their order.
        return tuple(sorted(known, key=lambda cost: quantity_of(cost) not in self.study.objectives))

    @cached_property
    def costs_of_all(self) -> tuple[str, ...]:
        """Those of them that are known of every finished trial."""
        finished = self.in_state("COMPLETE")
        return tuple(c for c in self.figure_costs if len(known_costs(finished, c)) == len(finished))

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """The budgets and the least accuracy."""
        return self.study.limits

    @cached_property
    def outside(self) -> tuple[TrialRecord, ...]:
        """The trials that only a limit keeps off the front."""
        return tuple(outside_limits(self.trials, self.study.objectives, self.limits))

    @cached_property
    def near(self) -> tuple[TrialRecord, ...]:
        """What only the front dominates, the most accurate first; at most `MAX_NEAR`."""
        taken = {*self.on_front, *(trial.number for trial in self.outside)}
        rest = [trial for trial in self.trials if trial.number not in taken]
        second = pareto_front(rest, self.study.objectives, self.limits)
        return tuple(sorted(second, key=lambda t: -(t.accuracy or 0.0))[:MAX_NEAR])

    @property
    def confirmation(self) -> Confirmation | None:
        """What other seeds say after the longest trainings; None where nobody asked them."""
        return self.confirmations[-1] if self.confirmations else None

    @cached_property
    def as_long_as_search(self) -> Confirmation | None:
        """What they say after trainings as long as those of the search."""
        max_epochs = self.setting("fidelity", "max_epochs")
        return next((c for c in self.confirmations if c.max_epochs == max_epochs), None)

    def confirmed(self, trial: TrialRecord) -> ConfirmedNetwork | None:
        """What `confirmation` says of a trial."""
        return self.confirmation.of(trial) if self.confirmation else None

    @cached_property
    def _curves(self) -> dict[int, list[EpochRecord]]:
        by_trial: dict[int, list[EpochRecord]] = {}
        for epoch in self.curves:
            by_trial.setdefault(epoch.number, []).append(epoch)
        return by_trial

    def curve(self, number: int) -> list[EpochRecord]:
        """The learning curve of a trial; empty before its first epoch."""
        return self._curves.get(number, [])

    def limits_on(self, name: str) -> list[Limit]:
        """Of accuracy or a cost: none, one or two."""
        return [limit for limit in self.limits if limit.quantity == quantity_of(name)]

    def setting(self, section: str, key: str) -> Any:
        """A value of the experiment file; None where it says nothing."""
        return (self.study.experiment.get(section) or {}).get(key)

    def front_up_to(self, cost: str) -> list[TrialRecord]:
        """The front's line against a cost: its networks that no cheaper one on it equals."""
        return staircase(self.front, cost)

    def best_up_to(self, cost: str) -> list[TrialRecord]:
        """The same of all finished trials within the limits, which may be others.

        Where the cost is no objective, a network may be the best up to it and not on the front.
        """
        return staircase(contenders(self.trials, self.limits), cost)


def _plans(
    store: Store,
    study: StudyRecord,
    front: Sequence[TrialRecord],
    known: Mapping[int, MemoryPlan],
) -> dict[int, MemoryPlan]:
    if not {RAM, FLASH}.intersection(limit.quantity for limit in study.limits):
        return {}
    found = dict(known)
    for trial in front:
        # Of a trial that was trained before there was a device, the runtime may lack a layer.
        with suppress(GraphError):
            found[trial.number] = found.get(trial.number) or memory_plan(
                store.network(trial.architecture)
            )
    return found


def _calibration(store: Store, study: StudyRecord) -> CalibrationRecord | None:
    """The latest calibration on the study's data, by trainings of the study's length."""
    max_epochs = study.experiment.get("fidelity", {}).get("max_epochs")
    for found in store.calibrations(study.name):
        is_same = found.dataset_fingerprint == study.dataset_fingerprint
        if is_same and found.result["max_epochs"] == max_epochs:
            return found
    return None
