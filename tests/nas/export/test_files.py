"""What an export writes: all of it once it is proven, from the weights of whoever trained last."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from export_kit import write_weights

import nas.export.files as export_module
from nas.export import Exported, Wishes, network_source
from nas.store import Store, StudyRecord
from nas.store.workspace import Workspace
from nas.study import Study
from search_spaces.errors import ExportError
from workers.training.subject import FileSubject


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
    subject = FileSubject(exported.code)  # what `nas train FILE.py` makes of it
    assert subject.in_shape == (1, 16, 16)
    assert sum(p.numel() for p in subject.plain_module().parameters()) == 5746
    command = [sys.executable, "-W", "error", str(exported.code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # 24 channels, kernel 3: 216 + 48 + 5184 + 48 + 250; 256·216 + 64·5184 + 240
    assert done.stdout.splitlines()[-1].split() == ["total", "[10]", "5,746", "387,312"]
    assert (exported.proof.params, exported.proof.flops) == (5746, 387312)


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


def test_weights_of_the_full_training_come_first(
    export_2: Callable[..., Exported], weights: Path, store: Store, hand_made: StudyRecord,
    workspace: Workspace,
) -> None:  # fmt: skip
    trained = workspace.trained_weights(2)
    write_weights(store, hand_made, trained)
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
    def wrong(*arguments: Any, **more: Any) -> str:
        return network_source(*arguments, **more).replace("nn.ReLU(", "nn.SiLU(", 1)

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


def test_export_from_python(
    url: str, hand_made: StudyRecord, weights: Path, workspace: Workspace, tmp_path: Path
) -> None:
    study = Study("hand-made", url, workspace.root)
    exported = study.export(2, tmp_path / "out", formats=["onnx"], weights=True, note="mine")
    assert exported.files["onnx"] == tmp_path / "out" / "trial_2.onnx"
    assert "Note: mine" in exported.code.read_text()
