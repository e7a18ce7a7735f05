"""The command `nas export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nas.cli import main
from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace


@pytest.fixture
def run(
    url: str, hand_made: StudyRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs `nas export` on the study made by hand: exit code, output, errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        places = ["--storage", url, "--folder", tmp_path / "studies"]
        with pytest.raises(SystemExit) as raised:
            main([str(a) for a in ("export", *arguments, *places)])
        printed = capsys.readouterr()
        return int(str(raised.value.code)), printed.out, printed.err

    return call


def test_command_prints_files_proof_and_what_is_next(
    run: Callable[..., tuple[int, str, str]], weights: Path, workspace: Workspace
) -> None:
    code, out, err = run("hand-made", "--trial", 2)
    assert code == 0
    lines = out.splitlines()
    assert lines[:2] == [str(workspace.export / f"trial_2.{suffix}") for suffix in ("py", "pt")]
    told = {line.split()[0]: line for line in lines[4:] if line.split()}
    assert "loaded strictly" in told["weights"]
    assert "bit-equal to the searched module's" in told["outputs"]
    assert "5,746, as in the database" in told["parameters"]
    assert "387,312, as in the database" in told["FLOPs"]
    assert " ms [" in told["latency"]
    assert f"python {workspace.export / 'trial_2.py'}" in err


def test_command_exports_the_whole_front(
    run: Callable[..., tuple[int, str, str]], workspace: Workspace
) -> None:
    code, out, _ = run("hand-made", "--front", "--json")
    assert code == 0
    found = json.loads(out)
    # the second trial is as accurate as the first, which is cheaper
    assert [entry["trial"] for entry in found] == [0, 2]
    assert [Path(entry["code"]).name for entry in found] == ["trial_0.py", "trial_2.py"]
    assert all(entry["proof"]["differences"] == {"code": 0} for entry in found)
    shown = run("hand-made", "--front")[1]
    assert "trial_0.py" in shown
    assert "bit-equal" in shown


@pytest.mark.parametrize(
    ("choice", "trial"),
    [
        (("--best", "accuracy"), 2),
        (("--best", "flops"), 0),
        (("--best", "latency_ms"), 0),
        (("--under", "flops=100k"), 0),
        (("--trial", "1"), 1),
    ],
)
def test_choices(
    choice: tuple[str, ...], trial: int, store: Store, hand_made: StudyRecord,
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str, str]],
) -> None:  # fmt: skip
    class Chosen(BaseException):  # of any other the command makes one line
        pass

    def chosen(*arguments: Any) -> None:
        raise Chosen([trial.number for trial in arguments[3]])

    monkeypatch.setattr("nas.export.export_trials", chosen)
    with pytest.raises(Chosen, match=rf"\[{trial}\]"):
        run("hand-made", *choice)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "give the name of a study, or a reference network by --network"),
        (("s", "--network", "vgg16"), 2, "give the name of a study, or a reference"),
        (("--network", "vgg16", "--front"), 2, "--network takes no option that is for"),
        (("--network", "vgg16", "--weights"), 2, "--network takes no option that is for"),
        (("hand-made", "--front", "--trial", "1"), 2, "it goes without a choice of one"),
        (("hand-made", "--trial", "9"), 1, "study 'hand-made' has no trial 9; it has 6"),
        (("hand-made", "--under", "flops=1"), 1, "COMPLETE within these limits"),
        (("hand-made", "--format", "keras"), 2, "'keras' is not one of 'code', 'onnx'"),
        (("--network", "vgg3"), 1, "no reference network 'vgg3'; there are alexnet"),
        (("hand-made", "--opset", "17"), 2, "--opset is for --format onnx"),
        (("--network", "vgg16", "--opset", "17"), 2, "--opset is for --format onnx"),
        (("hand-made", "--format", "onnx", "--opset", "x"), 2, "'x' is not a valid integer"),
        (("hand-made", "--format", "onnx", "--opset", "9"), 1, "must be from 13 to"),
        (("hand-made", "--format", "onnx", "--opset", "99"), 1, "must be from 13 to"),
        (("hand-made", "--trial", "0", "--weights"), 1, "trial 0 has no trained weights"),
    ],
)
def test_wrong_calls_are_told(
    arguments: tuple[str, ...], code: int, said: str, run: Callable[..., tuple[int, str, str]]
) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert said in " ".join(err.split())


def test_opset_of_onnx(
    run: Callable[..., tuple[int, str, str]], weights: Path, workspace: Workspace
) -> None:
    import onnx

    code, out, err = run("hand-made", "--trial", 2, "--format", "onnx", "--opset", 14)
    assert code == 0, err
    model = onnx.load(workspace.export / "trial_2.onnx")
    assert [used.version for used in model.opset_import] == [14]
    said = "not tried on validation images: cluttered_digits: the images are not those of the"
    assert said in " ".join(out.split())


def test_reference_network_by_name_and_arguments(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    name = "shufflenet_v1:groups=4,num_classes=10,resolution=32"
    code, out, _ = run("--network", name, "--out", tmp_path / "out")
    assert code == 0
    path = tmp_path / "out" / "shufflenet_v1_groups_4_num_classes_10_resolution_32.py"
    assert out.splitlines()[0] == str(path)
    assert "as the search counts them" in out
    assert "class ShuffleUnitBlock" in path.read_text()
