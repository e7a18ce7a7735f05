"""What an export writes: all of it once it is proven, from the weights of whoever trained last."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

import nas.export.files as export_module
from nas.cli import main
from nas.export import (
    Exported,
    Wishes,
    export_subjects,
    export_trials,
    network_source,
    subject_of_reference,
    subject_of_trial,
)
from nas.store import Store, StudyRecord
from nas.study import Study
from nas.workspace import Workspace
from search_spaces.errors import ExportError
from search_spaces.modules import build_module
from search_spaces.networks import reference_network

NO_LATENCY = Wishes(with_latency=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "studies", "hand-made")
    made.create()
    return made


@pytest.fixture
def weights(store: Store, hand_made: StudyRecord, workspace: Workspace) -> Path:
    """Weights of trial 2, as its search left them."""
    path = workspace.weights(hand_made, 2)
    _write_weights(store, hand_made, path)
    return path


def _write_weights(store: Store, study: StudyRecord, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    module = build_module(store.network(store.trials(study)[2].architecture))
    torch.save(module.state_dict(), path)


@pytest.fixture
def export_2(
    store: Store, hand_made: StudyRecord, workspace: Workspace
) -> Callable[[Wishes], Exported]:
    """Exports trial 2 of the study made by hand into its own folder."""

    def run(wishes: Wishes = NO_LATENCY) -> Exported:
        trial = store.trials(hand_made)[2]
        (found,) = export_trials(store, workspace, hand_made, [trial], workspace.export, wishes)
        return found

    return run


def test_code_and_weights(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace
) -> None:
    exported = export_2()
    assert exported.files == {
        "code": workspace.export / "trial_2.py", "weights": workspace.export / "trial_2.pt",
    }  # fmt: skip
    assert sorted(workspace.export.iterdir()) == sorted(exported.files.values())
    assert (exported.code, exported.weights) == tuple(exported.files.values())
    assert exported.weights is not None
    assert exported.weights.read_bytes() == weights.read_bytes()
    for name, path in exported.files.items():
        assert exported.sha256[name] == sha256(path.read_bytes()).hexdigest()
    command = [sys.executable, "-W", "error", str(exported.code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # 24 channels, kernel 3: 216 + 48 + 5184 + 48 + 250; 256·216 + 64·5184 + 240
    assert done.stdout.splitlines()[-1].split() == ["total", "5,746", "387,312"]
    assert (exported.proof.params, exported.proof.flops) == (5746, 387312)


def test_header_says_what_the_figures_mean(
    export_2: Callable[..., Exported], weights: Path
) -> None:
    text = " ".join(export_2(replace(NO_LATENCY, note="for the camera")).code.read_text().split())
    for said in (
        '"""5.75k parameters, 387k FLOPs, accuracy 0.7500: a network found by conv-nas.',
        "Study: hand-made, trial 2, architecture ",
        "Accuracy: 0.75 on the validation split of cluttered_digits, after 2 of 2 epochs of a "
        "short proxy training",
        "Costs: 387,312 FLOPs (multiply-adds, counted once, of one image), 5,746 parameters",
        "Latency: not measured",
        "Data: cluttered_digits (seed 0), fingerprint 0123456789abcdef",
        "Input: float32 images (1, 16, 16), each channel of zero mean",
        "Weights: trial_2.pt, of the search's proxy training, 2 epochs: ",
        'load_state_dict(torch.load("trial_2.pt"))',
        "Note: for the camera",
        "Versions: python 3.11",
        "Licence: this file is yours, under any licence you choose",
    ):
        assert said in text


def test_proof_is_kept_in_the_database(
    export_2: Callable[..., Exported], weights: Path, store: Store, hand_made: StudyRecord
) -> None:
    exported = export_2()
    code, kept_weights = store.exports(hand_made)
    assert (code.number, code.format, code.file_name) == (2, "code", "trial_2.py")
    assert (kept_weights.format, kept_weights.file_name) == ("weights", "trial_2.pt")
    assert code.sha256 == sha256(exported.code.read_bytes()).hexdigest()
    assert code.proof == json.loads(json.dumps(exported.proof.as_json()))
    assert code.proof["differences"] == {"code": 0}


