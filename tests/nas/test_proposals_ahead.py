"""When a further trial is proposed: one more than run, while all workers train.

Tune is given it when a worker is free; at once where Ray adds nodes for trials that wait.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ray.tune.search import Searcher
from search_kit import SIX, Search, experiment_file

from nas.runner.checkpoint_files import Folder
from nas.runner.checkpoints import Checkpoints
from nas.runner.recorder import TrialRecorder
from nas.runner.tune import RecorderLink, SessionSearcher
from nas.runner.watchdog import Watchdog
from nas.store import Store
from nas.store.workspace import Workspace


class Workers:
    """Stands for Tune: asks for trials, and trains them in the order in which it is told to.

    Attributes:
        suggested: Architecture of each trial by its number, in the order of the proposals.
    """

    def __init__(self, search: Search, folder: Path, *, may_grow: bool) -> None:
        self.session, self.search = search.session, search
        workspace = Workspace(folder, search.study.name)
        kept = Checkpoints(Folder(str(folder)), search.store, search.study, lambda text: None)
        recorder = TrialRecorder(search.session, workspace, kept, Watchdog(lambda: 0.0))
        experiment = search.file.experiment
        self.searcher = SessionSearcher(
            RecorderLink(recorder), experiment.fidelity, experiment.seed, experiment.workers,
            may_grow=may_grow,
        )  # fmt: skip
        self.suggested: dict[int, str] = {}

    def ask(self) -> Any:
        """The number of a further trial; None for now, or that there are no more."""
        given = self.searcher.suggest("0000")
        if given is None or given == Searcher.FINISHED:
            return given
        number: int = given["trial"].number
        self.suggested[number] = self.architecture(number)
        return number

    def architecture(self, number: int) -> str:
        return self.search.store.trials(self.search.study)[number].architecture

    def num_proposed(self) -> int:
        return len(self.search.store.trials(self.search.study))

    def start(self, number: int) -> None:
        self.session.start(number, "worker")

    def end(self, number: int) -> None:
        for epoch in (1, 2):
            self.session.report(number, epoch, 0.1 + number / 100, None, 2.0)


MakeWorkers = Callable[..., Workers]

either = pytest.mark.parametrize("may_grow", [False, True])


@pytest.fixture
def workers(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeWorkers:
    def make(slots: int, text: str, *, may_grow: bool = False) -> Workers:
        monkeypatch.setattr("nas.runner.tune.num_slots", lambda workers: slots)
        search = Search(store, experiment_file(text))
        return Workers(search, tmp_path / "checkpoints", may_grow=may_grow)

    return make


def test_a_trial_is_proposed_while_all_train_and_given_to_the_worker_that_is_free(
    workers: MakeWorkers,
) -> None:
    two = workers(2, SIX)
    assert [two.ask(), two.ask(), two.ask()] == [0, 1, None]
    two.start(0)
    assert two.ask() is None
    assert two.num_proposed() == 2
    two.start(1)
    assert [two.ask(), two.ask()] == [None, None]
    assert two.num_proposed() == 3  # known to the database, not to Tune
    two.end(1)
    assert two.ask() == 2
    assert two.ask() is None
    assert two.num_proposed() == 3
    two.start(2)
    assert two.ask() is None
    assert two.num_proposed() == 4


def test_where_ray_may_grow_a_trial_waits_for_it(workers: MakeWorkers) -> None:
    two = workers(2, SIX, may_grow=True)
    assert [two.ask(), two.ask(), two.ask()] == [0, 1, None]
    two.start(0)
    assert two.ask() is None
    two.start(1)
    assert [two.ask(), two.ask()] == [2, None]
    two.end(1)
    assert two.ask() is None  # trial 2 waits for the worker that is free
    two.start(2)
    assert [two.ask(), two.ask()] == [3, None]


@either
@pytest.mark.parametrize("slots", [1, 2, 3])
def test_none_is_proposed_too_many(slots: int, may_grow: bool, workers: MakeWorkers) -> None:
    text = SIX.replace("num_trials: 12", "num_trials: 5")
    some = workers(slots, text, may_grow=may_grow)
    waiting: list[int] = []
    running: list[int] = []
    while (number := some.ask()) != Searcher.FINISHED:
        if number is not None:
            waiting.append(number)
        elif waiting and len(running) < slots:
            running.append(waiting.pop(0))
            some.start(running[-1])
        else:
            some.end(running.pop(0))
    assert not waiting
    assert not running
    assert list(some.suggested) == list(range(5))
    assert len(set(some.suggested.values())) == 5
    assert {t.state for t in some.search.store.trials(some.search.study)} == {"COMPLETE"}
    assert not some.search.optuna.running()
    assert some.search.end() == "COMPLETE"


@either
def test_one_worker_proposes_from_all_results_but_that_of_the_trial_that_runs(
    workers: MakeWorkers, may_grow: bool
) -> None:
    """The same as where trials 0 and 1 are proposed at once, and one more after each result."""
    text = SIX.replace("sampler: random", "sampler: cost_aware")
    by_hand = workers(1, text.replace("name: six", "name: hand"))
    expected = [by_hand.session.propose(), by_hand.session.propose()]
    for number in range(4):
        by_hand.start(number)
        by_hand.end(number)
        expected.append(by_hand.session.propose())
    one = workers(1, text, may_grow=may_grow)
    assert [one.ask(), one.ask()] == [0, None]
    for number in range(5):
        one.start(number)
        before = one.ask()
        one.end(number)
        given = (None, number + 1)  # the next one starts before another is proposed
        assert (before, one.ask()) == (given[::-1] if may_grow else given)
    found = [proposal.network.id for proposal in expected if proposal is not None]
    assert list(one.suggested.values()) == found
