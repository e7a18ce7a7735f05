"""Another front from trainings already done: for another device, with other limits."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from search_kit import SIX, experiment_file, new_study
from sqlalchemy import text

from nas.cli import cli
from nas.config import ExperimentFile
from nas.config.constraints import written_constraints
from nas.config.device import DeviceSpec, read_device
from nas.config.document import Document
from nas.latency.retarget import continuing_text, retarget
from nas.store import EpochRecord, Store, StudyRecord
from nas.store.results import pareto_front
from search_spaces.errors import LatencyError, NasError, SearchError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Conv
from search_spaces.tflite.arena import arena
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.model_file import model_bytes
from search_spaces.tflite.quantisation import blank_program
from workers.latency import LatencySetting, Measurement, TableFile, write_table

NUM_TRIALS = 200
BOARD = LatencySetting(
    "cpu", "onnxruntime", "float32", 1, 2, "contiguous", "a board", "onnxruntime 1"
)


def block_ms(block: str) -> float:
    """Made-up milliseconds of a block on the other device."""
    return 0.01 + int(block[:4], 16) / 65536


def write_board(path: Path, networks: list[Network], without: frozenset[str] = frozenset()) -> None:
    """A table of the other device for all blocks of some networks."""
    blocks = {block.graph.id for network in networks for block in network.blocks} - without
    measured = {
        name: Measurement(name, ms := block_ms(name), 0.9 * ms, 1.1 * ms, 0.0, 20, 0.05, True)
        for name in blocks
    }
    write_table(path, TableFile(BOARD, measured, {}))


def made_study(store: Store, ready_spaces: Path, number: int) -> tuple[StudyRecord, list[Network]]:
    """Random networks of the quickstart's space; every fifth was stopped early."""
    file = ExperimentFile.read(ready_spaces / "quickstart.yaml")
    space, rng = file.space((1, 16, 16), 10), np.random.default_rng(0)
    study, networks = new_study(store, file), {}
    while len(networks) < number:
        values = space.sample(rng)
        network = space.network(values)
        if network.id in networks:
            continue
        trial = len(networks)
        networks[network.id] = network
        with store.unit_of_work():
            store.add_trial(
                study, trial, network, cost(network), choices=values, description="",
                latency_ms=1.0 + rng.random(),
            )  # fmt: skip
            state = "PRUNED" if trial % 5 == 4 else "COMPLETE"
            epoch = EpochRecord(trial, 1, round(0.5 + rng.random() / 2, 3), 1.0, 1.0)
            store.report(study, epoch, state)
    return study, list(networks.values())


BY_HAND = """
WITH finished AS (
  SELECT t.number, t.accuracy, a.flops, m.ms FROM nas_trials t
  JOIN nas_architectures a ON a.id = t.architecture_id JOIN by_hand m ON m.number = t.number
  WHERE t.state = 'COMPLETE' AND a.flops <= 2000000 AND m.ms <= :most
)
SELECT f.number FROM finished f WHERE NOT EXISTS (
  SELECT 1 FROM finished o WHERE o.accuracy >= f.accuracy AND o.flops <= f.flops AND o.ms <= f.ms
  AND (o.accuracy > f.accuracy OR o.flops < f.flops OR o.ms < f.ms)
) ORDER BY f.number
"""


def test_the_front_is_the_one_of_sql_and_there_at_once(
    store: Store, ready_spaces: Path, tmp_path: Path
) -> None:
    study, networks = made_study(store, ready_spaces, NUM_TRIALS)
    write_board(tmp_path / "board.csv", networks)
    sums = [sum(block_ms(block.graph.id) for block in n.blocks) for n in networks]
    most = float(np.median(sums))
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE by_hand (number INTEGER, ms REAL)"))
        for number, ms in enumerate(sums):
            connection.execute(
                text("INSERT INTO by_hand VALUES (:n, :ms)"), {"n": number, "ms": ms}
            )
        by_hand = [row[0] for row in connection.execute(text(BY_HAND), {"most": most})]
    assert len(by_hand) > 5
    start = time.perf_counter()
    found = retarget(
        store, study, table=tmp_path / "board.csv",
        constraints=written_constraints(f"flops<=2M, latency_ms<={most}, params=none"),
    )  # fmt: skip
    front = pareto_front(found.trials, found.study.objectives, found.study.limits)
    assert time.perf_counter() - start < 5
    assert sorted(trial.number for trial in front) == by_hand
    assert found.study.objectives == ("accuracy", "flops", "latency_ms")
    assert store.study(study.name) == study
    assert [t.latency_ms for t in store.trials(study)] != [t.latency_ms for t in found.trials]
    assert [t.predicted_latency_ms for t in found.trials] == [t.latency_ms for t in found.trials]