@pytest.mark.slow
def test_every_format_with_trained_weights(
    export_2: Callable[..., Exported], weights: Path
) -> None:
    exported = export_2(Wishes(("onnx", "torch_export", "torchscript", "code")))
    names = ["trial_2.onnx", "trial_2.pt", "trial_2.pt2", "trial_2.py", "trial_2.torchscript"]
    assert sorted(path.name for path in exported.files.values()) == names
    assert max(exported.proof.differences.values()) < 1e-5
    x = torch.randn(5, 1, 16, 16)
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(exported.code.read_text(), namespace)
    network = namespace["Network"]().eval()
    network.load_state_dict(torch.load(weights, weights_only=True))
    with torch.inference_mode():
        wanted = network(x)
        program = torch.export.load(exported.files["torch_export"]).module()
        torch.testing.assert_close(program(x), wanted)
    with torch.inference_mode(), pytest.warns(DeprecationWarning, match="torch.jit.load"):
        torch.testing.assert_close(torch.jit.load(exported.files["torchscript"])(x), wanted)
    assert exported.proof.latency is not None


def test_onnx_file_is_in_order(
    export_2: Callable[..., Exported], weights: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """The checkers' fullest form, shapes of all values, names of layers, the header."""
    import onnx

    model = onnx.load(export_2(Wishes(("onnx",), note="naïve", with_latency=False)).files["onnx"])
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(
        model, check_type=True, strict_mode=True, data_prop=True
    )
    values = {v.name for v in (*inferred.graph.value_info, *inferred.graph.output)}
    assert values == {out for node in model.graph.node for out in node.output}
    assert "Note: naïve" in model.doc_string
    (image,), (scores,) = model.graph.input, model.graph.output
    assert [d.dim_param or d.dim_value for d in image.type.tensor_type.shape.dim] == [
        "batch", 1, 16, 16,
    ]  # fmt: skip
    assert [d.dim_param or d.dim_value for d in scores.type.tensor_type.shape.dim] == ["batch", 10]
    names = {array.name for array in model.graph.initializer}
    kept = set(torch.load(weights, weights_only=True))
    assert names == {name for name in kept if "num_batches" not in name}
    assert not recwarn.list


def test_weights_of_the_full_training_come_first(
    export_2: Callable[..., Exported], weights: Path, store: Store, hand_made: StudyRecord,
    workspace: Workspace,
) -> None:  # fmt: skip
    trained = workspace.trained_weights(2)
    _write_weights(store, hand_made, trained)
    assert export_2().weights_origin == "the search's proxy training, 2 epochs"  # none is noted
    _note_training(store, hand_made, sha256(trained.read_bytes()).hexdigest())
    exported = export_2()
    assert exported.weights is not None
    assert exported.weights.read_bytes() == trained.read_bytes() != weights.read_bytes()
    text = " ".join(exported.code.read_text().split())
    said = "Full training: 3 epochs, accuracy 0.875 on the validation split, 0.8125 on the test"
    assert f"{said} images (2,000 images)" in text
    trained.write_bytes(weights.read_bytes())
    with pytest.raises(ExportError, match="is not what training 1 of the database wrote"):
        export_2()


def _note_training(store: Store, study: StudyRecord, digest: str) -> None:
    from nas.store import TrainingEpochRecord

    trial = store.trials(study)[2]
    training = store.add_training(
        trial.architecture, recipe={}, seed=0, max_epochs=3, hardware={}, versions={},
        study=study, number=2,
    )  # fmt: skip
    for epochs in (1, 2, 3):
        store.report_training(training, TrainingEpochRecord(epochs, 0.875, 0.5, 1.0))
    store.finish_training(
        training, test_accuracy=0.8125, num_test_images=2000, weights_sha256=digest
    )


def test_trial_without_weights(export_2: Callable[..., Exported], workspace: Workspace) -> None:
    exported = export_2()
    assert (exported.weights, exported.weights_origin) == (None, None)
    assert [path.name for path in workspace.export.iterdir()] == ["trial_2.py"]
    with pytest.raises(ExportError, match=r"trial 2 has no trained weights: there is no .*\.pt"):
        export_2(Wishes(weights=True, with_latency=False))


def test_weights_that_are_not_wanted(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace
) -> None:
    exported = export_2(Wishes(weights=False, with_latency=False))
    assert exported.weights is None
    assert "Weights:" not in exported.code.read_text()
    assert [path.name for path in workspace.export.iterdir()] == ["trial_2.py"]


def _junk(path: Path) -> None:
    path.write_bytes(b"these are no weights\n" * 9)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _tensor(path: Path) -> None:
    torch.save(torch.zeros(3), path)


def _other_network(path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2).state_dict(), path)


def _code(path: Path) -> None:
    torch.save(Path("x"), path)  # an object that only running its pickle would make


