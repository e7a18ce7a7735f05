"""Searches a table of known results: no training, no Ray, simulated time.

The same sampler and scheduler objects as in a real search; only the clock and the trainer differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import numpy as np
import optuna
from optuna.samplers import BaseSampler
from optuna.trial import Trial, TrialState, create_trial

from nas.samplers.cost_aware.pool import Pool
from nas.samplers.cost_aware.proposal import most_valuable
from nas.samplers.joint import Observation
from nas.schedulers import Hyperband
from nas.simulation.table import Result, TableProblem
from nas.simulation.training import FULL, Evaluation, Fidelity, TimeLine
from search_spaces.errors import DataError, NoFeasibleError, SearchError, SpaceError
from search_spaces.measures import is_maximised
from search_spaces.quantities import format_limit
from search_spaces.registry import Value
from search_spaces.spaces.problem import Problem, violations

MakeSampler = Callable[[Problem, int], BaseSampler]

# Samplers of Optuna's without our wrapper propose again and again what is known.
_MAX_REDRAWS = 1000


@dataclass
class _Training:
    """One architecture on its way.

    Attributes:
        stage: Index of the training that runs, or that ended last.
        curve: Epochs and accuracy of each training that ended.
        num_told: How much of the curve the sampler knows.
    """

    trial: Trial
    result: Result
    stage: int = 0
    curve: list[tuple[int, float]] = field(default_factory=list)
    num_told: int = 0
    finished_at: float = 0.0

    @property
    def number(self) -> int:
        return int(self.trial.number)

    def values(self) -> dict[str, float]:
        """Known costs, and the accuracy of the last training."""
        return {**self.result.candidate.costs, self.result.quality: self.curve[-1][1]}

    def evaluation(self, state: str) -> Evaluation:
        epochs = sum(epochs for epochs, _ in self.curve)
        return Evaluation(self.result, self.curve[-1][1], epochs, state, self.finished_at)


class Simulation:
    """One search of a table.

    A training takes its epochs times its FLOPs. A trial that the scheduler stops at a rung waits:
    as each training of a table is one of its own, it is asked again when others have reached the
    rung, and goes on as soon as it is among the best.

    Attributes:
        ended: Why the search ended before it had tried as many as it should; None where it had not.
    """

    def __init__(
        self,
        problem: TableProblem,
        sampler: BaseSampler,
        fidelity: Fidelity = FULL,
        num_workers: int = 1,
        seed: int = 0,
    ) -> None:
        """Prepares a search.

        Args:
            problem: The table with objectives and limits.
            sampler: Any of Optuna's or ours, made for this search.
            fidelity: How candidates are trained.
            num_workers: How many train at a time.
            seed: Of the promotions of `short_then_full`.

        Raises:
            DataError: The table lacks a rung, or nothing in it is within the limits.
        """
        self._problem, self._fidelity, self._num_workers = problem, fidelity, num_workers
        self._seed = seed
        self._stages = fidelity.stages(problem)
        self._scheduler = fidelity.make_scheduler(problem)
        directions: list[Literal["minimize", "maximize"]] = [
            "maximize" if is_maximised(name) else "minimize" for name in problem.objectives
        ]
        self._study = optuna.create_study(directions=directions, sampler=sampler)
        self._known: set[str] = set()
        self._time: TimeLine[_Training] = TimeLine()
        self._waiting: dict[int, _Training] = {}
        self._is_settled = True
        self._valuable: list[_Training] | None = None
        self._complete: list[Evaluation] = []
        self.ended: str | None = None
        if not problem.num_feasible:
            limits = (f"{limit.quantity} {format_limit(limit)}" for limit in problem.limits)
            raise DataError(f"{problem.name}: no architecture is within {', '.join(limits)}")

    def run(
        self, num_trials: int, on_start: Callable[[int], None] | None = None
    ) -> list[Evaluation]:
        """Searches until so many architectures were tried or none are left.

        Args:
            num_trials: How many.
            on_start: Called with the number of architectures tried so far, at each one.

        Returns:
            One evaluation for each architecture, in the order in which their last trainings ended.

        Raises:
            SearchError: The sampler proposes nothing but what is known or beyond the limits.
        """
        while True:
            while len(self._time) < self._num_workers:
                training = self._promoted() or self._new(num_trials, on_start) or self._late()
                if training is None:
                    break
                self._begin_stage(training)
            if not len(self._time):
                break
            self._end_stage(self._time.next())
        stopped = [training.evaluation("PRUNED") for training in self._waiting.values()]
        return sorted([*self._complete, *stopped], key=lambda e: e.finished_at)

    # What trains next

    def _promoted(self) -> _Training | None:
        """One that waits at a rung and has come to be among the best there; late rungs first."""
        # Only an arrival at a rung changes who is among the best there.
        if self._is_settled:
            return None
        for training in sorted(self._waiting.values(), key=lambda t: (-t.stage, t.number)):
            if self._promotes(training):
                return self._taken_up(training)
        self._is_settled = True
        return None

    def _promotes(self, training: _Training) -> bool:
        if self._fidelity.promotes_at_the_end:
            return False
        epochs, _ = training.curve[-1]
        return self._scheduler.promotes(training.number, epochs, training.values())

    def _taken_up(self, training: _Training) -> _Training:
        del self._waiting[training.number]
        training.stage += 1
        return training

    def _late(self) -> _Training | None:
        """One of those that are trained fully after the search."""
        if not self._fidelity.promotes_at_the_end:
            return None
        if self._valuable is None:
            if len(self._time):
                return None
            self._valuable = self._most_valuable()
        return self._taken_up(self._valuable.pop(0)) if self._valuable else None

    def _most_valuable(self) -> list[_Training]:
        waiting = {t.result.candidate.architecture: t for t in self._waiting.values()}
        told = [
            # All are short trainings, whose luck must not count as an end that was reached.
            Observation(training.result.candidate, tuple(training.curve), complete=False)
            for training in waiting.values()
        ]
        pool = Pool(self._problem, np.random.default_rng([self._seed]))
        chosen = most_valuable(pool, told, self._fidelity.num_promoted)
        return [waiting[candidate.architecture] for candidate in chosen]

    def _new(self, num_trials: int, on_start: Callable[[int], None] | None) -> _Training | None:
        """The sampler's next proposal; None where enough were tried or every row is known."""
        if self.ended is not None or len(self._known) >= num_trials:
            return None
        if len(self._known) == self._problem.num_feasible:
            self.ended = f"all {self._problem.num_feasible} architectures{self._within()} are known"
            return None
        try:
            training = self._proposed()
        except NoFeasibleError as error:
            self.ended = str(error)
            return None
        self._known.add(training.result.candidate.architecture)
        if on_start is not None:
            on_start(len(self._known))
        return training

    def _within(self) -> str:
        return " within the limits" if self._problem.limits else ""

    def _proposed(self) -> _Training:
        for _ in range(_MAX_REDRAWS):
            trial = self._study.ask()
            result = self._suggested(trial)
            if result is None:
                self._study.tell(trial, state=TrialState.FAIL)
            elif result.candidate.architecture in self._known:
                self._tell_known(trial, result.candidate.architecture)
            else:
                trial.set_user_attr("architecture", result.candidate.architecture)
                return _Training(trial, result, self._first_stage(trial.number))
        raise SearchError(f"the sampler found nothing new in {_MAX_REDRAWS} proposals")

    def _first_stage(self, number: int) -> int:
        """Which training a trial begins with: those of a late bracket skip the short ones."""
        scheduler = self._scheduler
        return scheduler.bracket(number) if isinstance(scheduler, Hyperband) else 0

    def _suggested(self, trial: Trial) -> Result | None:
        """The row that the sampler means; None where there is no such row within the limits."""
        values: dict[str, Value] = {}
        for choice in self._problem.choices:
            if choice.is_active(values):
                chosen = trial.suggest_categorical(choice.name, choice.values)
                values[choice.name] = cast(Value, chosen)
        try:
            result = self._problem.result(values)
        except SpaceError:
            return None
        return None if violations(result.candidate, self._problem.limits) else result

    # Trainings

    def _begin_stage(self, training: _Training) -> None:
        # In a table without FLOPs an epoch takes all networks equally long.
        cost = training.result.candidate.costs.get("flops", 1.0)
        self._time.start(training.number, training, self._measured(training)[0] * cost)

    def _measured(self, training: _Training) -> tuple[int, float]:
        """Epochs and accuracy of the training that runs."""
        result, epochs = training.result, self._stages[training.stage]
        is_last = training.stage == len(self._stages) - 1
        return (result.epochs, result.accuracy) if is_last else (epochs, result.rungs[epochs])

    def _end_stage(self, training: _Training) -> None:
        training.curve.append(self._measured(training))
        training.finished_at = self._time.now
        if training.stage == len(self._stages) - 1:
            self._complete.append(training.evaluation("COMPLETE"))
            self._tell(training, TrialState.COMPLETE)
        elif self._promotes(training):
            training.stage += 1
            self._begin_stage(training)
        else:
            self._waiting[training.number] = training
            self._is_settled = False
            ends_here = self._fidelity.promotes_at_the_end
            # `short_then_full` searches on short trainings alone: to its sampler this is the end.
            self._tell(training, TrialState.COMPLETE if ends_here else TrialState.PRUNED)

    # What the sampler hears

    def _tell(self, training: _Training, state: TrialState) -> None:
        """Ends the trial; of one that had ended at a rung, the further training is a new trial."""
        curve = training.curve[training.num_told :]
        facts = {"architecture": training.result.candidate.architecture, "curve": curve}
        values = self._objectives(training.values()) if state is TrialState.COMPLETE else None
        if not training.num_told:
            training.trial.set_user_attr("curve", curve)
            self._study.tell(training.trial, values, state=state)
        else:
            asked = training.trial
            # What is told to Optuna stays told: a finished trial takes no other result.
            self._study.add_trial(
                create_trial(
                    state=state, values=values, params=asked.params,
                    distributions=asked.distributions, user_attrs=facts,
                )
            )  # fmt: skip
        training.num_told = len(training.curve)

    def _objectives(self, values: Mapping[str, float]) -> Sequence[float]:
        return [values[name] for name in self._problem.objectives]

    def _tell_known(self, trial: Trial, architecture: str) -> None:
        """Answers for an architecture that was trained already; it is not paid for again."""
        complete = self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        twins = (t for t in complete if t.user_attrs["architecture"] == architecture)
        twin = next(twins, None)
        if twin is None:
            self._study.tell(trial, state=TrialState.FAIL)
        else:
            trial.set_user_attr("architecture", architecture)
            trial.set_user_attr("curve", twin.user_attrs["curve"])
            self._study.tell(trial, twin.values)


def simulate(
    problem: TableProblem,
    make_sampler: MakeSampler,
    num_trials: int,
    *,
    seed: int = 0,
    fidelity: Fidelity = FULL,
    num_workers: int = 1,
    on_start: Callable[[int], None] | None = None,
) -> list[Evaluation]:
    """Searches a table once, see `Simulation`.

    Args:
        problem: The table with objectives and limits.
        make_sampler: Makes a sampler of problem and seed.
        num_trials: How many architectures to try.
        seed: Of the search.
        fidelity: How candidates are trained.
        num_workers: How many train at a time.
        on_start: See `Simulation.run`.
    """
    sampler = make_sampler(problem, seed)
    return Simulation(problem, sampler, fidelity, num_workers, seed).run(num_trials, on_start)
