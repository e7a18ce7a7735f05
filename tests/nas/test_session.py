"""A search driven without Ray: what is trained, what is recorded, and how it goes on."""

import sqlite3
from collections import Counter

import optuna
import pytest
from search_kit import SIX, Search, experiment_file

from nas.config import ExperimentFile
from nas.store import Store
from nas.store.results import pareto_front
from search_spaces.errors import StoreError
from workers.failure import Failure, FailureKind

LARGER = """
name: larger
seed: 7
dataset: {name: cluttered_digits}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages:
    - out_channels: [8, 16]
      stride: 2
      num_blocks: [1, 2]
      block: [standard: {kernel_size: [1, 3]}, separable: {kernel_size: [3, 5]}]
constraints: {params: 12k}
search: {num_trials: 12, sampler: SAMPLER}
fidelity: {max_epochs: 4, min_epochs: 1, reduction_factor: 2}
"""

BROKEN = Failure(FailureKind.NON_FINITE_LOSS, "train_loss was nan after epoch 1", "Traceback ...")


def _larger(sampler: str) -> ExperimentFile:
    return experiment_file(LARGER.replace("SAMPLER", sampler))


def _optuna_trials(search: Search) -> dict[int, optuna.trial.FrozenTrial]:
    return {trial.number: trial for trial in search.optuna.study.get_trials()}


def test_a_space_of_six_is_trained_six_times(store: Store) -> None:
    search = Search(store, experiment_file())
    assert search.run() == "COMPLETE"
    assert len(search.trained) == len(set(search.trained)) == 6
    assert search.session.progress.ended == "all 6 architectures within the budgets are known"
    assert [trial.state for trial in store.trials(search.study)] == ["COMPLETE"] * 6
    assert store.study("six").state == "COMPLETE"


def test_nothing_is_left_to_do_for_a_second_launch(store: Store) -> None:
    Search(store, experiment_file()).run()
    again = Search(store, experiment_file())
    assert not again.session.has_work()
    assert again.session.progress.ended == "all 6 architectures within the budgets are known"
    assert again.session.progress.num_complete == 6
    assert again.run() == "COMPLETE"
    assert again.trained == []


def test_values_that_mean_the_same_network_are_trained_once(store: Store) -> None:
    """Dilation of a 1x1 kernel changes nothing: 3 widths of kernels 1, 3, and 3 with dilation 2."""
    text = SIX.replace("kernel_size: [1, 3]", "kernel_size: [1, 3], dilation: [1, 2]")
    search = Search(store, experiment_file(text))
    assert search.problem.num_combinations() == 12
    search.run()
    assert Counter(search.trained).most_common(1)[0][1] == 1
    assert len(search.trained) == 9


def test_it_ends_at_the_number_of_trials(store: Store) -> None:
    search = Search(store, experiment_file(SIX.replace("num_trials: 12", "num_trials: 4")))
    assert search.run() == "COMPLETE"
    assert len(search.trained) == 4
    assert search.session.progress.ended == "4 trials"


def test_more_trials_go_on_where_it_ended(store: Store) -> None:
    Search(store, experiment_file().with_num_trials(2)).run()
    more = Search(store, experiment_file().with_num_trials(5))
    assert more.session.has_work()
    more.run()
    assert len(more.trained) == 3
    assert len(store.trials(more.study)) == 5


def test_it_ends_at_the_time_limit(store: Store) -> None:
    text = SIX.replace("num_trials: 12", "num_trials: 12, time_limit: 10s")
    search = Search(store, experiment_file(text))
    first = search.begin()
    assert first is not None
    search.now[0] = 10.0
    assert search.begin() is None
    search.train(first)  # what runs may end
    assert search.end() == "COMPLETE"
    assert search.session.progress.ended == "the time limit"


def test_budgets_hold(store: Store) -> None:
    """8 channels: 72 + 16 + 64 + 16 + 90 = 258 parameters with kernel 1, 770 with kernel 3.

    16 channels: 144 + 32 + 256 + 32 + 170 = 634 with kernel 1. 24 channels: 1,138 with kernel 1.
    """
    text = SIX.replace("search:", "constraints: {params: 800}\nsearch:")
    search = Search(store, experiment_file(text))
    assert search.run() == "COMPLETE"
    assert sorted(trial.params for trial in store.trials(search.study)) == [258, 634, 770]
    assert search.session.progress.ended == "all 3 architectures within the budgets are known"