def test_limits_that_are_not_named_stay(store: Store, ready_spaces: Path) -> None:
    study, _ = made_study(store, ready_spaces, 3)
    found = retarget(store, study, constraints=written_constraints("latency_ms=none, flops<=1M"))
    limits = {limit.quantity: limit.value for limit in found.study.limits}
    assert limits == {"flops": 1e6, "params": 6e5}
    assert [t.latency_ms for t in found.trials] == [t.latency_ms for t in store.trials(study)]


def test_limits_as_a_command_line_has_them() -> None:
    found = written_constraints("flops<=20M, latency_ms>=1ms, latency_ms<=3,accuracy >= 0.8")
    assert found["flops"] == {"min": None, "max": 20e6}
    assert found["latency_ms"] == {"min": 1.0, "max": 3.0}
    assert found["accuracy"] == {"min": 0.8, "max": None}
    assert written_constraints("params=none") == {"params": None}


@pytest.mark.parametrize(
    "wrong", ["flops", "speed<=3", "flops<=fast", "accuracy<=0.5", "flops<=1M, flops<=2M", ""]
)
def test_wrong_limits_are_told(wrong: str) -> None:
    with pytest.raises(SearchError, match="limit"):
        written_constraints(wrong)


def test_a_table_that_lacks_blocks_is_refused(
    store: Store, ready_spaces: Path, tmp_path: Path
) -> None:
    study, networks = made_study(store, ready_spaces, 3)
    one = networks[0].blocks[1].graph.id
    write_board(tmp_path / "board.csv", networks, frozenset([one]))
    with pytest.raises(LatencyError, match=r"lacks 1 block of trained networks \(trials 0"):
        retarget(store, study, table=tmp_path / "board.csv")


def test_latency_without_any_table_is_refused(store: Store, hand_made: StudyRecord) -> None:
    with pytest.raises(SearchError, match="knows no latencies"):
        retarget(store, hand_made, objectives=("accuracy", "latency_ms"))


@pytest.mark.parametrize(
    "wanted",
    [
        {"objectives": ("accuracy", "miou")},
        {"constraints": written_constraints("miou>=0.5")},
    ],
)
def test_the_measure_of_another_task_is_refused(
    store: Store, hand_made: StudyRecord, wanted: dict[str, Any]
) -> None:
    """It would be neither compared nor kept to: no trial has it."""
    with pytest.raises(SearchError, match="`miou` has no meaning for classification: its measure"):
        retarget(store, hand_made, **wanted)


def test_the_file_that_searches_on(store: Store, ready_spaces: Path, tmp_path: Path) -> None:
    """The study's own file with what is other; its trials come first, and as many again."""
    study, networks = made_study(store, ready_spaces, 6)
    write_board(tmp_path / "board.csv", networks)
    limits = written_constraints("latency_ms<=1000, params=none")
    found = retarget(store, study, table=tmp_path / "board.csv", constraints=limits)
    text = continuing_text(found, "board", table="board.csv", constraints=limits)
    experiment = ExperimentFile(Document("board.yaml", text)).experiment
    assert experiment.name == "board"
    assert experiment.latency.table == "board.csv"
    assert (experiment.latency.backend, experiment.latency.num_threads) == ("onnxruntime", 2)
    assert experiment.search.start_studies == ("quickstart",)
    within = sum(1 for network in networks if cost(network).flops <= 15e6)
    assert experiment.search.num_trials == within + study.experiment["search"]["num_trials"]
    limits_now = {limit.quantity: limit.value for limit in experiment.constraints.limits()}
    assert limits_now == {"flops": 15e6, "latency_ms": 1000.0}
    assert experiment.space.model_dump(mode="json") == study.experiment["space"]
    assert "# channels of every layer (MobileNet's alpha)" in text
    more = continuing_text(found, "board", table="board.csv", constraints=limits, num_trials=3)
    assert ExperimentFile(Document("b", more)).experiment.search.num_trials == within + 3


