"""Regularized evolution: who is young enough, who wins, how children differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial
from sampler_kit import LARGE, Run, space_problem

from nas.samplers.joint import Observation
from nas.samplers.regularized_evolution import (
    POPULATION_SIZE,
    TOURNAMENT_SIZE,
    RegularizedEvolutionSampler,
    standing,
)
from search_spaces.spaces.problem import Candidate


def _member(flops: float, *curve: tuple[int, float], complete: bool = True) -> Observation:
    return Observation(Candidate({}, str(flops), {"flops": flops}), curve, complete)


def test_standing_is_rank_and_then_crowding_by_hand() -> None:
    """Front (1, .2), (10, .5), (1000, .8); (100, .4) is dominated by (10, .5).

    Log FLOPs are 0, 1 and 3 decades, accuracies .2, .5 and .8: the middle one has 3/3 + .6/.6 = 2.
    """
    population = [_member(f, (9, a)) for f, a in ((1, 0.2), (10, 0.5), (1000, 0.8), (100, 0.4))]
    inf = float("inf")
    found = standing(population, ("accuracy", "flops"))
    assert [rank for rank, _ in found] == [0, 0, 0, 1]
    assert [crowding for _, crowding in found] == pytest.approx([-inf, -2.0, -inf, -inf])


def test_stopped_ones_stand_among_all_that_got_as_far() -> None:
    """After epoch 1 the stopped one is better than another was there, and worse than a third."""
    population = [
        _member(10, (1, 0.3), complete=False),
        _member(10, (1, 0.2), (3, 0.9)),
        _member(10, (1, 0.4), (3, 0.5)),
    ]
    ranks = [rank for rank, _ in standing(population, ("accuracy", "flops"))]
    assert ranks == [1, 0, 1]


def _finished(values: dict[str, object], accuracy: float) -> FrozenTrial:
    choices = {choice.name: choice.values for choice in space_problem(LARGE).choices}
    return create_trial(
        state=TrialState.COMPLETE,
        params=values,
        distributions={name: CategoricalDistribution(choices[name]) for name in values},
        values=[accuracy],
        user_attrs={"architecture": repr(values), "curve": [[9, accuracy]]},
    )


def _children(accuracies: Sequence[float], number: int = 60) -> tuple[list[dict[str, object]], ...]:
    """All parents there could be, and children, of a study with one trial for each accuracy."""
    problem = space_problem(LARGE, ("accuracy",))
    rng = np.random.default_rng(0)
    parents: list[dict[str, object]] = [dict(problem.sample(rng)) for _ in accuracies]
    study = Run("random", problem).study
    for values, accuracy in zip(parents, accuracies, strict=True):
        study.add_trial(_finished(values, accuracy))
    sampler = RegularizedEvolutionSampler(problem, 1)
    trial = study.get_trials()[-1]
    return parents, [sampler.sample_relative(study, trial, {}) for _ in range(number)]


def _parent_of(child: dict[str, object], parents: Sequence[dict[str, object]]) -> int:
    shared = [len(child.items() & parent.items()) for parent in parents]
    return int(np.argmax(shared))


def test_the_oldest_dies_however_good_it_is() -> None:
    """The first of one more than the population is the best, and has no child."""
    parents, children = _children([0.9, *np.linspace(0.5, 0.6, POPULATION_SIZE)])
    assert 0 not in {_parent_of(child, parents) for child in children}


def test_parents_win_a_tournament() -> None:
    """The four worst of the young never win among five; the best does most often."""
    parents, children = _children(np.linspace(0.5, 0.6, POPULATION_SIZE).tolist(), 200)
    born = np.bincount([_parent_of(c, parents) for c in children], minlength=POPULATION_SIZE)
    assert born[: TOURNAMENT_SIZE - 1].sum() == 0
    # the best is drawn with probability 5 / 20: 50 of 200, standard deviation 6
    assert 30 <= born[-1] <= 70
    assert born.argmax() == POPULATION_SIZE - 1


def test_children_differ_in_one_choice_and_what_depends_on_it() -> None:
    parents, children = _children(np.linspace(0.5, 0.6, POPULATION_SIZE).tolist())
    problem = space_problem(LARGE)
    for child in children:
        parent = parents[_parent_of(child, parents)]
        both = child.keys() & parent.keys()
        assert sum(child[name] != parent[name] for name in both) == 1
        assert child.keys() == {c.name for c in problem.choices if c.is_active(child)}


def test_it_beats_random_search_where_one_choice_after_the_other_helps() -> None:
    """The mean FLOPs of the last of 60, where accuracy rises with FLOPs alone."""
    means = {}
    for sampler in ("regularized_evolution", "random"):
        found = Run(sampler, space_problem(LARGE, ("accuracy",)), seed=1).run(60)
        means[sampler] = np.mean(np.log([c.costs["flops"] for c in found[-20:]]))
    assert means["regularized_evolution"] > means["random"] + 0.5
