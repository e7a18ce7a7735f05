"""The format tflite of an export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import workers.quantisation.runtimes as runtimes
from nas.export import Exported, Wishes, export_subjects, subject_of_reference
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError
from search_spaces.networks import reference_network
from search_spaces.tflite.quantisation import Typed
from workers.quantisation import post_training


def test_file_and_card_lie_beside_the_code(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace
) -> None:
    exported = export_2(Wishes(("tflite",), with_latency=False))
    proof = exported.proof.tflite
    assert exported.files["tflite"] == workspace.export / "trial_2.tflite"
    data = exported.files["tflite"].read_bytes()
    assert data[4:8] == b"TFL3"
    assert proof is not None and proof.flash_bytes == len(data)
    assert proof.arena_bytes == proof.predicted_arena_bytes
    assert proof.num_compared >= 3 and proof.cosine > 0.99
    card = json.loads(exported.files["tflite_card"].read_text())
    assert card["precision"] == "int8"
    assert "CONV_2D" in card["operators"]
    assert card["input"]["layout"] == "NHWC"
    assert card["proof"] == exported.as_json()["proof"]["tflite"]


def test_float32_is_a_wish(export_2: Callable[..., Exported], weights: Path) -> None:
    exported = export_2(Wishes(("tflite",), with_latency=False, precision="float32"))
    proof = exported.proof.tflite
    assert proof is not None and proof.precision == "float32"
    assert proof.arena_bytes is None and proof.float_difference < 1e-4


def test_missing_package_is_one_line(
    export_2: Callable[..., Exported], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "find_spec", lambda name: None if name == "tflite_micro" else 1)
    rule = r"needs the package tflite-micro, which is not installed: pip install 'conv-nas\[tflite"
    with pytest.raises(ExportError, match=rule):
        export_2(Wishes(("tflite",), with_latency=False))
    assert not workspace.export.exists()


def test_wrong_operators_are_refuted_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One weight of the file is another than the network's."""
    real = post_training.float_program

    def damaged(program: object) -> Typed:
        typed = real(program)  # type: ignore[arg-type]
        number = max(i for i, t in enumerate(typed.program.tensors) if t.role == "weight")
        array = np.array(typed.arrays[number])
        array.flat[0] += 0.1
        return Typed(
            typed.program, (*typed.arrays[:number], array, *typed.arrays[number + 1 :]),
            typed.scalings, False,
        )  # fmt: skip

    monkeypatch.setattr(post_training, "float_program", damaged)
    network = reference_network("mobilenet_v1", width_mult=0.125, resolution=32, num_classes=3)
    subject = subject_of_reference("mobilenet_v1", network)
    with pytest.raises(ExportError, match="differ from the searched network's by"):
        export_subjects([subject], tmp_path / "out", ["tflite"], with_latency=False)
    assert not (tmp_path / "out").exists()
