"""The cost-aware sampler: its acquisition against Monte Carlo, and what it promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState
from threadpoolctl import threadpool_info, threadpool_limits

from nas.samplers.cached_problem import CachedProblem
from nas.samplers.cost_aware.accuracy_model import AccuracyModel, thinned
from nas.samplers.cost_aware.acquisition import expected_improvement
from nas.samplers.cost_aware.pool import Pool
from nas.samplers.cost_aware.proposal import NUM_START, propose
from nas.samplers.cost_aware.sampler import CostAwareSampler
from nas.samplers.feasible import draw
from nas.samplers.joint import Observation
from nas.samplers.neighbours import all_values, mutated
from nas.statistics.hypervolume import hypervolume
from search_spaces.errors import GraphError, NoFeasibleError
from search_spaces.registry import Value
from search_spaces.spaces.choices import Choice
from search_spaces.spaces.problem import Candidate, Limit, Values, violations


def _stage(name: str) -> tuple[Choice, ...]:
    return (
        Choice(f"{name}.block", ("fire", "standard", "none")),
        Choice(f"{name}.fire.ratio", (0.125, 0.25), (f"{name}.block", "fire")),
        Choice(f"{name}.standard.kernel_size", (1, 3, 5), (f"{name}.block", "standard")),
    )


@dataclass(frozen=True)
class Made:
    """Stages of one block each, or none. Width 4 with only fire cannot be built."""

    num_stages: int = 4
    objectives: tuple[str, ...] = ("accuracy", "flops")
    limits: tuple[Limit, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        stages = (choice for n in range(self.num_stages) for choice in _stage(f"stage{n}"))
        return (Choice("width", (1, 2, 4)), *stages)

    def sample(self, rng: np.random.Generator) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for choice in self.choices:
            if choice.is_active(values):
                values[choice.name] = choice.values[int(rng.integers(len(choice.values)))]
        return values

    def candidate(self, values: Values) -> Candidate:
        if values["width"] == 4 and all(b == "fire" for b in self._blocks(values)):
            raise GraphError("width 4 with only fire cannot be built")
        flops = params = 1.0
        for number, block in enumerate(self._blocks(values)):
            if block == "fire":
                flops += 10 * float(values[f"stage{number}.fire.ratio"])
            if block == "standard":
                flops += int(values[f"stage{number}.standard.kernel_size"]) ** 2
            params += {"fire": 3, "standard": 10, "none": 0}[str(block)]
        width = int(values["width"])
        costs = {"flops": width * flops, "params": params * width**2, "latency_ms": flops}
        return Candidate(dict(values), repr(sorted(values.items())), costs)

    def _blocks(self, values: Values) -> list[Value]:
        return [values[f"stage{number}.block"] for number in range(self.num_stages)]

    def num_combinations(self) -> int:
        return 3 * 6**self.num_stages


def _accuracy(candidate: Candidate) -> float:
    return 0.9 - 0.6 / (1 + candidate.costs["flops"] ** 0.5)


def _search(problem: Made, number: int, seed: int = 0) -> Iterator[Candidate]:
    """Candidates as the core proposes them, each trained at once."""
    pool, observations = Pool(problem, np.random.default_rng(seed)), list[Observation]()
    for trial in range(number):
        values = propose(pool, observations, [], np.random.default_rng([seed, trial]))
        candidate = problem.candidate(values)
        observations.append(Observation(candidate, ((9, _accuracy(candidate)),)))
        yield candidate


def _study(problem: Made, seed: int = 0) -> optuna.Study:
    directions = ["maximize"] + ["minimize"] * (len(problem.objectives) - 1)
    return optuna.create_study(directions=directions, sampler=CostAwareSampler(problem, seed))


def _suggest(problem: Made, trial: optuna.Trial) -> Candidate:
    values: dict[str, Value] = {}
    for choice in problem.choices:
        if choice.is_active(values):
            values[choice.name] = trial.suggest_categorical(choice.name, choice.values)
    return problem.candidate(values)


def _tell(study: optuna.Study, problem: Made, trial: optuna.Trial, candidate: Candidate) -> None:
    costs = [candidate.costs[name] for name in problem.objectives[1:]]
    trial.set_user_attr("curve", [[3, 0.1], [9, _accuracy(candidate)]])
    study.tell(trial, [_accuracy(candidate), *costs])


def _run(study: optuna.Study, problem: Made, number: int) -> list[Candidate]:
    found = []
    for _ in range(number):
        trial = study.ask()
        found.append(_suggest(problem, trial))
        _tell(study, problem, trial, found[-1])
    return found


@pytest.mark.parametrize("num_costs", [0, 1, 2, 3])
def test_expected_improvement_against_monte_carlo(num_costs: int) -> None:
    rng = np.random.default_rng(num_costs)
    front = rng.random((5, 1 + num_costs))
    reference_point = np.ones(1 + num_costs)
    costs, mean, std = rng.random((4, num_costs)), rng.random(4), rng.uniform(0.05, 0.5, 4)
    found = expected_improvement(front, reference_point, mean, std, costs)
    before = hypervolume(front, reference_point)
    for index, expected in enumerate(found):
        gains = [
            hypervolume(np.vstack([front, [loss, *costs[index]]]), reference_point) - before
            for loss in rng.normal(mean[index], std[index], 4000)
        ]
        error = np.std(gains) / np.sqrt(len(gains))
        assert expected == pytest.approx(np.mean(gains), abs=5 * error + 1e-9)


def test_expected_improvement_of_one_cost_in_closed_form() -> None:
    """Half the costs' range times the expected gap of a standard normal loss: E[max(0, -z)]."""
    found = expected_improvement(
        np.empty((0, 2)), np.array([0.0, 1.0]), np.zeros(1), np.ones(1), np.array([[0.5]])
    )
    assert found[0] == pytest.approx(0.5 / np.sqrt(2 * np.pi))


