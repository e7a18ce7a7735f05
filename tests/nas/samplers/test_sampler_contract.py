"""What every sampler promises, whatever it is."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from optuna.trial import TrialState
from sampler_kit import (
    CONDITIONAL,
    LARGE,
    ONE_CHOICE,
    TWICE,
    Counted,
    Run,
    architectures,
    space_problem,
)

from nas.config.search import SamplerName
from nas.samplers import SAMPLERS
from nas.simulation.table import TableProblem
from search_spaces.errors import BudgetError, NoFeasibleError, SearchError
from search_spaces.spaces.problem import violations

LARGE_SAMPLERS = [name for name in SAMPLERS if name != "grid"]
"""Those that take spaces too large to list."""

every_sampler = pytest.mark.parametrize("sampler", SAMPLERS)
every_large_sampler = pytest.mark.parametrize("sampler", LARGE_SAMPLERS)


def test_the_file_may_name_every_sampler_and_no_other() -> None:
    assert tuple(SAMPLERS) == get_args(SamplerName)


@every_sampler
@pytest.mark.parametrize(
    "objectives", [("accuracy",), ("accuracy", "flops"), ("accuracy", "flops", "params")]
)
def test_choices_that_do_not_exist_get_no_value(sampler: str, objectives: tuple[str, ...]) -> None:
    problem = space_problem(CONDITIONAL, objectives)
    for candidate in Run(sampler, problem).run(14):
        active = {c.name for c in problem.choices if c.is_active(candidate.values)}
        assert candidate.values.keys() == active


@every_sampler
def test_no_trial_is_made_beyond_the_budgets_or_twice(sampler: str) -> None:
    problem = space_problem(limits={"params": 3000, "flops": 200_000})
    search = Run(sampler, problem)
    found = search.run(14)
    assert not any(violations(candidate, problem.limits) for candidate in found)
    assert len(set(architectures(found))) == 14 == len(search.study.get_trials())


@every_large_sampler
def test_limits_from_both_sides_that_few_meet(sampler: str) -> None:
    """Of 6,000 architectures drawn one was in these ranges of FLOPs and parameters."""
    limits = {"flops": 1_120_000, "params": 11_000}
    problem = space_problem(LARGE, limits=limits, lower={"flops": 1_090_000, "params": 10_000})
    counted = Counted(problem)
    search = Run(sampler, counted)
    found = search.run(5)
    assert not any(violations(candidate, problem.limits) for candidate in found)
    assert len(set(architectures(found))) == 5
    assert len(counted.asked) < 5 * 14_000


@every_sampler
def test_a_space_that_runs_out_ends_with_how_many_there_were(sampler: str) -> None:
    search = Run(sampler, space_problem(TWICE))
    assert len(set(architectures(search.run(9)))) == 9
    with pytest.raises(
        NoFeasibleError, match=r"^all 9 architectures within the budgets are known$"
    ):
        search.ask()


# 8 channels, one 1x1 convolution a stage: 8 x 9 + 16 in the stem, 3 x (8 x 8 + 16), and
# 8 x 10 + 10 in the head are 418 parameters, the least of all. Eight networks, by their strides,
# have as many; 72 of 5,038,848 sets of values lead to them, 1 in 70,000: each stage has 8 or 16
# channels at width 0.5 or 8 at width 1, which all are 8.
EIGHT = {"params": 420}


@every_large_sampler
def test_one_in_seventy_thousand_is_found_at_once_and_all_of_them(sampler: str) -> None:
    counted = Counted(space_problem(LARGE, limits=EIGHT))
    search = Run(sampler, counted)
    for _ in range(8):
        search.run(1)
        assert len(counted.asked) < 3500  # about a second
        counted.asked.clear()
    assert len(set(architectures(search.found))) == 8
    assert {candidate.costs["params"] for candidate in search.found} == {418}
    with pytest.raises(NoFeasibleError, match=r"^all 8 architectures that were found are known$"):
        search.ask()
    assert len(counted.asked) < 16_000


@every_large_sampler
def test_where_nothing_is_within_the_budgets_one_message_says_which_blocks(sampler: str) -> None:
    counted = Counted(space_problem(LARGE, limits={"params": 417, "flops": 1e9}))
    with pytest.raises(
        BudgetError,
        match=r"^`params` \(=417\) blocks: no architecture within all budgets was found; "
        "the nearest has 418$",
    ):
        Run(sampler, counted).ask()
    assert len(counted.asked) < 16_000


@every_sampler
def test_nothing_within_the_budgets_of_a_small_space(sampler: str) -> None:
    with pytest.raises(BudgetError, match="`flops`"):
        Run(sampler, space_problem(limits={"flops": 1})).ask()


@every_sampler
@pytest.mark.parametrize("space", [CONDITIONAL, LARGE])
def test_interrupted_and_resumed_it_is_the_search_that_was_not(sampler: str, space: str) -> None:
    """A new process has the study and nothing else; one trial is cut off and comes again."""
    if sampler == "grid" and space == LARGE:
        pytest.skip("too large for a grid")
    problem = space_problem(space, limits={"params": 12_000})
    whole = Run(sampler, problem, seed=3)
    whole.run(16)
    first = Run(sampler, problem, seed=3)
    first.run(5)
    cut_off = first.ask()
    second = Run(sampler, problem, seed=3, study=first.study)
    second.tell(*cut_off)
    second.run(6)
    third = Run(sampler, problem, seed=3, study=first.study)
    third.run(4)
    parts = first.found + second.found + third.found
    assert architectures(parts) == architectures(whole.found)


@every_large_sampler
def test_another_seed_is_another_search(sampler: str) -> None:
    problem = space_problem(LARGE)
    runs = [architectures(Run(sampler, problem, seed).run(4)) for seed in (7, 8)]
    assert runs[0] != runs[1]


@every_sampler
def test_proposals_of_parallel_workers_differ(sampler: str) -> None:
    found = Run(sampler, space_problem(TWICE)).run(9, workers=4)
    assert len(set(architectures(found))) == 9


@every_large_sampler
def test_parallel_workers_in_a_large_space(sampler: str) -> None:
    problem = space_problem(LARGE, limits={"flops": 400_000})
    found = Run(sampler, problem).run(16, workers=4)
    assert len(set(architectures(found))) == 16
    assert not any(violations(candidate, problem.limits) for candidate in found)


@every_sampler
def test_what_was_asked_for_and_never_written_comes_again(sampler: str) -> None:
    search = Run(sampler, space_problem(TWICE))
    search.run(3)
    trial, _ = search.ask()
    trial.set_user_attr("architecture", None)
    search.study.tell(trial, state=TrialState.FAIL)
    search.run(6)
    assert len(set(architectures(search.found))) == 9
    with pytest.raises(NoFeasibleError, match="all 9 architectures"):
        search.ask()


@every_sampler
def test_a_space_of_one_choice_with_constant_costs(sampler: str) -> None:
    problem = space_problem(ONE_CHOICE)
    search = Run(sampler, problem)
    assert len({(c.costs["flops"], c.costs["params"]) for c in search.run(3)}) == 1
    with pytest.raises(NoFeasibleError, match="all 3 architectures"):
        search.ask()


@every_sampler
def test_starts_come_first_in_order_and_only_once(sampler: str) -> None:
    problem = space_problem(TWICE, limits={"params": 2000})
    kernel = "stage1.standard.kernel_size"
    starts = [
        {"width_mult": width, kernel: size, "stage1.standard.dilation": 1}
        for width, size in ((2.0, 1), (3.0, 3), (1.0, 3), (2.0, 1))
    ]
    search = Run(sampler, problem, starts=starts)
    found = search.run(3)
    chosen = [(c.values["width_mult"], c.values[kernel]) for c in found]
    assert chosen[:2] == [(2.0, 1), (1.0, 3)]  # (3.0, 3) is beyond the budget
    assert len(set(architectures(found))) == 3
    resumed = Run(sampler, problem, starts=starts, study=search.study).run(1)
    assert architectures(resumed)[0] not in architectures(found)


@every_sampler
def test_a_table_in_which_most_sets_of_values_have_no_row(sampler: str, tmp_path: Path) -> None:
    rows = [f"{a},{(a + 7) % 20},{(a * a) % 20},{0.5 + a / 100},{a + 1}" for a in range(20)]
    table = tmp_path / "sparse.csv"
    table.write_text("\n".join(["param.a,param.b,param.c,accuracy,flops", *rows]) + "\n")
    search = Run(sampler, TableProblem.read(table))
    assert len(set(architectures(search.run(20)))) == 20
    with pytest.raises(NoFeasibleError, match=r"^all 20 architectures .* are known$"):
        search.ask()


def test_a_grid_goes_in_the_order_of_the_file() -> None:
    found = Run("grid", space_problem(TWICE)).run(4)
    kernel, dilation = "stage1.standard.kernel_size", "stage1.standard.dilation"
    assert [(c.values["width_mult"], c.values[kernel], c.values[dilation]) for c in found] == [
        (1.0, 1, 1),  # (1.0, 1, 2) is the same network
        (1.0, 3, 1),
        (1.0, 3, 2),
        (2.0, 1, 1),
    ]


def test_a_grid_refuses_a_space_too_large_to_list() -> None:
    with pytest.raises(
        SearchError, match=r"takes spaces of at most 10,000 sets of values; this one has 5,038,848$"
    ):
        Run("grid", space_problem(LARGE))