def test_the_command(store: Store, url: str, ready_spaces: Path, tmp_path: Path) -> None:
    _, networks = made_study(store, ready_spaces, 6)
    write_board(tmp_path / "board.csv", networks)
    arguments = ["retarget", "quickstart", "--storage", url, "--latency-table"]
    arguments += [str(tmp_path / "board.csv"), "--constraints", "latency_ms<=1000"]
    found = CliRunner().invoke(cli, [*arguments, "--json"])
    assert found.exit_code == 0, found.output
    values = json.loads(found.stdout)
    assert values["device"]["device_name"] == "a board"
    assert values["constraints"]["latency_ms"] == {"min": None, "max": 1000.0}
    for trial in values["front"]:
        network = store.network(trial["architecture"])
        by_hand = sum(block_ms(block.graph.id) for block in network.blocks)
        assert trial["latency_ms"] == pytest.approx(by_hand)
    table = CliRunner().invoke(cli, arguments)
    assert "a board" in table.stderr
    assert "knee" in table.stdout
    nothing = CliRunner().invoke(cli, ["retarget", "quickstart", "--storage", url])
    assert nothing.exit_code == 2
    wrong = CliRunner().invoke(
        cli, ["retarget", "quickstart", "--storage", url, "--objectives", "speed"]
    )
    assert "must be one of accuracy" in wrong.stderr


def written_sizes(network: Network) -> tuple[int, int]:
    """RAM and flash of a network whose file is written."""
    typed = blank_program(lowered(network))
    return arena(typed.program).total, len(model_bytes(typed))


def test_another_board_has_the_front_of_what_fits_it(store: Store, ready_spaces: Path) -> None:
    """Of those whose written files fit, none is dominated by another that does."""
    study, networks = made_study(store, ready_spaces, 60)
    sizes = [written_sizes(network) for network in networks]
    ram, flash = (float(np.median(column)) for column in zip(*sizes, strict=True))
    board = DeviceSpec(ram=ram + 1024, flash=flash, ram_overhead=1024.0)
    fitting = {
        trial.number: (trial.accuracy or 0.0, trial.flops)
        for trial in store.trials(study)
        if trial.state == "COMPLETE"
        and trial.flops <= 15e6
        and trial.params <= 6e5
        and sizes[trial.number][0] <= ram
        and sizes[trial.number][1] <= flash
    }
    by_hand = [
        number
        for number, (accuracy, flops) in fitting.items()
        if not any(
            other[0] >= accuracy and other[1] <= flops and other != (accuracy, flops)
            for other in fitting.values()
        )
    ]
    found = retarget(
        store, study, board=board, objectives=("accuracy", "flops"),
        constraints=written_constraints("latency_ms=none"),
    )  # fmt: skip
    front = pareto_front(found.trials, found.study.objectives, found.study.limits)
    assert sorted(trial.number for trial in front) == by_hand and len(by_hand) > 1
    assert {t.number: (t.own["ram_bytes"], t.own["flash_bytes"]) for t in front} == {
        number: sizes[number] for number in by_hand
    }
    assert store.trials(study)[0].own == {}


def test_a_limit_that_is_given_goes_before_the_board(store: Store, ready_spaces: Path) -> None:
    study, _ = made_study(store, ready_spaces, 3)
    limits = written_constraints("ram<=20KiB, flash=none")
    found = retarget(store, study, board=DeviceSpec(name="nrf52840_dk"), constraints=limits)
    by_name = {limit.quantity: limit.value for limit in found.study.limits}
    assert by_name["ram_bytes"] == 20 * 1024 and "flash_bytes" not in by_name


