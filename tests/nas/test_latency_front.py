"""The front measured end to end: beside the prediction, with ties, where that is possible."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from latency_kit import Device, Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file, new_study

from nas.cli import main
from nas.config.latency import LatencySpec
from nas.export import subject_of_trial
from nas.latency import front as module
from nas.latency.front import measure_front
from nas.latency.profile import profile_space
from nas.latency.table import LatencyTable
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.records import EpochRecord, MeasuredLatency
from nas.store.results import (
    measured_in_short,
    measured_in_words,
    pareto_front,
    tied_with,
    ties_in_words,
)
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from workers.latency import MeasuredNetwork, Measurement, setting_here

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
    assert measured_in_words(_measured(1500, 1502)) == "1,501 ms [1,500, 1,502]"
    assert ties_in_words([3, 7]) == "tied with 3, 7"
    assert ties_in_words([]) == ""


def test_store_keeps_the_last_measurement_of_a_front(store: Store, hand_made: StudyRecord) -> None:
    _note(store, hand_made, {0: (1.0, 1.2), 1: (1.0, 1.2)})
    _note(store, hand_made, {0: (2.0, 2.5), 2: (3.0, 3.5)})
    found = [trial.measured for trial in _trials(store, hand_made)]
    assert found[0] == MeasuredLatency(SETTING.key, 1.0, 2.25, 2.0, 2.5, 20, True)
    assert found[1] == MeasuredLatency(SETTING.key, 1.0, 1.1, 1.0, 1.2, 20, True)
    assert found[2] == MeasuredLatency(SETTING.key, 1.0, 3.25, 3.0, 3.5, 20, False)
    assert found[3] is found[4] is found[5] is None


def test_measurements_in_another_setting_are_forgotten(
    store: Store, hand_made: StudyRecord
) -> None:
    _note(store, hand_made, {0: (1.0, 1.2), 1: (1.1, 1.3)})
    other = replace(SETTING, device_name="another")
    store.add_latencies(other.key, vars(other))
    row = {
        "number": 2, "predicted_ms": 1.0, "latency_ms": 1.5, "low_ms": 1.4, "high_ms": 1.6,
        "num_runs": 20, "is_quiet": True,
    }  # fmt: skip
    store.set_front_latencies(hand_made, other.key, [row])
    measured = [trial.measured for trial in _trials(store, hand_made)]
    assert [found.setting for found in measured if found] == [other.key]


class Latencies:
    """A device that says how long each network takes, and who asked."""

    def __init__(self, store: Store, study: StudyRecord, milliseconds: dict[int, float]) -> None:
        self._of = {
            trial.architecture: milliseconds[trial.number]
            for trial in store.trials(study)
            if trial.number in milliseconds
        }
        self._numbers = {trial.architecture: trial.number for trial in store.trials(study)}
        self.asked: list[list[int]] = []

    def __call__(self, networks: list[Network], *_: Any, **__: Any) -> dict[str, MeasuredNetwork]:
        self.asked.append([self._numbers[network.id] for network in networks])
        return {
            n.id: MeasuredNetwork(
                Measurement(n.id, ms, 0.99 * ms, 1.01 * ms, 0.01, 50, 0.05, True), ()
            )
            for n in networks
            for ms in [self._of[n.id]]
        }


def _study(store: Store, predicted: list[float]) -> StudyRecord:
    """Trials of which each is more accurate than the one before; the budget is 10 ms."""
    store.add_latencies(SETTING.key, vars(SETTING))
    text = SIX.replace("name: six", "name: lines").replace("2.0, 3.0]", "2.0, 3.0, 4.0]")
    text += "objectives: [accuracy, latency_ms]\nconstraints: {latency_ms: 10}\n"
    file = experiment_file(text)
    space = file.space(IN_SHAPE, NUM_CLASSES)
    study = new_study(store, file)
    widths = (1.0, 2.0, 3.0, 4.0)
    choices = [(width, kernel) for width in widths for kernel in (1, 3)][: len(predicted)]
    for number, (latency_ms, (width, kernel)) in enumerate(zip(predicted, choices, strict=True)):
        values = {"width_mult": width, "stage1.standard.kernel_size": kernel}
        network = space.network(values)
        store.add_trial(
            study, number, network, cost(network), choices=values,
            description=space.in_words(values), latency_ms=latency_ms,
        )  # fmt: skip
        store.start_trial(study, number, "worker-1")
        store.report(study, EpochRecord(number, 2, 0.5 + 0.05 * number, 1.0, 1.5), "COMPLETE")
    return study


@pytest.fixture
def latency_study(store: Store) -> StudyRecord:
    return _study(store, [1.0, 2.0, 4.0, 4.5, 8.0, 9.5])


def _front(store: Store, study: StudyRecord) -> list[int]:
    return [t.number for t in pareto_front(store.trials(study), study.objectives, study.limits)]


def test_what_is_measured_takes_the_place_of_its_prediction(
    store: Store, latency_study: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand. All are on the front as predicted; 2 takes 5 ms, longer than 3, which is better."""
    device = Latencies(store, latency_study, {0: 1.0, 1: 2.0, 2: 5.0, 3: 4.5, 4: 8.0, 5: 9.5})
    monkeypatch.setattr(module, "measure_networks", device)
    observer = Observer()
    assert _front(store, latency_study) == [0, 1, 2, 3, 4, 5]
    module.measure_front(store, latency_study, LatencyTable(SETTING), observer)
    assert device.asked == [[0, 1, 2, 3, 4, 5]]
    assert _front(store, latency_study) == [0, 1, 3, 4, 5]
    assert observer.messages == [
        "measuring 6 networks of the front end to end: 13 s at most",
        "predicted latencies were 3% off on average; by the measured ones 2 left the front",
    ]
    trial = store.trials(latency_study)[2]
    assert (trial.latency_ms, trial.predicted_latency_ms) == (5.0, 4.0)
    assert trial.as_predicted().latency_ms == 4.0
    assert trial.as_predicted().measured is None