@pytest.mark.parametrize("objectives", [("accuracy",), ("accuracy", "flops", "params")])
def test_proposals_are_new_and_within_the_limits(objectives: tuple[str, ...]) -> None:
    problem = Made(objectives=objectives, limits=(Limit("flops", 40), Limit("params", 60)))
    found = list(_search(problem, NUM_START + 12))
    assert len({candidate.architecture for candidate in found}) == len(found)
    assert not any(violations(candidate, problem.limits) for candidate in found)


def test_only_active_choices_are_proposed() -> None:
    problem = Made()
    for candidate in _search(problem, NUM_START + 4):
        active = {c.name for c in problem.choices if c.is_active(candidate.values)}
        assert candidate.values.keys() == active


def test_starts_reach_both_ends_of_the_costs() -> None:
    """Without a limit 1 is the least and 404 the most that 4 stages cost."""
    flops = [candidate.costs["flops"] for candidate in _search(Made(), NUM_START)]
    assert min(flops) == 1
    assert max(flops) == 404


def test_finds_the_front_where_flops_decide() -> None:
    """Accuracy rises with FLOPs alone, so that the search should fill the range of FLOPs."""
    flops = sorted(candidate.costs["flops"] for candidate in _search(Made(), 30))
    gaps = np.diff(np.log(flops))
    assert gaps.max() < 0.7


@pytest.mark.parametrize("objectives", [("accuracy",), ("accuracy", "flops")])
def test_exact_under_a_seed_and_when_resumed(objectives: tuple[str, ...]) -> None:
    problem = Made(objectives=objectives)
    whole = _run(_study(problem, 1), problem, NUM_START + 6)
    study = _study(problem, 1)
    parts = _run(study, problem, NUM_START + 2)
    study.sampler = CostAwareSampler(problem, 1)
    parts += _run(study, problem, 4)
    assert [c.architecture for c in parts] == [c.architecture for c in whole]
    other = _run(_study(problem, 2), problem, NUM_START + 6)
    assert [c.architecture for c in other] != [c.architecture for c in whole]


def test_running_trials_are_accounted_for() -> None:
    """Eight at a time are all different, and not neighbours of one best point only."""
    problem = Made()
    study = _study(problem)
    _run(study, problem, NUM_START)
    together = [_suggest(problem, study.ask()) for _ in range(8)]
    assert len({candidate.architecture for candidate in together}) == 8
    flops = np.log([candidate.costs["flops"] for candidate in together])
    assert flops.max() - flops.min() > 1


def test_belief_makes_the_model_sure() -> None:
    problem = Made()
    pool = Pool(problem, np.random.default_rng(0))
    told = [Observation(c, ((9, _accuracy(c)),)) for c in _search(problem, 12)]
    model = AccuracyModel(pool, told)
    running = pool.encoded[:1]
    mean, before = model.predict(running)
    assert model.believe(running) == pytest.approx(mean)
    believed, after = model.predict(running)
    assert believed == pytest.approx(mean, abs=1e-3)
    assert after < before


def test_pruned_and_failed_trials_are_known() -> None:
    problem = Made(num_stages=1)
    study = _study(problem)
    seen = []
    for number in range(16):
        trial = study.ask()
        candidate = _suggest(problem, trial)
        seen.append(candidate.architecture)
        if number % 3 == 0:
            _tell(study, problem, trial, candidate)
        else:
            trial.set_user_attr("curve", [[3, 0.2]])
            study.tell(trial, state=TrialState.PRUNED if number % 3 == 1 else TrialState.FAIL)
    assert len(set(seen)) == 16


