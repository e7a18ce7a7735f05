"""`latency: {estimator: vela}`: its keys, its table, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from latency_kit import Device, Observer
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

from nas.cli import main
from nas.config import ExperimentFile
from nas.config.document import Document
from nas.config.latency import LatencySpec
from nas.export import subject_of_trial
from nas.latency.bundle import write_bundle
from nas.latency.profile import profile_space
from nas.latency.retarget import Retargeted, continuing_text
from nas.store import Store, StudyRecord
from search_spaces.errors import ExperimentFileError, LatencyError
from workers.latency import LatencySetting, read_table, write_table

U55 = {"estimator": "vela", "accelerator": "ethos-u55-128"}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("{accelerator: ethos-u55-128}",
         "`latency.accelerator` has a meaning only where `estimator` is vela"),
        ("{memory_mode: Sram_Only}",
         "`latency.memory_mode` has a meaning only where `estimator` is vela"),
        ("{dtype: int8}",
         "`latency.dtype` may be int8 only where `backend` is onnxruntime and `device` is cpu"),
        ("{estimator: vela}", "`latency.accelerator` must be one of ethos-u55-32, ethos-u55-64"),
        ("{estimator: vela, accelerator: ethos-u55-100}", "`latency.accelerator` must be"),
        ("{estimator: velo, accelerator: ethos-u55-128}", "`latency.estimator` must be"),
        ("{estimator: vela, accelerator: ethos-u55-128, dtype: float16}",
         "`latency.dtype` has no meaning where `estimator` is vela"),
        ("{estimator: vela, accelerator: ethos-u55-128, batch_size: 8}",
         "`latency.batch_size` has no meaning where `estimator` is vela"),
        ("{estimator: vela, accelerator: ethos-u55-128, table: t.csv}",
         "`latency.table` has no meaning where `estimator` is vela"),
        ("{estimator: vela, accelerator: ethos-u55-128, system_config: Ethos_U65_Embedded}",
         "`latency.system_config` must begin with Ethos_U55_ where `accelerator` is "
         "ethos-u55-128; got Ethos_U65_Embedded"),
        ("{estimator: vela, accelerator: ethos-u55-128, memory_mode: Dedicated_Sram}",
         "`latency.memory_mode` must be Sram_Only or Shared_Sram where "
         "Ethos_U55_High_End_Embedded has no DRAM; got Dedicated_Sram"),
        ("{estimator: vela, accelerator: ethos-u65-256, system_config: Ethos_U65_Embedded}",
         "`latency.memory_mode` must be Sram_Only or Shared_Sram where Ethos_U65_Embedded has no "
         "DRAM; by default Dedicated_Sram_384KB"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_line(section: str, told: str) -> None:
    with pytest.raises(ExperimentFileError) as raised:
        experiment_file(f"{SIX}latency: {section}\n")
    assert str(raised.value).startswith(f"space.yaml:10: {told}")


def test_a_file_that_says_the_usual_beside_an_estimator_is_taken() -> None:
    file = experiment_file(f"{SIX}latency: {{device: cpu, dtype: int8, {_flow(U55)}}}\n")
    assert file.experiment.latency.accelerator == "ethos-u55-128"


def _flow(section: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in section.items())


def test_without_the_package_one_line_says_what_to_install(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers.latency import vela

    monkeypatch.setattr(vela, "find_spec", lambda module: None if module == "ethosu" else True)
    rule = "needs the package ethos-u-vela: it is not installed here: pip install 'conv-nas.vela.'"
    with pytest.raises(LatencyError, match=rule):
        _profile(store)


def _profile(store: Store, **section: Any) -> Any:
    space = experiment_file().space(IN_SHAPE, NUM_CLASSES)
    spec = LatencySpec.model_validate({**U55, **section})
    observer = Observer()
    return profile_space(store, space, spec, observer), observer


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if vela were here: no process is begun where a device that needs no time stands in."""
    from workers.latency import vela

    monkeypatch.setattr(vela, "find_spec", lambda _: True)
    monkeypatch.setattr(vela, "version", lambda _: "5.9")


@pytest.mark.usefixtures("installed")
def test_the_table_of_an_npu_is_kept_apart_from_others_and_asked_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device().install(monkeypatch)
    profile, observer = _profile(store)
    setting = profile.table.setting
    assert setting.is_estimated
    assert setting.in_words == (
        "ethos-u55-128/Ethos_U55_High_End_Embedded/Shared_Sram, int8, estimated by vela 5.9, "
        "not measured"
    )
    assert observer.messages[0].startswith("compiling 12 blocks by vela for ethos-u55-128: about")
    assert len(observer.messages) == 1  # nothing is averaged out
    asked = len(device.measured)
    again, _ = _profile(store)
    assert again.num_measured == 0
    assert len(device.measured) == asked
    assert again.table == profile.table
    other, _ = _profile(store, memory_mode="Sram_Only")
    assert other.num_measured == profile.num_measured