def test_who_comes_on_the_front_is_measured_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trial 5 is predicted outside the budget of 10 ms; all take half as long as predicted."""
    study = _study(store, [1.0, 2.0, 4.0, 4.5, 8.0, 12.0])
    device = Latencies(store, study, {0: 0.5, 1: 1.0, 2: 2.0, 3: 2.25, 4: 4.0, 5: 6.0})
    monkeypatch.setattr(module, "measure_networks", device)
    observer = Observer()
    module.measure_front(store, study, LatencyTable(SETTING), observer)
    assert device.asked == [[0, 1, 2, 3, 4], [5]]
    assert _front(store, study) == [0, 1, 2, 3, 4, 5]
    assert observer.messages[-1] == (
        "predicted latencies were 100% off on average; by the measured ones 5 came on it"
    )
    module.measure_front(store, study, LatencyTable(SETTING), observer)
    assert len(device.asked) == 2


def test_who_takes_longer_than_the_budget_leaves_the_front(
    store: Store, latency_study: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget is 10 ms; the most accurate network was predicted at 9.5 ms and takes 10.5."""
    device = Latencies(store, latency_study, {0: 1.0, 1: 2.0, 2: 4.0, 3: 4.5, 4: 8.0, 5: 10.5})
    monkeypatch.setattr(module, "measure_networks", device)
    module.measure_front(store, latency_study, LatencyTable(SETTING), Observer())
    assert _front(store, latency_study) == [0, 1, 2, 3, 4]


def test_measured_networks_put_the_predictions_of_others_right(store: Store) -> None:
    """Six measured ones took 1.5 times as long as predicted: so will a seventh."""
    study = _study(store, [1.0, 2.0, 4.0, 4.5, 8.0, 9.5, 3.0])
    store.add_latencies(SETTING.key, vars(SETTING))
    rows = [
        {
            "number": trial.number, "predicted_ms": trial.latency_ms,
            "latency_ms": 1.5 * (trial.latency_ms or 0), "low_ms": 1.0, "high_ms": 2.0,
            "num_runs": 20, "is_quiet": True,
        }
        for trial in store.trials(study)[:6]
    ]  # fmt: skip
    store.set_front_latencies(study, SETTING.key, rows)
    seventh = store.trials(study)[6]
    assert seventh.latency_ms == pytest.approx(4.5)
    assert seventh.predicted_latency_ms == 3.0


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
    assert line.startswith(
        "0.750 ms predicted by the table of blocks (cpu, float32, batch 1, 1 thread);"
    )
    assert "0.750 ms [0.700, 0.800] measured end to end; tied with 2" in line


def _table(store: Store) -> LatencyTable:
    space = experiment_file(SIX).space(IN_SHAPE, NUM_CLASSES)
    return profile_space(store, space, LatencySpec(), Observer()).table


def test_front_is_measured_once_beside_its_prediction(
    store: Store, hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        Device().install(patch)
        table = replace(_table(store), anchors=())  # or else the device would be called slower
    device, observer = Device(scale=1.5).install(monkeypatch), Observer()
    measure_front(store, hand_made, table, observer)
    trials = _trials(store, hand_made)
    front = pareto_front(trials, hand_made.objectives)
    assert sorted(device.measured) == sorted(trial.architecture for trial in front)
    for trial in front:
        taken = 1.5 * table.predict(store.network(trial.architecture))
        assert trial.measured is not None
        assert trial.measured.latency_ms == pytest.approx(taken) == trial.latency_ms
        assert trial.measured.setting == table.setting.key
        if trial.predicted_latency_ms is not None:
            assert trial.measured.predicted_ms == trial.predicted_latency_ms
    assert observer.messages[0] == (
        f"measuring {len(front)} networks of the front end to end: 7 s at most"
    )
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