def test_sizes_are_judged_without_a_board_too(store: Store, ready_spaces: Path) -> None:
    """A study that never asked for RAM knows it of no trial, and still none goes beyond a limit."""
    study, networks = made_study(store, ready_spaces, 6)
    least = min(written_sizes(network)[0] for network in networks)
    found = retarget(store, study, constraints=written_constraints(f"ram<={least - 1}"))
    trained = [trial for trial in found.trials if trial.state in ("COMPLETE", "PRUNED")]
    assert trained and all(trial.own["ram_bytes"] >= least for trial in trained)
    assert found.num_within == 0


def test_what_the_runtime_lacks_is_left_out(store: Store, ready_spaces: Path) -> None:
    study, networks = made_study(store, ready_spaces, 6)
    net = Builder((8, 6, 6))
    op = Conv(8, 8, (4, 4), (2, 2), (1, 1), groups=2, transposed=True)
    grown = Network((8, 6, 6), (Block("b", "b", net.graph(net.emit("grow", op, net.input))),))
    with store.unit_of_work():
        store.add_trial(study, 6, grown, cost(grown), choices={}, description="", latency_ms=0.1)
        store.report(study, EpochRecord(6, 1, 0.999, 1.0, 1.0), "COMPLETE")
    found = retarget(store, study, board=DeviceSpec(name="nrf52840_dk"))
    assert found.without_operators == (6,)
    assert [trial.number for trial in found.trials] == list(range(len(networks)))


@pytest.mark.parametrize("short", ["ram", "ram_bytes"])
def test_the_file_that_searches_on_for_another_board(store: Store, short: str) -> None:
    """Budgets are written under the names that the file has for them."""
    limits = f"constraints: {{{short}: 9KiB, flops: 1G}}\ndevice: {{ram: 10KiB, flash: 1MiB}}\n"
    study = new_study(store, experiment_file(SIX + limits))
    board = DeviceSpec.model_validate({"name": "nrf52840_dk", "ram_overhead": "6KiB"})
    found = retarget(store, study, board=board)
    text = continuing_text(found, "board", table=None, constraints={})
    experiment = ExperimentFile(Document("board.yaml", text)).experiment
    assert experiment.device == board
    by_name = {limit.quantity: limit.value for limit in experiment.constraints.limits()}
    assert by_name == {"flops": 1e9, "ram_bytes": 250 * 1024, "flash_bytes": 1 << 20}


def test_the_command_for_a_board(
    store: Store, url: str, ready_spaces: Path, tmp_path: Path
) -> None:
    made_study(store, ready_spaces, 6)
    arguments = ["retarget", "quickstart", "--storage", url, "--device"]
    found = CliRunner().invoke(cli, [*arguments, "raspberry_pi_pico", "--json"])
    assert found.exit_code == 0, found.output
    values = json.loads(found.stdout)
    assert values["board"]["name"] == "raspberry_pi_pico" and values["without_operators"] == []
    assert values["constraints"]["ram_bytes"] == {"min": None, "max": 264 * 1024}
    assert all(trial["flash_bytes"] <= 2 << 20 for trial in values["front"])
    (tmp_path / "own.yaml").write_text("ram: 64KiB\nflash: 1MiB\nram_overhead: 4KiB\n")
    own = CliRunner().invoke(cli, [*arguments, str(tmp_path / "own.yaml")])
    assert "ram_bytes <= 60 KiB, flash_bytes <= 1 MiB" in own.stderr and "RAM" in own.stdout


@pytest.mark.parametrize(
    ("device", "text", "said"),
    [
        ("picco", None, "a device must be one of arduino_nano_33_ble_sense, .* got 'picco'"),
        ("no.yaml", None, "no.yaml: cannot be read: No such file or directory"),
        ("own.yaml", "ram: 64KiB\n", "own.yaml:1: `name` must be one of .*got none"),
        ("own.yaml", "ram: 64KiB\nflsh: 1\n", "own.yaml:2: `flsh` is not a known key; did you m"),
    ],
)
def test_wrong_boards_are_one_line(
    device: str, text: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(device).write_text(text)
    with pytest.raises(NasError, match=said) as caught:
        read_device(device)
    assert "\n" not in str(caught.value)
