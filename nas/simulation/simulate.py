"""Searches a table of known results: no training, no Ray, simulated time.

The same sampler and scheduler objects as in a real search; only the clock and the trainer differ.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
import optuna
from optuna.samplers import BaseSampler
from optuna.trial import Trial, TrialState

from nas.problem import ACCURACY, violations
from nas.samplers.cost_aware.pool import Pool
from nas.samplers.cost_aware.proposal import most_valuable
from nas.samplers.observations import Observation
from nas.schedulers.halving import ParetoHalving
from nas.simulation.table import Result, TableProblem
from search_spaces.errors import DataError, SearchError, SpaceError
from search_spaces.registry import Value

_MAX_REDRAWS = 1000


@dataclass(frozen=True)
class Evaluation:
    """One training that was paid for.

    Attributes:
        result: The row of the table.
        accuracy: What this training reached.
        epochs: What it cost, all trainings of this evaluation together.
        state: `COMPLETE` where trained to the end, else `PRUNED`.
        finished_at: Simulated time.
    """

    result: Result
    accuracy: float
    epochs: int
    state: str
    finished_at: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "params": dict(self.result.candidate.values),
            "architecture": self.result.candidate.architecture,
            "accuracy": self.accuracy,
            "epochs": self.epochs,
            "state": self.state,
            **self.result.candidate.costs,
            "finished_at": self.finished_at,
        }


@dataclass(frozen=True)
class Fidelity:
    """How candidates are trained.

    Attributes:
        rungs: Epochs of the table's shorter trainings that come before the final one, ascending.
            Each is a training of its own and is paid for; none means that every candidate is
            trained fully.
        reduction_factor: One in so many goes on at each rung, at once (`ParetoHalving`); None ends
            all at the first rung.
        num_promoted: After the search, so many of the stopped are trained fully: those that
            `nas.samplers.cost_aware.proposal.most_valuable` picks.
    """

    rungs: tuple[int, ...] = ()
    reduction_factor: int | None = None
    num_promoted: int = 0


FULL = Fidelity()


def short_then_full(problem: TableProblem, num_promoted: int = 8) -> Fidelity:
    """Searches on the shortest training, promotes a few. Raises DataError where there is none."""
    if not problem.rungs:
        raise DataError(f"{problem.name}: has no column `accuracy@E` of a shorter training")
    return Fidelity(problem.rungs[:1], None, num_promoted)


class TimeLine:
    """Simulated workers: what ends next, and when.

    Attributes:
        now: Simulated time.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, _Running]] = []

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[_Running]:
        return (running for _, _, running in self._events)

    def start(self, running: _Running, duration: float) -> None:
        """Occupies a worker."""
        heapq.heappush(self._events, (self.now + duration, running.trial.number, running))

    def next(self) -> _Running:
        """Waits for the next worker to finish; of those at the same time the earlier trial."""
        self.now, _, running = heapq.heappop(self._events)
        return running


@dataclass
class _Running:
    trial: Trial
    result: Result
    stage: int = 0
    curve: list[tuple[int, float]] = field(default_factory=list)


