"""What the session does with failures: who is tried again, what is recorded, when it ends."""

import pytest
from search_kit import SIX, Search, experiment_file

from nas.runner.failures import ADVICE, MAX_ALIKE_IN_A_ROW, MAX_IN_A_ROW, FailurePolicy
from nas.store import Store
from search_spaces.errors import SearchError
from workers.failure import Failure, FailureKind

LOST = Failure(FailureKind.WORKER_LOST, "the worker process ended unexpectedly", "Ray says ...")
MANY = SIX.replace(
    "width_mult: [1.0, 2.0, 3.0]", "width_mult: [1, 2, 3, 4, 5, 6, 7, 8, 9]"
).replace("[1, 3]", "[1, 3, 5, 7]")
"""36 architectures."""


def _failure(kind: FailureKind, reason: str = "a reason") -> Failure:
    return Failure(kind, reason)


def _fours(text: str = SIX) -> str:
    return text.replace("max_epochs: 2, min_epochs: 2", "max_epochs: 4, min_epochs: 2")


# Who is tried again


@pytest.mark.parametrize(
    ("kind", "times"),
    [
        (FailureKind.WORKER_LOST, 2),
        (FailureKind.NODE_LOST, 2),
        (FailureKind.OUT_OF_MEMORY, 1),
        (FailureKind.HUNG, 1),
        (FailureKind.TIME_LIMIT, 0),
        (FailureKind.NON_FINITE_LOSS, 0),
        (FailureKind.EVALUATOR_ERROR, 0),
        (FailureKind.SETUP_ERROR, 0),
    ],
)
def test_transient_failures_are_tried_again(kind: FailureKind, times: int) -> None:
    policy = FailurePolicy(max_retries=2)
    again = [policy.tries_again(0, _failure(kind)) for _ in range(4)]
    assert again == [True] * times + [False] * (4 - times)
    assert policy.retries(0) == times
    assert policy.retries(1) == 0


def test_all_retries_of_a_trial_count_together() -> None:
    policy = FailurePolicy(max_retries=2)
    kinds = [FailureKind.HUNG, FailureKind.OUT_OF_MEMORY, FailureKind.WORKER_LOST]
    assert [policy.tries_again(0, _failure(kind)) for kind in kinds] == [True, True, False]


def test_no_retries_where_none_are_wanted() -> None:
    assert not FailurePolicy(max_retries=0).tries_again(0, LOST)


def test_a_worker_replaced_for_its_memory_costs_its_trial_nothing() -> None:
    policy = FailurePolicy(max_retries=0)
    assert all(policy.tries_again(0, _failure(FailureKind.WORKER_REPLACED)) for _ in range(5))
    assert policy.retries(0) == 0


def test_every_kind_has_advice() -> None:
    assert set(ADVICE) == set(FailureKind)


def test_a_worker_without_its_gpu_ends_the_search_and_costs_no_trial(store: Store) -> None:
    """One that is given no device fails at once, and would take one network after another."""
    search = Search(store, experiment_file())
    proposal = search.begin()
    assert proposal is not None
    reason = "a worker on node7: a GPU is wanted, and PyTorch 2.13 is a build for CPUs alone"
    failure = _failure(FailureKind.NO_DEVICE, reason)
    assert search.session.fail(proposal.number, failure)  # it comes again
    assert search.session.propose() is None
    with pytest.raises(SearchError, match=f"^{reason}; give each node a GPU and a PyTorch that"):
        search.session.raise_error()
    assert search.end() == "INTERRUPTED"
    (trial,) = store.trials(search.study)
    assert (trial.state, trial.retries, trial.failure) == ("WAITING", 0, None)


# When a search stops


def test_ten_failures_of_one_cause_end_the_search(store: Store) -> None:
    search = Search(store, experiment_file(MANY))
    while (proposal := search.begin()) is not None:
        reason = f"ValueError: network {proposal.number} is not to my taste"
        search.session.fail(proposal.number, _failure(FailureKind.EVALUATOR_ERROR, reason))
    assert len(search.trained) == MAX_ALIKE_IN_A_ROW == 10
    expected = (
        "10 trials failed one after another of one cause; the last: evaluator error: ValueError: "
        "network 9 is not to my taste; correct the evaluator"
    )
    with pytest.raises(SearchError, match=expected):
        search.session.raise_error()
    assert search.end() == "INTERRUPTED"
    assert search.optuna.running() == []


def test_failures_of_changing_causes_end_it_later(store: Store) -> None:
    search = Search(store, experiment_file(MANY))
    kinds = (FailureKind.NON_FINITE_LOSS, FailureKind.TIME_LIMIT)
    while (proposal := search.begin()) is not None:
        search.session.fail(proposal.number, _failure(kinds[proposal.number % 2]))
    assert len(search.trained) == MAX_IN_A_ROW
    with pytest.raises(SearchError, match="30 trials failed one after another; the last: time lim"):
        search.session.raise_error()
    search.end()


