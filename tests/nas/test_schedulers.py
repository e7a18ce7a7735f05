"""Schedulers made from the section `fidelity`, Hyperband's brackets, and whole searches."""

from collections import Counter
from itertools import islice, product

import pytest
from search_kit import SIX, Search, accuracy_of, experiment_file

from nas.config.fidelity import FidelitySpec
from nas.runner.proposals import Proposal
from nas.schedulers import FullTraining, Hyperband, ParetoHalving, Scheduler, make_scheduler
from nas.schedulers.hyperband import bracket_sizes, interleaved
from nas.store import Store
from search_spaces.errors import ExperimentFileError

TWO = ("accuracy", "flops")

LARGER = """
name: larger
seed: 3
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages:
    - out_channels: [8, 16]
      stride: 2
      num_blocks: [1, 2]
      block: [standard: {kernel_size: [1, 3]}, separable: {kernel_size: [3, 5]}]
search: {num_trials: 24, sampler: random}
fidelity: FIDELITY
"""


def _search(store: Store, fidelity: str) -> Search:
    return Search(store, experiment_file(LARGER.replace("FIDELITY", fidelity)))


def _fidelity(text: str) -> FidelitySpec:
    return experiment_file(f"{SIX.partition('fidelity')[0]}fidelity: {text}\n").experiment.fidelity


@pytest.mark.parametrize(
    ("text", "kind", "rungs"),
    [
        ("{}", ParetoHalving, (5, 9)),
        ("{max_epochs: 12}", ParetoHalving, (6, 12)),
        ("{max_epochs: 27, reduction_factor: 2}", ParetoHalving, (14, 27)),
        ("{max_epochs: 1}", ParetoHalving, (1,)),
        ("{max_epochs: 9, min_epochs: 1}", ParetoHalving, (1, 3, 9)),
        ("{max_epochs: 20, min_epochs: 2, reduction_factor: 4}", ParetoHalving, (2, 8, 20)),
        ("{scheduler: hyperband, max_epochs: 27}", Hyperband, (1, 3, 9, 27)),
        ("none", FullTraining, (9,)),
        ("{scheduler: none, max_epochs: 5}", FullTraining, (5,)),
    ],
)
def test_the_scheduler_that_a_file_names(text: str, kind: type, rungs: tuple[int, ...]) -> None:
    scheduler = make_scheduler(_fidelity(text), TWO)
    assert type(scheduler) is kind
    assert scheduler.rungs == rungs == _fidelity(text).rungs()


@pytest.mark.parametrize("name", ["halving", "hyperband", "none"])
def test_rungs_of_a_table_replace_those_of_the_file(name: str) -> None:
    scheduler = make_scheduler(FidelitySpec(scheduler=name), TWO, rungs=(12, 200))  # type: ignore[arg-type]
    assert scheduler.rungs == ((200,) if name == "none" else (12, 200))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("full", "`fidelity` must be none, or a mapping of keys to values, got 'full'"),
        (
            "{scheduler: none, min_epochs: 2}",
            "`fidelity.min_epochs` means nothing with `scheduler: none`; it is for halving and"
            " hyperband",
        ),
        (
            "{num_brackets: 2}",
            "`fidelity.num_brackets` means nothing with `scheduler: halving`; it is for hyperband",
        ),
        (
            "{scheduler: hyperband, num_brackets: 4}",
            "`fidelity.num_brackets` (=4) must not exceed the number of rungs (=3: 1, 3, 9 epochs)",
        ),
    ],
)
def test_a_fidelity_that_makes_no_sense(text: str, message: str) -> None:
    with pytest.raises(ExperimentFileError) as error:
        _fidelity(text)
    assert str(error.value).endswith(message)


def test_full_training_stops_nobody() -> None:
    scheduler = FullTraining(9)
    scheduler.record(0, 1, {"accuracy": 1.0})
    assert all(scheduler.promotes(1, epochs, {"accuracy": 0.0}) for epochs in range(1, 9))
    assert not scheduler.promotes(1, 9, {"accuracy": 0.0})


def test_bracket_sizes_are_those_of_the_paper() -> None:
    """Li et al. 2018, table 1: R = 81, eta = 3."""
    assert bracket_sizes(5, 3) == (81, 34, 15, 8, 5)
    assert bracket_sizes(1, 3) == (1,)


@pytest.mark.parametrize("sizes", [(81, 34, 15, 8, 5), (9, 5, 3), (1,), (4, 4)])
def test_every_stretch_of_trials_is_mixed_as_the_whole(sizes: tuple[int, ...]) -> None:
    total = sum(sizes)
    order = list(islice(interleaved(sizes), 2 * total))
    assert Counter(order[:total]) == Counter(dict(enumerate(sizes)))
    assert order[total:] == order[:total]
    for stop, index in product(range(1, total), range(len(sizes))):
        assert abs(order[:stop].count(index) - stop * sizes[index] / total) < len(sizes)


def test_a_trial_is_compared_within_its_bracket_only() -> None:
    scheduler = Hyperband((1, 3, 9), 3, ("accuracy",))
    by_bracket = {b: [n for n in range(17) if scheduler.bracket(n) == b] for b in range(3)}
    assert [len(members) for members in by_bracket.values()] == [9, 5, 3]
    best, worst = by_bracket[0][:2]
    scheduler.record(best, 1, {"accuracy": 0.9})
    assert not scheduler.promotes(worst, 1, {"accuracy": 0.1})
    later, later_worst = by_bracket[1][:2]
    assert scheduler.promotes(later, 1, {"accuracy": 0.0})  # before its first rung
    assert scheduler.promotes(later, 3, {"accuracy": 0.2})
    scheduler.record(best, 3, {"accuracy": 0.9})  # another bracket
    assert not scheduler.promotes(later_worst, 3, {"accuracy": 0.1})
    never = by_bracket[2]
    assert all(scheduler.promotes(number, 3, {"accuracy": 0.0}) for number in never)
    assert not scheduler.promotes(never[0], 9, {"accuracy": 1.0})


