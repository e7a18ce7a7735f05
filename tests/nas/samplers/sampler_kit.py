"""Small searches in memory that any sampler can be put through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import optuna
from optuna.trial import TrialState
from search_kit import IN_SHAPE, NUM_CLASSES, experiment_file

from nas.samplers import SAMPLERS
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Limit, Problem, SpaceProblem, Values

STEM = "stem: {out_channels: 8}"

CONDITIONAL = """
  width_mult: [1.0, 2.0, 3.0]
  stages:
    - out_channels: [8, 16]
      stride: 2
      num_blocks: [1, 2]
      block: [standard: {kernel_size: [1, 3]}, separable: {kernel_size: [3, 5]}]
"""
"""48 sets of values; the kernel sizes of a block exist where the block is chosen."""

TWICE = """
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: {standard: {kernel_size: [1, 3], dilation: [1, 2]}}}]
"""
"""12 sets of values but 9 networks: dilation of a 1x1 kernel changes nothing."""

ONE_CHOICE = """
  activation: [relu, silu, hard_swish]
  stages: [{out_channels: 8, block: standard}]
"""
"""Three networks of equal cost."""

LARGE = """
  width_mult: [0.5, 1.0, 1.5, 2.0]
  stages:
    - &stage
      out_channels: [8, 16, 24]
      num_blocks: [1, 2, 3]
      stride: [1, 2]
      block: [standard: {kernel_size: [1, 3, 5]}, separable: {kernel_size: [3, 5, 7]}]
    - *stage
    - *stage
"""
"""4 x (3 x 3 x 2 x 6)^3 = 5,038,848 sets of values."""


def space_problem(
    space: str = CONDITIONAL,
    objectives: tuple[str, ...] = ("accuracy", "flops"),
    limits: Mapping[str, float] | None = None,
    lower: Mapping[str, float] | None = None,
) -> SpaceProblem:
    """A problem over a space for the images of `search_kit`; `limits` are from above."""
    text = f"name: small\ndataset: {{name: cluttered_digits}}\nspace:\n  {STEM}{space}"
    built = experiment_file(text).space(IN_SHAPE, NUM_CLASSES)
    upper = tuple(Limit(name, value) for name, value in (limits or {}).items())
    both = upper + tuple(Limit(name, value, is_lower=True) for name, value in (lower or {}).items())
    return SpaceProblem(built, objectives, both)


@dataclass(frozen=True)
class Counted:
    """A problem that counts how often its cost model is asked.

    Attributes:
        asked: One entry for each time.
    """

    problem: Problem
    asked: list[Values] = field(default_factory=list)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.problem.choices

    @property
    def objectives(self) -> tuple[str, ...]:
        return self.problem.objectives

    @property
    def limits(self) -> tuple[Limit, ...]:
        return self.problem.limits

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        return self.problem.sample(rng)

    def num_combinations(self) -> int:
        return self.problem.num_combinations()

    def candidate(self, values: Values) -> Candidate:
        self.asked.append(values)
        return self.problem.candidate(values)


class Run:
    """A search with simulated training, at a given number of workers.

    Attributes:
        study: In memory.
        found: What was proposed, in order.
    """

    def __init__(
        self,
        sampler: str,
        problem: Problem,
        seed: int = 0,
        starts: Sequence[Values] = (),
        study: optuna.Study | None = None,
    ) -> None:
        self.problem = problem
        made = SAMPLERS[sampler](problem, seed, starts)
        directions = ["maximize"] + ["minimize"] * (len(problem.objectives) - 1)
        self.study = study or optuna.create_study(directions=directions)
        self.study.sampler = made
        self.found: list[Candidate] = []

    def ask(self) -> tuple[optuna.Trial, Candidate]:
        """Starts a trial as a search does."""
        trial = self.study.ask()
        values: dict[str, Value] = {}
        for choice in self.problem.choices:
            if choice.is_active(values):
                values[choice.name] = trial.suggest_categorical(choice.name, choice.values)
        candidate = self.problem.candidate(values)
        trial.set_user_attr("architecture", candidate.architecture)
        self.found.append(candidate)
        return trial, candidate

    def tell(self, trial: optuna.Trial, candidate: Candidate) -> None:
        """Ends a trial: every fourth is stopped after one epoch, every seventh fails."""
        accuracy = accuracy_of(candidate)
        if trial.number % 7 == 6:
            self.study.tell(trial, state=TrialState.FAIL)
        elif trial.number % 4 == 3:
            trial.set_user_attr("curve", [[1, accuracy / 2]])
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            trial.set_user_attr("curve", [[1, accuracy / 2], [3, accuracy]])
            costs = [candidate.costs[name] for name in self.problem.objectives[1:]]
            self.study.tell(trial, [accuracy, *costs])

    def run(self, number: int, workers: int = 1) -> list[Candidate]:
        """So many further trials, each told when all workers are taken, the oldest first."""
        running: list[tuple[optuna.Trial, Candidate]] = []
        for _ in range(number):
            running.append(self.ask())
            if len(running) == workers:
                self.tell(*running.pop(0))
        for trial, candidate in running:
            self.tell(trial, candidate)
        return self.found[-number:]


def accuracy_of(candidate: Candidate) -> float:
    """A made-up accuracy: more FLOPs are better, with less and less to gain."""
    return float(1 - 1 / (1 + np.log(candidate.costs["flops"])))


def architectures(found: Sequence[Candidate]) -> list[str]:
    return [candidate.architecture for candidate in found]