@pytest.mark.parametrize("damage", [_junk, _cut, _empty, _tensor, _other_network, _code])
def test_damaged_weights_are_one_line_and_nothing_is_written(
    damage: Callable[[Path], None],
    export_2: Callable[..., Exported],
    weights: Path,
    workspace: Workspace,
) -> None:
    damage(weights)
    with pytest.raises(ExportError, match=r"is no file of weights|do not fit") as raised:
        export_2()
    assert len(str(raised.value).splitlines()) == 1
    assert not workspace.export.exists()


def test_failed_proof_writes_nothing_and_keeps_what_was_there(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace, store: Store,
    hand_made: StudyRecord, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def wrong(*arguments: Any) -> str:
        return network_source(*arguments).replace("F.relu(", "F.silu(", 1)

    with monkeypatch.context() as patch:
        patch.setattr(export_module, "network_source", wrong)
        with pytest.raises(ExportError, match=r"^trial_2\.py: the code's outputs differ"):
            export_2()
        assert not workspace.export.exists()
    before = export_2().code.read_bytes()
    monkeypatch.setattr(export_module, "network_source", wrong)
    with pytest.raises(ExportError, match="outputs differ"):
        export_2()
    assert [p.name for p in sorted(workspace.export.iterdir())] == ["trial_2.pt", "trial_2.py"]
    assert (workspace.export / "trial_2.py").read_bytes() == before
    assert len(store.exports(hand_made)) == 2


def test_folder_that_cannot_be_made(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace
) -> None:
    workspace.export.write_text("a file")
    with pytest.raises(ExportError, match="cannot be written: File exists"):
        export_2()


def test_unknown_format_is_one_line(tmp_path: Path) -> None:
    subject = subject_of_reference("squeezenet", reference_network("squeezenet", resolution=64))
    rule = "must be one of code, onnx, torch_export, torchscript; got 'tflite'"
    with pytest.raises(ExportError, match=rule):
        export_subjects([subject], tmp_path / "out", ["tflite"])
    assert not (tmp_path / "out").exists()


def test_onnx_without_its_packages_is_one_line(
    export_2: Callable[..., Exported], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"needs the package onnx, which is not installed: pip"):
        export_2(Wishes(("onnx",), with_latency=False))
    assert not workspace.export.exists()


HOSTILE = 'x"""\nimport os\nos.abort()\\'


def test_hostile_study_stays_in_the_header(store: Store, hand_made: StudyRecord) -> None:
    import ast

    experiment = {
        **hand_made.experiment,
        "dataset": {"name": "image_folder", "root": HOSTILE},
        "evaluator": HOSTILE,
    }
    study = replace(
        hand_made, name=HOSTILE, dataset=HOSTILE, dataset_fingerprint=HOSTILE,
        experiment=experiment, versions={HOSTILE: HOSTILE},
    )  # fmt: skip
    trial = replace(store.trials(hand_made)[2], description=HOSTILE)
    network = store.network(trial.architecture)
    plain, hostile = (
        subject_of_trial(network, s, t, None, note=note)
        for s, t, note in ((hand_made, trial, "plain"), (study, trial, HOSTILE))
    )
    bodies = [
        ast.parse(network_source(network, subject.facts, subject.title)).body
        for subject in (plain, hostile)
    ]
    assert ast.dump(ast.Module(bodies[0][1:], [])) == ast.dump(ast.Module(bodies[1][1:], []))
    source = network_source(network, hostile.facts, hostile.title)
    assert source.count("os.abort()") >= 6
    exec(compile(source, "network.py", "exec"), {"__name__": "exported"})


# The command.


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
    class Chosen(Exception):
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
        (("hand-made", "--format", "tflite"), 2, "'tflite' is not one of 'code', 'onnx'"),
        (("--network", "vgg3"), 1, "no reference network 'vgg3'; there are alexnet"),
        (("hand-made", "--trial", "0", "--weights"), 1, "trial 0 has no trained weights"),
    ],
)
def test_wrong_calls_are_told(
    arguments: tuple[str, ...], code: int, said: str, run: Callable[..., tuple[int, str, str]]
) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert said in " ".join(err.split())


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


def test_export_from_python(
    url: str, hand_made: StudyRecord, weights: Path, workspace: Workspace, tmp_path: Path
) -> None:
    study = Study("hand-made", url, workspace.root)
    exported = study.export(2, tmp_path / "out", formats=["onnx"], weights=True, note="mine")
    assert exported.files["onnx"] == tmp_path / "out" / "trial_2.onnx"
    assert "Note: mine" in exported.code.read_text()