class Simulation:
    """One search of a table.

    Attributes:
        evaluations: What was trained, in the order in which it ended.
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
            num_workers: How many train at a time. A training takes its epochs times its FLOPs.
            seed: Of the promotions.

        Raises:
            DataError: The table lacks a rung.
        """
        for rung in fidelity.rungs:
            if rung not in problem.rungs:
                raise DataError(f"{problem.name}: has no column `accuracy@{rung}`")
        self._problem, self._fidelity, self._num_workers = problem, fidelity, num_workers
        self._seed = seed
        directions: list[Literal["minimize", "maximize"]] = [
            "maximize" if name == ACCURACY else "minimize" for name in problem.objectives
        ]
        self._study = optuna.create_study(directions=directions, sampler=sampler)
        stages = (*fidelity.rungs, problem.results[0].epochs)
        factor = fidelity.reduction_factor or 1
        self._halving = ParetoHalving(stages, factor, problem.objectives)
        self._results: dict[str, Result] = {}
        self._time = TimeLine()
        self.evaluations: list[Evaluation] = []

    def run(self, num_trials: int) -> list[Evaluation]:
        """Searches until so many architectures were trained or none are left.

        Raises:
            SearchError: The sampler proposes nothing but what is known or beyond the limits.
        """
        num_started = 0
        while num_started < num_trials or len(self._time):
            while num_started < num_trials and len(self._time) < self._num_workers:
                if not self._start():
                    num_trials = num_started
                    break
                num_started += 1
            if len(self._time):
                self._finish_stage(self._time.next())
        self._promote()
        return self.evaluations

    def _start(self) -> bool:
        """Starts a new trial; False where every row within the limits is known."""
        if len(self._results) == self._num_distinct:
            return False
        for _ in range(_MAX_REDRAWS):
            trial = self._study.ask()
            result = self._suggested(trial)
            if result is None:
                self._study.tell(trial, state=TrialState.FAIL)
            elif not self._tell_known(trial, result):
                trial.set_user_attr("architecture", result.candidate.architecture)
                self._results[result.candidate.architecture] = result
                self._begin_stage(_Running(trial, result))
                return True
        raise SearchError(f"the sampler found nothing new in {_MAX_REDRAWS} proposals")

    @cached_property
    def _num_distinct(self) -> int:
        candidates = (result.candidate for result in self._problem.results)
        limits = self._problem.limits
        return len({c.architecture for c in candidates if not violations(c, limits)})

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

    def _tell_known(self, trial: Trial, result: Result) -> bool:
        """Answers for an architecture that was trained already; it is not paid for again."""
        architecture = result.candidate.architecture
        if architecture not in self._results:
            return False
        twin = next(
            (
                t
                for t in self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
                if t.user_attrs["architecture"] == architecture
            ),
            None,
        )
        if twin is None:
            self._study.tell(trial, state=TrialState.FAIL)
        else:
            trial.set_user_attr("architecture", architecture)
            trial.set_user_attr("curve", twin.user_attrs["curve"])
            self._study.tell(trial, twin.values)
        return True

    def _stage(self, running: _Running) -> tuple[int, float]:
        """Epochs and accuracy of the training that runs."""
        if running.stage < len(self._fidelity.rungs):
            epochs = self._fidelity.rungs[running.stage]
            return epochs, running.result.rungs[epochs]
        return running.result.epochs, running.result.accuracy

    def _begin_stage(self, running: _Running) -> None:
        epochs, _ = self._stage(running)
        self._time.start(running, epochs * running.result.candidate.costs.get("flops", 1.0))

    def _finish_stage(self, running: _Running) -> None:
        epochs, accuracy = self._stage(running)
        running.curve.append((epochs, accuracy))
        values = {**running.result.candidate.costs, ACCURACY: accuracy}
        is_last = running.stage == len(self._fidelity.rungs)
        goes_on = self._fidelity.reduction_factor is not None and self._halving.promotes(
            running.trial.number, epochs, values
        )
        if goes_on and not is_last:
            running.stage += 1
            self._begin_stage(running)
            return
        self._record(running.result, accuracy, sum(e for e, _ in running.curve), is_last)
        running.trial.set_user_attr("curve", running.curve)
        if is_last or self._fidelity.reduction_factor is None:
            told = [values[name] for name in self._problem.objectives]
            self._study.tell(running.trial, told)
        else:
            self._study.tell(running.trial, state=TrialState.PRUNED)

    def _record(self, result: Result, accuracy: float, epochs: int, is_complete: bool) -> None:
        state = "COMPLETE" if is_complete else "PRUNED"
        self.evaluations.append(Evaluation(result, accuracy, epochs, state, self._time.now))

    def _promote(self) -> None:
        """Trains some of the stopped ones fully."""
        if not self._fidelity.num_promoted:
            return
        told = [
            Observation(e.result.candidate, ((e.epochs, e.accuracy),), e.state == "COMPLETE")
            for e in self.evaluations
        ]
        pool = Pool(self._problem, np.random.default_rng([self._seed]))
        for candidate in most_valuable(pool, told, self._fidelity.num_promoted):
            result = self._results[candidate.architecture]
            self._time.now += result.epochs * candidate.costs.get("flops", 1.0)
            self._record(result, result.accuracy, result.epochs, True)


def simulate(
    problem: TableProblem,
    make_sampler: Callable[[TableProblem, int], BaseSampler],
    num_trials: int,
    *,
    seed: int = 0,
    fidelity: Fidelity = FULL,
    num_workers: int = 1,
) -> list[Evaluation]:
    """Searches a table once, see `Simulation`.

    Args:
        problem: The table with objectives and limits.
        make_sampler: Makes a sampler of problem and seed.
        num_trials: How many architectures to try.
        seed: Of the search.
        fidelity: How candidates are trained.
        num_workers: How many train at a time.
    """
    sampler = make_sampler(problem, seed)
    return Simulation(problem, sampler, fidelity, num_workers, seed).run(num_trials)
