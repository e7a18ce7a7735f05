"""The front measured end to end: beside the prediction, with ties, where that is possible."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from latency_kit import Device, Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

from nas.cli import main
from nas.config.latency import LatencySpec
from nas.export import subject_of_trial
from nas.latency.front import measure_front
from nas.latency.profile import profile_space
from nas.latency.table import LatencyTable
from nas.results import pareto_front
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.records import MeasuredLatency
from nas.ties import measured_in_short, measured_in_words, tied_with, ties_in_words
from workers.latency import setting_here

SETTING = setting_here()


def _measured(low: float, high: float, setting: str = "s", quiet: bool = True) -> MeasuredLatency:
    middle = (low + high) / 2
    return MeasuredLatency(setting, middle, middle, low, high, 20, quiet)


def _note(store: Store, study: StudyRecord, intervals: dict[int, tuple[float, float]]) -> None:
    store.add_latencies(SETTING.key, vars(SETTING))
    rows = [
        {
            "number": number, "predicted_ms": 1.0, "latency_ms": (low + high) / 2, "low_ms": low,
            "high_ms": high, "num_runs": 20, "is_quiet": number != 2,
        }
        for number, (low, high) in intervals.items()
    ]  # fmt: skip
    store.set_front_latencies(study, SETTING.key, rows)


def _trials(store: Store, study: StudyRecord) -> list[TrialRecord]:
    return store.trials(study)


def test_intervals_that_overlap_are_ties(store: Store, hand_made: StudyRecord) -> None:
    trials = _trials(store, hand_made)
    intervals = [(1.0, 1.2), (1.2, 1.4), (1.3, 1.5), (2.0, 2.1)]
    measured = [
        replace(trial, measured=_measured(*interval))
        for trial, interval in zip(trials, intervals, strict=False)
    ]
    foreign = replace(trials[4], measured=_measured(1.0, 1.2, "another device"))
    rest = [*measured, foreign, trials[5]]
    ties = [tied_with(trial, rest) for trial in rest]
    assert ties == [[1], [0, 2], [1], [], [], []]


def test_words() -> None:
    assert measured_in_words(_measured(1.2, 1.3)) == "1.25 ms [1.20, 1.30]"
    assert measured_in_short(_measured(1.2, 1.3)) == "1.25 ms ±4%"
    assert measured_in_words(_measured(11.96, 12.04)) == "12.0 ms [12.0, 12.0]"
    assert measured_in_words(_measured(1500, 1502)) == "1501 ms [1500, 1502]"
    assert ties_in_words([3, 7]) == "tied with 3, 7"
    assert ties_in_words([]) == ""


def test_store_keeps_the_last_measurement_of_a_front(store: Store, hand_made: StudyRecord) -> None:
    _note(store, hand_made, {0: (1.0, 1.2), 1: (1.1, 1.3)})
    _note(store, hand_made, {0: (2.0, 2.5), 2: (3.0, 3.5)})
    found = [trial.measured for trial in _trials(store, hand_made)]
    assert found[0] == MeasuredLatency(SETTING.key, 1.0, 2.25, 2.0, 2.5, 20, True)
    assert found[2] == MeasuredLatency(SETTING.key, 1.0, 3.25, 3.0, 3.5, 20, False)
    assert found[1] is found[3] is found[4] is found[5] is None


def _command(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit, match="0"):
        main(list(map(str, arguments)))
    return capsys.readouterr().out


def test_front_says_what_was_measured_and_who_is_tied(
    url: str, store: Store, hand_made: StudyRecord, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "160")
    _note(store, hand_made, {0: (0.7, 0.8), 2: (0.75, 0.9)})
    printed = json.loads(_command(capsys, "pareto", "hand-made", "--storage", url, "--json"))
    first, second = (entry["measured_latency"] for entry in printed["front"])
    assert (first["low_ms"], first["high_ms"], first["tied_with"]) == (0.7, 0.8, [2])
    assert (second["is_quiet"], second["tied_with"]) == (False, [0])
    table = _command(capsys, "pareto", "hand-made", "--storage", url)
    assert "0.750 ms ±7%" in table
    assert "\nTied in measured latency: 0 with 2; 2 with 0.\n" in table
    assert table.endswith("\nMeasured while the device was not quiet: 2.\n")


def test_report_says_what_was_measured(
    url: str, store: Store, hand_made: StudyRecord, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = ("--storage", url, "--folder", tmp_path / "studies")
    path = _command(capsys, "report", "hand-made", *folder).strip()
    assert "Measured latency" not in Path(path).read_text()
    _note(store, hand_made, {0: (0.7, 0.8), 2: (0.75, 0.9)})
    page = Path(_command(capsys, "report", "hand-made", *folder).strip()).read_text()
    assert "Measured latency" in page
    assert "0.750 ms [0.700, 0.800]; tied with 2" in page
    assert "0.825 ms [0.750, 0.900]; not quiet; tied with 0" in page


def test_exported_code_says_what_was_measured(store: Store, hand_made: StudyRecord) -> None:
    _note(store, hand_made, {0: (0.7, 0.8), 2: (0.75, 0.9)})
    trials = _trials(store, hand_made)
    network = store.network(trials[0].architecture)
    subject = subject_of_trial(network, hand_made, trials[0], None, trials=trials)
    line = str(subject.facts["Latency"])
    assert line.startswith("0.750 ms by the table of blocks (cpu, float32, batch 1, 1 thread);")
    assert "0.750 ms [0.700, 0.800] measured end to end; tied with 2" in line


def _table(store: Store) -> LatencyTable:
    space = experiment_file(SIX).space(IN_SHAPE, NUM_CLASSES)
    return profile_space(store, space, LatencySpec(), Observer()).table


def test_front_is_measured_once_beside_its_prediction(
    store: Store, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = LatencyTable(SETTING)
    with monkeypatch.context() as patch:
        Device().install(patch)
        table = _table(store)
    device, observer = Device(scale=1.5).install(monkeypatch), Observer()
    measure_front(store, hand_made, table, observer)
    trials = _trials(store, hand_made)
    front = pareto_front(trials, hand_made.objectives)
    assert sorted(device.measured) == sorted(trial.architecture for trial in front)
    for trial in front:
        predicted = table.predict(store.network(trial.architecture))
        assert trial.measured is not None
        assert trial.measured.predicted_ms == predicted
        assert trial.measured.latency_ms == pytest.approx(1.5 * predicted)
        assert trial.measured.setting == table.setting.key
    assert observer.messages == [f"measuring the {len(front)} networks of the front end to end"]
    measure_front(store, hand_made, table, observer)
    assert len(device.measured) == len(front)


def test_a_front_measured_on_a_busy_device_is_marked(
    store: Store, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device(quiet=False).install(monkeypatch)
    observer = Observer()
    measure_front(store, hand_made, _table(store), observer)
    assert observer.messages[-1].startswith("the device was not quiet meanwhile")
    measured = [trial.measured for trial in _trials(store, hand_made) if trial.measured]
    assert measured and not any(found.is_quiet for found in measured)


def test_the_front_of_another_device_is_not_measured_here(
    store: Store, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    Device(broken_after=0).install(monkeypatch)
    observer = Observer()
    board = replace(SETTING, device_name="a board")
    measure_front(store, hand_made, LatencyTable(board), observer)
    (line,) = observer.messages
    assert line.startswith("the front is not measured end to end: networks can be measured on the")
    assert not any(trial.measured for trial in _trials(store, hand_made))
