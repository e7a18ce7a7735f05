"""The format onnx_int8 of an export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

import nas.export.onnx_int8 as onnx_int8
from nas.export import Exported, Wishes
from nas.export.int8 import cosine
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError

WISHES = Wishes(("onnx_int8", "tflite"), with_latency=False)


@pytest.fixture
def exported(export_2: Callable[..., Exported], weights: Path) -> Exported:
    return export_2(WISHES)


def test_file_has_the_integers_and_scales_of_the_other_format(
    exported: Exported, workspace: Workspace
) -> None:
    assert exported.files["onnx_int8"] == workspace.export / "trial_2.int8.onnx"
    model = onnx.load(exported.files["onnx_int8"])
    made_by = {out: node for node in model.graph.node for out in node.output}
    arrays = {a.name: numpy_helper.to_array(a) for a in model.graph.initializer}
    convs = [node for node in model.graph.node if node.op_type == "Conv"]
    # Stem and block with batch norm, and the classifier, each between integers.
    assert len(convs) == 3
    assert "BatchNormalization" not in {node.op_type for node in model.graph.node}
    for node in convs:
        inputs = [made_by[name] for name in node.input]
        assert [each.op_type for each in inputs] == ["DequantizeLinear"] * 3
        weight, scale = (arrays[name] for name in inputs[1].input[:2])
        assert weight.dtype == "int8" and scale.shape == (len(weight),)
        assert arrays[inputs[2].input[0]].dtype == "int32"
    card = json.loads(exported.files["tflite_card"].read_text())
    told = {p.key: json.loads(p.value) for p in model.metadata_props}
    for end in ("input", "output"):
        same = {name: card[end][name] for name in ("scale", "zero_point")}
        assert told[f"{end}_quantisation"] == same
    assert told["precision"] == "int8"


def test_proof_is_told(exported: Exported) -> None:
    proof, other = exported.proof.onnx_int8, exported.proof.tflite
    assert proof is not None and other is not None
    assert proof.mean_steps <= 1 and proof.max_steps <= 3
    assert proof.cosine > 0.99
    assert proof.num_bytes == exported.files["onnx_int8"].stat().st_size
    assert exported.as_json()["proof"]["onnx_int8"]["cosine"] == proof.cosine


def test_other_integers_are_refuted_before_anything_is_written(
    export_2: Callable[..., Exported], weights: Path, workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class Other(onnx_int8.IntegerNetwork):
        def __call__(self, images: torch.Tensor) -> torch.Tensor:
            found = super().__call__(images)
            return found + 0.1 * found.abs().max()

    monkeypatch.setattr(onnx_int8, "IntegerNetwork", Other)
    with pytest.raises(ExportError, match="onnx_int8 lie beside those of the same integers"):
        export_2(WISHES)
    assert not workspace.export.exists()


@pytest.mark.parametrize("name", ["onnx", "onnx_int8"])
def test_missing_package_is_one_line(
    name: str, export_2: Callable[..., Exported], workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(onnx_int8, "find_spec", lambda asked: None if asked == "onnx" else 1)
    rule = rf"the format {name} needs the package onnx, which is not installed: pip install"
    with pytest.raises(ExportError, match=rule):
        export_2(Wishes((name,), with_latency=False))
    assert not workspace.export.exists()


@pytest.mark.parametrize(
    ("found", "wanted", "alike"),
    [([3, 4], [6, 8], 1), ([1, 0], [0, 2], 0), ([1, 0], [-2, 0], -1), ([0, 0], [0, 0], 1),
     ([0, 0], [1, 2], 0)],
)  # fmt: skip
def test_outputs_that_are_all_zeros_are_like_no_others(
    found: list[float], wanted: list[float], alike: float
) -> None:
    assert cosine(np.array(found), np.array(wanted)) == pytest.approx(alike)