def test_the_number_of_a_trial_alone_decides_its_bracket() -> None:
    """Whatever was asked before, as after a resumption; and far numbers cost no table."""
    late, early = (Hyperband(tuple(2**i for i in range(30)), 2, TWO) for _ in range(2))
    assert late.bracket(1000) == [early.bracket(number) for number in range(1001)][-1]


def test_fewer_brackets_are_those_that_judge_earliest() -> None:
    scheduler = Hyperband((1, 3, 9, 27), 3, TWO, num_brackets=2)
    assert scheduler.bracket_sizes == (27, 12)
    assert {scheduler.bracket(number) for number in range(39)} == {0, 1}


@pytest.mark.parametrize("scheduler", ["halving", "hyperband"])
def test_decisions_do_not_hang_on_the_order_of_the_records(scheduler: str) -> None:
    """A resumed study reads its curves trial by trial, not in the order in which they came."""
    values = {n: {"accuracy": 0.5 + (n * 7 % 5) / 10, "flops": 1.0 + n % 3} for n in range(12)}

    def decisions(order: list[int]) -> list[bool]:
        made: Scheduler = make_scheduler(FidelitySpec(scheduler=scheduler, min_epochs=1), TWO)  # type: ignore[arg-type]
        for number in order:
            made.record(number, 1, values[number])
        return [made.promotes(number, 1, values[number]) for number in range(12)]

    forward = decisions(list(range(12)))
    assert decisions(list(reversed(range(12)))) == forward
    assert decisions([*range(1, 12, 2), *range(0, 12, 2)]) == forward
    assert len(set(forward)) == 2


def test_a_search_without_a_scheduler_trains_all_fully(store: Store) -> None:
    search = _search(store, "{scheduler: none, max_epochs: 4}")
    search.run()
    trials = store.trials(search.study)
    assert [(trial.state, trial.epochs) for trial in trials] == [("COMPLETE", 4)] * 24


def test_a_search_with_hyperband(store: Store) -> None:
    """Rungs 1, 2, 4 and factor 2: sizes 4, 3, 3 a cycle of ten. The last bracket stops nobody."""
    search = _search(
        store,
        "{scheduler: hyperband, max_epochs: 4, min_epochs: 1, reduction_factor: 2}",
    )
    search.run()
    scheduler = Hyperband((1, 2, 4), 2, TWO)
    assert scheduler.bracket_sizes == (4, 3, 3)
    stopped_after = {
        (scheduler.bracket(trial.number), trial.epochs)
        for trial in store.trials(search.study)
        if trial.state == "PRUNED"
    }
    assert stopped_after
    assert stopped_after <= {(0, 1), (0, 2), (1, 2)}


def test_a_pruned_trial_keeps_its_curve_in_optuna_and_sql(store: Store) -> None:
    search = _search(store, "{max_epochs: 9, min_epochs: 2, reduction_factor: 2}")
    curves: dict[int, list[list[float]]] = {}
    while (proposal := search.begin()) is not None:
        search.train(proposal)
        numbers = range(1, store.trials(search.study)[proposal.number].epochs + 1)
        curves[proposal.number] = [[n, accuracy_of(proposal, n)] for n in numbers]
    pruned = [trial for trial in store.trials(search.study) if trial.state == "PRUNED"]
    assert pruned
    in_optuna = {trial.number: trial for trial in search.optuna.study.get_trials()}
    in_sql: dict[int, list[list[float]]] = {}
    for epoch in store.epochs(search.study):
        in_sql.setdefault(epoch.number, []).append([epoch.epochs, epoch.accuracy])
    for trial in pruned:
        assert in_optuna[trial.number].state.name == "PRUNED"
        assert in_optuna[trial.number].user_attrs["curve"] == curves[trial.number]
        assert in_sql[trial.number] == curves[trial.number]
    search.end()


@pytest.mark.parametrize("scheduler", ["halving", "hyperband", "none"])
def test_a_resumed_search_with_two_workers_decides_the_same(
    scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two trials take turns; cut off where both have ended, and gone on with from the database."""
    factor = "" if scheduler == "none" else ", reduction_factor: 2"
    fidelity = f"{{scheduler: {scheduler}, max_epochs: 4{factor}}}"
    found = []
    for cuts in ((), (3, 6)):
        folder = tmp_path_factory.mktemp("study")
        pairs = 0
        for cut in (*cuts, None):
            store = Store(f"sqlite:///{folder / 'nas.db'}")
            search = _search(store, fidelity)
            while pairs != cut and (pair := [search.begin(), search.begin()])[0] is not None:
                _take_turns(search, [proposal for proposal in pair if proposal is not None])
                pairs += 1
            found.append([(t.architecture, t.state, t.epochs) for t in store.trials(search.study)])
            search.optuna.close()
            store.close()
    assert found[0] == found[-1]
    assert len(found[0]) == 24


def _take_turns(search: Search, running: list[Proposal]) -> None:
    """The later trial reports first."""
    for epoch in range(1, 10):
        for proposal in list(reversed(running)):
            accuracy = accuracy_of(proposal, epoch)
            if not search.session.report(proposal.number, epoch, accuracy, 1.0, 2.0):
                running.remove(proposal)