def test_halving_stops_trials_and_a_stopped_one_is_not_complete(store: Store) -> None:
    search = Search(store, _larger("random"))
    search.run()
    trials = store.trials(search.study)
    states = Counter(trial.state for trial in trials)
    assert states["PRUNED"] > 0
    assert states["COMPLETE"] > 0
    assert {t.epochs for t in trials if t.state == "COMPLETE"} == {4}
    assert {t.epochs for t in trials if t.state == "PRUNED"} <= {1, 2}
    assert all(trial.state == "COMPLETE" for trial in search.session.front())
    assert search.session.progress.num_pruned == states["PRUNED"]


@pytest.mark.parametrize("sampler", ["cost_aware", "tpe", "random"])
def test_interrupted_search_is_the_search_that_was_not(
    sampler: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Cut off within a trial, and again between two trials: equal architectures and results."""
    results = []
    for name, cuts in (("whole", ()), ("cut", (5, 10))):
        folder = tmp_path_factory.mktemp(name)
        for cut in (*cuts, None):
            store = Store(f"sqlite:///{folder / 'nas.db'}")
            search = Search(store, _larger(sampler))
            while (proposal := search.begin()) is not None:
                if proposal.number == cut:
                    search.train(proposal, epochs=1 if cut == 5 else 0)
                    break
                search.train(proposal)
            if cut is None:
                search.end()
                results.append(
                    [(t.architecture, t.state, t.accuracy, t.epochs, t.train_s)
                     for t in store.trials(search.study)]
                )  # fmt: skip
            search.optuna.close()
            store.close()
    assert results[0] == results[1]


def test_interrupted_trials_come_again_and_finished_ones_do_not(store: Store) -> None:
    first = Search(store, experiment_file())
    done = first.begin()
    assert done is not None
    first.train(done)
    running = [first.begin(), first.begin()]  # two workers
    assert running[0] is not None
    first.train(running[0], epochs=1)
    first.session.request_stop("interrupted")
    assert first.begin() is None
    assert first.end() == "INTERRUPTED"
    assert len(first.optuna.running()) == 2

    second = Search(store, experiment_file())
    assert second.session.progress.num_complete == 1
    assert [t.state for t in store.trials(second.study)] == ["COMPLETE", "WAITING", "WAITING"]
    assert second.run() == "COMPLETE"
    assert second.trained[:2] == first.trained[1:]
    assert first.trained[0] not in second.trained
    assert len(first.trained) + len(second.trained) == 6 + 2
    assert second.optuna.running() == []
    assert [t.epochs for t in store.trials(second.study)] == [2] * 6  # no epoch counted twice


def test_killed_between_optuna_and_our_tables(store: Store) -> None:
    """Optuna has a trial that we never wrote: it is proposed again, under its number."""
    first = Search(store, experiment_file())
    number, values = first.optuna.ask(first.problem)
    stray = first.problem.candidate(values).architecture
    first.optuna.annotate(number, {"architecture": stray})
    first.optuna.close()

    second = Search(store, experiment_file())
    assert second.run() == "COMPLETE"
    assert second.trained[0] == stray
    assert len(second.trained) == 6
    states = Counter(trial.state.name for trial in _optuna_trials(second).values())
    assert states == {"COMPLETE": 6}


def test_a_stray_that_may_not_be_trained_is_given_up(store: Store) -> None:
    """A sampler that does not repeat itself: what Optuna holds of trial 1 is trial 0 again."""
    first = Search(store, experiment_file())
    proposal = first.begin()
    assert proposal is not None
    first.train(proposal)
    first.optuna.ask(first.problem)
    connection = first.optuna._storage.engine.raw_connection()
    connection.cursor().execute(
        "UPDATE trial_params SET param_value = (SELECT p.param_value FROM trial_params p WHERE "
        "p.trial_id = 1 AND p.param_name = trial_params.param_name) WHERE trial_id = 2"
    )
    connection.commit()
    connection.close()
    first.optuna.close()

    second = Search(store, experiment_file())
    assert second.run() == "COMPLETE"
    assert len(second.trained) == len({*first.trained, *second.trained}) - 1 == 5
    states = [trial.state.name for trial in _optuna_trials(second).values()]
    assert states == ["COMPLETE", "FAIL", *["COMPLETE"] * 5]


def test_killed_between_our_tables_and_optuna(store: Store) -> None:
    """We wrote how a trial ended and Optuna was not told: it is told at the next start."""
    first = Search(store, experiment_file())
    proposal = first.begin()
    assert proposal is not None
    first.session._optuna.tell = lambda *arguments: None  # type: ignore[method-assign]
    first.train(proposal)
    assert first.optuna.running() == [0]
    first.optuna.close()

    second = Search(store, experiment_file())
    assert second.optuna.running() == []
    told = _optuna_trials(second)[0]
    assert told.state.name == "COMPLETE"
    (trial,) = store.trials(second.study)
    assert told.values == [trial.accuracy, trial.flops]
    second.optuna.close()


def test_optuna_says_what_our_tables_say(store: Store) -> None:
    search = Search(store, _larger("tpe"))
    search.run()
    told = _optuna_trials(search)
    trials = store.trials(search.study)
    assert set(told) == {trial.number for trial in trials}
    for trial in trials:
        same = told[trial.number]
        assert same.state.name == trial.state
        assert same.params == trial.choices
        assert same.user_attrs["architecture"] == trial.architecture
        assert same.user_attrs["flops"] == trial.flops
        assert len(same.user_attrs["curve"]) == trial.epochs
        if trial.state == "COMPLETE":
            assert same.values == [trial.accuracy, trial.flops]
    best = {trial.number for trial in search.optuna.study.best_trials}
    assert {t.number for t in pareto_front(trials, ("accuracy", "flops"))} == best
    assert [d.name for d in search.optuna.study.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert search.optuna.study.metric_names == ["accuracy", "flops"]


def test_both_stand_in_one_database(url: str, store: Store) -> None:
    Search(store, experiment_file()).run()
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    same = connection.execute(
        "SELECT t.state = o.state FROM nas_trials t JOIN trials o ON o.number = t.number"
    ).fetchall()
    connection.close()
    assert same == [(1,)] * 6


def test_failures_are_recorded_and_another_is_trained_instead(store: Store) -> None:
    search = Search(store, experiment_file(SIX.replace("num_trials: 12", "num_trials: 3")))
    failed = search.begin()
    assert failed is not None
    assert not search.session.fail(failed.number, BROKEN)
    assert search.run() == "COMPLETE"
    states = [(t.state, t.failure, t.failure_kind) for t in store.trials(search.study)]
    reason = "non finite loss: train_loss was nan after epoch 1"
    assert states == [("FAIL", reason, "non_finite_loss")] + [("COMPLETE", None, None)] * 3
    assert store.traceback(search.study, failed.number) == "Traceback ..."
    assert search.notices == [f"trial 0 failed: {reason}"]
    assert _optuna_trials(search)[0].state.name == "FAIL"
    assert _optuna_trials(search)[0].user_attrs["failure"] == reason
    assert search.trained.count(failed.network.id) == 1
    assert search.session.progress.num_failed == 1
    assert search.session.progress.last_failure == f"trial 0: {reason}"


def test_progress_follows_the_search(store: Store) -> None:
    search = Search(store, experiment_file())
    proposal = search.begin()
    assert proposal is not None
    progress = search.session.progress
    assert progress.running == {0: 0}
    search.train(proposal, epochs=1)
    assert progress.running == {0: 1}
    assert (progress.num_done, progress.best_accuracy) == (0, None)
    search.session.report(0, 2, 0.625, 1.0, 2.0)
    assert progress.running == {}
    assert (progress.num_done, progress.best_accuracy, progress.front_size) == (1, 0.625, 1)
    assert progress.train_s == 4.0
    search.end()


def test_a_database_that_fails_is_told_of(store: Store) -> None:
    """A second report of the same epoch is refused by the database, and nothing is counted."""
    search = Search(store, experiment_file())
    proposal = search.begin()
    assert proposal is not None
    search.session.report(0, 1, 0.5, 1.0, 2.0)
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        search.session.report(0, 1, 0.9, 1.0, 2.0)
    assert search.session.progress.train_s == 2.0
    search.end()
