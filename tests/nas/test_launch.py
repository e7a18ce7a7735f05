"""A launch from another program: it runs off the main thread, and leaves the process as it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from search_kit import experiment_values

import nas
from nas.runner.host_process import used_by_search
from nas.runner.progress import StoppableObserver
from nas.runner.stopping import interruptible
from search_spaces.errors import SearchError


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the other program saw."""
    program = Path(__file__).with_name("other_program_kit.py")
    values = experiment_values("other")
    values["search"] = {"num_trials": 6, "sampler": "random", "reuse": False}
    folder = tmp_path_factory.mktemp("other")
    done = subprocess.run(
        [sys.executable, program, folder, json.dumps(values)],
        capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
def test_a_thread_searches_to_the_end(said: dict[str, Any]) -> None:
    assert said["own"] == ["COMPLETE", "6 trials", None]


@pytest.mark.slow
def test_signals_are_the_programs_while_a_thread_searches(said: dict[str, Any]) -> None:
    """Ray's core takes SIGTERM when it starts, from any thread, and would end the process."""
    assert said["signals"] == ["SIGTERM"]


@pytest.mark.slow
def test_sigterm_ends_a_search_of_the_main_thread_in_good_order(said: dict[str, Any]) -> None:
    assert said["terminated"] == "INTERRUPTED"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"),
    [("before", "after_search"), ("before", "after_own"), ("with_ray", "with_ray_after")],
)
def test_the_process_is_as_it_was(before: str, after: str, said: dict[str, Any]) -> None:
    for what, was in said[before].items():
        assert said[after][what] == was, what


@pytest.mark.slow
def test_stop_reaches_a_search_in_a_thread(said: dict[str, Any]) -> None:
    """The main thread sleeps meanwhile: a KeyboardInterrupt there would have ended the program."""
    state, _, (code, text) = said["stopped"]
    assert (state, code) == ("INTERRUPTED", 0)
    assert "stopped: stopped; it is interrupted" in text


@pytest.mark.slow
def test_one_that_is_to_end_at_once_waits_for_nothing(said: dict[str, Any]) -> None:
    """Its epochs take ten minutes."""
    state, reason, _ = said["at_once"]
    assert (state, reason) == ("INTERRUPTED", "stopped at once")
    assert said["at_once_s"] < 120


@pytest.mark.slow
def test_a_second_one_at_the_same_time_is_refused(said: dict[str, Any]) -> None:
    assert "a process runs one search at a time" in said["at_once"][-1]


@pytest.mark.slow
def test_ctrl_c_in_a_notebook(said: dict[str, Any]) -> None:
    assert said["interrupted"] == "INTERRUPTED"


@pytest.mark.slow
def test_ctrl_c_twice_in_a_notebook_ends_it_at_once(said: dict[str, Any]) -> None:
    assert said["twice"] == "INTERRUPTED"


@pytest.mark.slow
def test_a_ray_of_the_program_goes_on_and_is_free(said: dict[str, Any]) -> None:
    assert not said["ray_is_left"]  # which a launch had started
    assert said["ray"]
    assert said["free"] < 60
    assert said["free_at_once"] < 60
    assert said["free_twice"] < 60


def test_what_is_stopped_before_it_begins_leaves_no_study(url: str, tmp_path: Path) -> None:
    stop = nas.StopRequest()
    stop.ask()
    with pytest.raises(nas.StoppedError, match="stopped before anything more was trained"):
        nas.launch(
            experiment_values("never"), storage=url, folder=tmp_path, progress=False, stop=stop
        )
    assert not (tmp_path / "nas.db").exists()


def test_a_process_can_search_again_when_a_search_has_ended() -> None:
    refused: list[str] = []

    def other() -> None:
        try:
            with used_by_search():
                pass
        except SearchError as error:
            refused.append(str(error))

    for _ in range(2):
        with used_by_search():
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
    other()
    assert len(refused) == 2


def test_the_first_signal_asks_whoever_looks_and_the_second_ends_it() -> None:
    before, told = signal.getsignal(signal.SIGINT), list[str]()
    with interruptible(told.append) as stop:
        with pytest.raises(KeyboardInterrupt):  # nobody looks yet
            signal.raise_signal(signal.SIGINT)
        assert not stop.is_asked
        with stop.heard():
            signal.raise_signal(signal.SIGTERM)
            assert (stop.is_asked, stop.is_now) == (True, False)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    assert told == ["stopping; once more to stop at once"]
    assert signal.getsignal(signal.SIGINT) is before


def test_signals_are_left_alone_off_the_main_thread() -> None:
    handlers: list[Any] = []

    def look() -> None:
        with interruptible(print):
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]


def test_measuring_ends_after_the_block_under_way() -> None:
    class Shown:
        def __init__(self) -> None:
            self.seen: list[int] = []

        def message(self, text: str) -> None: ...

        def profiling(self, done: int, total: int) -> None:
            self.seen.append(done)

    shown, stop = Shown(), nas.StopRequest()
    observer = StoppableObserver(shown, stop)
    observer.profiling(1, 3)
    stop.ask()
    with pytest.raises(nas.StoppedError):
        observer.profiling(2, 3)
    assert shown.seen == [1, 2]