def test_exceptions_of_several_types_are_several_causes(store: Store) -> None:
    search = Search(store, experiment_file(MANY))
    while (proposal := search.begin()) is not None:
        error = (ValueError, KeyError)[proposal.number % 2]("the same words")
        search.session.fail(proposal.number, Failure.of(error))
    assert len(search.trained) == MAX_IN_A_ROW
    search.end()


def test_failures_between_successes_do_not_end_it(store: Store) -> None:
    search = Search(store, experiment_file(MANY.replace("num_trials: 12", "num_trials: 15")))
    while (proposal := search.begin()) is not None:
        if proposal.number % 2:
            search.session.fail(proposal.number, _failure(FailureKind.NON_FINITE_LOSS))
        else:
            search.train(proposal)
    search.session.raise_error()
    assert search.session.progress.num_failed > MAX_ALIKE_IN_A_ROW
    assert search.end() == "COMPLETE"


def test_epochs_before_a_failure_are_no_success(store: Store) -> None:
    """Trials that all fail in their second epoch end the search, though all reported the first."""
    search = Search(store, experiment_file(MANY))
    while (proposal := search.begin()) is not None:
        search.train(proposal, epochs=1)
        search.session.fail(proposal.number, _failure(FailureKind.NON_FINITE_LOSS))
    assert len(search.trained) == MAX_ALIKE_IN_A_ROW
    search.end()


# A trial that is tried again


def test_lost_trial_comes_again_next_and_goes_on_with_its_curve(store: Store) -> None:
    search = Search(store, experiment_file(_fours()))
    first = search.begin()
    assert first is not None
    search.train(first, epochs=3)
    assert search.session.fail(first.number, LOST)
    (trial,) = store.trials(search.study)
    assert (trial.state, trial.epochs, trial.retries) == ("WAITING", 3, 1)
    assert search.session.progress.running == {}
    assert search.notices == [
        "trial 0 is tried again: worker lost: the worker process ended unexpectedly"
    ]

    again = search.begin()
    assert again is not None
    assert (again.number, again.network) == (first.number, first.network)
    assert search.session.progress.running == {0: 3}
    assert search.session.report(0, 3, 0.9, 9.0, 2.0)  # the epoch after the last rung, repeated
    assert [e.accuracy for e in store.epochs(search.study)][2] != 0.9
    assert not search.session.report(0, 4, 0.75, 1.0, 2.0)
    (trial,) = store.trials(search.study)
    assert (trial.state, trial.epochs, trial.train_s, trial.retries) == ("COMPLETE", 4, 8.0, 1)
    assert [e.epochs for e in store.epochs(search.study)] == [1, 2, 3, 4]
    search.end()


def test_trial_lost_too_often_fails_and_another_is_trained_instead(store: Store) -> None:
    search = Search(store, experiment_file(SIX.replace("num_trials: 12", "num_trials: 2")))
    numbers = []
    while (proposal := search.begin()) is not None:
        numbers.append(proposal.number)
        if proposal.number == 0:
            search.session.fail(0, LOST)
        else:
            search.train(proposal)
    assert numbers == [0, 0, 0, 1, 2]
    assert [t.state for t in store.trials(search.study)] == ["FAIL", "COMPLETE", "COMPLETE"]
    assert store.trials(search.study)[0].retries == 2
    assert search.end() == "COMPLETE"


def test_the_last_trials_are_tried_again_too(store: Store) -> None:
    """Nothing new is proposed any more, but the search is not over while a trial may fail."""
    search = Search(store, experiment_file(SIX.replace("num_trials: 12", "num_trials: 1")))
    proposal = search.begin()
    assert proposal is not None
    assert search.begin() is None
    assert not search.session.is_over()
    search.session.fail(0, LOST)
    again = search.begin()
    assert again is not None
    assert again.number == 0
    search.train(again)
    assert search.begin() is None
    assert search.session.is_over()
    assert search.session.progress.ended == "1 trial"
    search.end()


def test_a_failure_after_the_last_proposal_is_replaced(store: Store) -> None:
    search = Search(store, experiment_file(SIX.replace("num_trials: 12", "num_trials: 1")))
    assert search.begin() is not None
    assert search.begin() is None
    search.session.fail(0, _failure(FailureKind.NON_FINITE_LOSS))
    assert search.run() == "COMPLETE"
    assert [t.state for t in store.trials(search.study)] == ["FAIL", "COMPLETE"]


def test_a_trial_lost_while_the_search_stops_comes_with_the_next_launch(store: Store) -> None:
    search = Search(store, experiment_file())
    assert search.begin() is not None
    search.session.request_stop("stopped by hand")
    assert search.session.fail(0, LOST)
    assert search.begin() is None
    assert search.session.is_over()
    assert search.end() == "INTERRUPTED"
    again = Search(store, experiment_file())
    assert again.run() == "COMPLETE"
    assert again.trained[0] == search.trained[0]
    assert {t.state for t in store.trials(again.study)} == {"COMPLETE"}