def test_exhausted_space() -> None:
    """Of 3 widths and 6 blocks, width 4 with fire of two ratios cannot be built: 16 remain."""
    problem = Made(num_stages=1)
    study = _study(problem)
    assert len({c.architecture for c in _run(study, problem, 16)}) == 16
    with pytest.raises(NoFeasibleError, match="all 16 architectures within the budgets are known"):
        _suggest(problem, study.ask())


def test_no_feasible_architecture() -> None:
    problem = Made(num_stages=6, limits=(Limit("flops", 0.5), Limit("params", 1e9)))
    with pytest.raises(NoFeasibleError, match=r"`flops` \(=0\.5\) blocks: no architecture"):
        _suggest(problem, _study(problem).ask())


def test_tight_budget_of_a_large_space() -> None:
    """Drawn blindly, every stage of 12 is `none` once in 3^12 draws."""
    problem = Made(num_stages=12, limits=(Limit("params", 4),))
    drawn = draw(CachedProblem(problem), np.random.default_rng(0), 5)
    assert drawn
    assert all(candidate.costs["params"] <= 4 for candidate in drawn)


def test_few_epochs_are_compared_with_few_epochs() -> None:
    """After 1 epoch all are 0.4 worse, by the same order: that must not mislead about 9 epochs."""
    problem = Made()
    pool = Pool(problem, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    candidates = list({c.architecture: c for c in map(problem.candidate, _samples(rng))}.values())
    told = [
        Observation(c, ((1, _accuracy(c) - 0.3), (9, _accuracy(c))) if full else ((1, a),), full)
        for number, c in enumerate(candidates[:60])
        for full, a in [(number % 4 == 0, _accuracy(c) - 0.3)]
    ]
    model = AccuracyModel(pool, told)
    mean, _ = model.predict(pool.encode(candidates[60:120]))
    expected = model.loss([_accuracy(c) for c in candidates[60:120]])
    shifted = model.loss([_accuracy(c) - 0.3 for c in candidates[60:120]])
    assert np.abs(mean - expected).mean() < 0.2 * np.abs(shifted - expected).mean()


def test_epochs_between_the_rungs_change_nothing() -> None:
    problem = Made()
    pool = Pool(problem, np.random.default_rng(0))
    models = []
    for between in ((), ((2, 0.3), (5, 0.4))):
        told = [
            Observation(c, ((1, 0.2), *between, (9, _accuracy(c))) if full else ((1, 0.1),), full)
            for number, c in enumerate(_search(problem, 12))
            for full in [number % 3 == 0]
        ]
        models.append(AccuracyModel(pool, told))
    first, second = (model.predict(pool.encoded) for model in models)
    np.testing.assert_array_equal(first, second)


def _samples(rng: np.random.Generator) -> Iterator[dict[str, Value]]:
    problem = Made()
    for _ in islice(count(), 300):
        values = problem.sample(rng)
        if values["width"] != 4:
            yield values


def test_mutants_differ_and_are_consistent() -> None:
    problem = Made()
    rng = np.random.default_rng(0)
    for _ in range(200):
        values = problem.sample(rng)
        changed = mutated(problem.choices, values, rng, 2)
        assert changed != values
        assert changed.keys() == {c.name for c in problem.choices if c.is_active(changed)}
        both = [name for name in changed if name in values]
        assert sum(changed[name] != values[name] for name in both) <= 2


def test_every_set_of_values_once() -> None:
    problem = Made(num_stages=2)
    sets = [tuple(sorted(values.items(), key=str)) for values in all_values(problem.choices)]
    assert len(sets) == len(set(sets)) == problem.num_combinations()


def test_thinned_keeps_the_front() -> None:
    points = np.random.default_rng(0).random((1000, 2))
    points[::100] = np.column_stack([np.linspace(-1, -0.1, 10), np.linspace(-0.1, -1, 10)])
    kept = thinned(points, 100)
    assert len(set(kept.tolist())) == 100
    assert set(range(0, 1000, 100)) <= set(kept.tolist())
    np.testing.assert_array_equal(thinned(points[:50], 100), np.arange(50))


def test_proposals_leave_the_other_cores_to_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread while a model is fitted, and as many as before when the proposal is made."""
    seen: list[set[int]] = []
    right = AccuracyModel._fitted

    def watched(*args: Any) -> Any:
        seen.append(_threads())
        return right(*args)

    monkeypatch.setattr(AccuracyModel, "_fitted", watched)
    pool = Pool(Made(), np.random.default_rng(0))
    drawn = [Observation(c, ((3, _accuracy(c)),)) for c in pool.candidates[:NUM_START]]
    with threadpool_limits(2, "blas"):
        propose(pool, drawn, (), np.random.default_rng(0))
        assert _threads() == {2}
    assert seen == [{1}]


def _threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}