@pytest.mark.usefixtures("installed")
def test_nothing_is_asked_again_beside_a_front(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not drift needs no known networks beside it."""
    Device().install(monkeypatch)
    profile, _ = _profile(store)
    assert profile.table.correction.num_networks == 6
    assert profile.table.anchors == ()


@pytest.mark.usefixtures("installed")
def test_its_file_says_what_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Device().install(monkeypatch)
    profile, _ = _profile(store)
    file = profile.table.as_file(profile.blocks)
    write_table(tmp_path / "table.csv", file)
    assert read_table(tmp_path / "table.csv") == file


def test_a_bundle_is_refused(tmp_path: Path) -> None:
    space = experiment_file().space(IN_SHAPE, NUM_CLASSES)
    with pytest.raises(LatencyError, match="is vela, which needs no board"):
        write_bundle(tmp_path / "b.pyz", space, LatencySpec.model_validate(U55))
    assert not list(tmp_path.iterdir())


def test_earlier_settings_keep_their_keys() -> None:
    """By which tables in databases are found."""
    setting = LatencySetting(
        "cpu", "eager", "float32", 1, 1, "contiguous", "a processor", "torch 2.13.0, python 3.11.7"
    )
    assert setting.key == "3abdc5ea88c98a3c"
    assert not setting.is_estimated


def test_validate_says_who_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(f"{SIX}constraints: {{latency_ms: 3}}\nlatency: {{{_flow(U55)}}}\n")
    with pytest.raises(SystemExit, match="0"):
        main(["validate", str(path)])
    assert (
        "`latency_ms` is estimated by vela for ethos-u55-128; `nas launch` compiles the blocks and "
        "keeps to it." in capsys.readouterr().out
    )


@pytest.fixture
def estimated(store: Store, hand_made: StudyRecord) -> StudyRecord:
    """A study whose front was compiled whole when it was over."""
    setting = LatencySetting(
        "npu", "vela", "int8", 1, 1, "channels_last", "ethos-u55-128/a/b", "vela 5.9"
    )
    values = {**hand_made.experiment, "latency": {**hand_made.experiment["latency"], **U55}}
    store.set_experiment(hand_made, hand_made.experiment_file, values)
    store.add_latencies(setting.key, vars(setting))
    rows = [
        {
            "number": number, "predicted_ms": 0.75, "latency_ms": ms, "low_ms": ms, "high_ms": ms,
            "num_runs": 0, "is_quiet": True,
        }
        for number, ms in ((0, 0.7), (2, 0.8))
    ]  # fmt: skip
    store.set_front_latencies(hand_made, setting.key, rows)
    return store.study("hand-made")


def _command(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit, match="0"):
        main(list(map(str, arguments)))
    return capsys.readouterr().out


def test_the_front_says_that_nothing_was_measured(
    url: str, estimated: StudyRecord, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "160")
    table = _command(capsys, "pareto", estimated.name, "--storage", url)
    assert "0.700 ms  " in table
    assert "±" not in table
    assert "Latencies are estimated by vela for ethos-u55-128, not measured." in table
    printed = json.loads(_command(capsys, "pareto", estimated.name, "--storage", url, "--json"))
    assert printed["latency_estimated_by"] == "vela for ethos-u55-128"
    assert [row["measured_latency"]["num_runs"] for row in printed["front"]] == [0, 0]


def test_the_version_is_said_where_it_is_known(estimated: StudyRecord) -> None:
    known = replace(estimated, versions={**estimated.versions, "ethos-u-vela": "5.9"})
    assert known.estimated_by == "vela 5.9 for ethos-u55-128"
    measured = replace(known, experiment={"latency": {"device": "cpu"}})
    assert (measured.estimated_by, measured.how_timed) == (None, "measured")


def test_the_report_says_that_nothing_was_measured(
    url: str, estimated: StudyRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ("--storage", url, "--folder", tmp_path / "studies")
    page = Path(_command(capsys, "report", estimated.name, *folder).strip()).read_text()
    for said in ("Measured latency", "measured end to end", "95% interval</li"):
        assert said not in page.replace("images, 95% interval</li", "")
    assert "Compiled latency" in page
    assert "latency compiled whole" in page
    assert "each compiled alone by vela for ethos-u55-128 before" in " ".join(page.split())


def test_exported_code_says_that_nothing_was_measured(store: Store, estimated: StudyRecord) -> None:
    trials = store.trials(estimated)
    network = store.network(trials[0].architecture)
    subject = subject_of_trial(network, estimated, trials[0], None, trials=trials)
    by_blocks = "0.750 ms predicted by the table of blocks (vela for ethos-u55-128)"
    assert str(subject.facts["Latency"]) == f"{by_blocks}; 0.700 ms compiled whole"
    # PyTorch runs no such device: nothing is to be measured again beside it.
    assert (subject.latency.device, subject.latency.dtype) == ("npu", "int8")


def test_a_search_goes_on_for_an_npu(hand_made: StudyRecord) -> None:
    """What is said of it is enough to compile what the table lacks; no table is named."""
    npu = "ethos-u65-256/Ethos_U65_Mid_End/Shared_Sram"
    setting = LatencySetting("npu", "vela", "int8", 1, 1, "channels_last", npu, "vela 5.9")
    text = continuing_text(Retargeted(hand_made, [], setting), "on", table="t.csv", constraints={})
    section = ExperimentFile(Document("on.yaml", text)).experiment.latency
    assert section.npu() == {
        "accelerator": "ethos-u65-256", "system_config": "Ethos_U65_Mid_End",
        "memory_mode": "Shared_Sram",
    }  # fmt: skip
    assert (section.estimator, section.table) == ("vela", None)


def test_a_search_for_an_npu_goes_on_for_a_processor(estimated: StudyRecord) -> None:
    file = estimated.experiment_file + f"latency: {{{_flow(U55)}}}\n"
    setting = LatencySetting("cpu", "eager", "float32", 1, 4, "contiguous", "a board", "torch 2")
    found = Retargeted(replace(estimated, experiment_file=file), [], setting)
    text = continuing_text(found, "on", table="t.csv", constraints={})
    section = ExperimentFile(Document("on.yaml", text)).experiment.latency
    assert (section.estimator, section.accelerator) == (None, None)
    assert (section.num_threads, section.table) == (4, "t.csv")
