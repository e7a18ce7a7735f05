"""The other formats of an export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import nas.export.onnx_int8 as onnx_int8
from nas.export import Exported, Wishes, export_subjects, subject_of_reference
from nas.store.workspace import Workspace
from search_spaces.errors import ExportError
from search_spaces.networks import reference_network


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
        script = torch.jit.load(exported.files["torchscript"])  # type: ignore[no-untyped-call]
        torch.testing.assert_close(script(x), wanted)
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


def test_unknown_format_is_one_line(tmp_path: Path) -> None:
    subject = subject_of_reference("squeezenet", reference_network("squeezenet", resolution=64))
    rule = "must be one of code, onnx, onnx_int8, torch_export, torchscript, tflite; got 'coreml'"
    with pytest.raises(ExportError, match=rule):
        export_subjects([subject], tmp_path / "out", ["coreml"])
    assert not (tmp_path / "out").exists()


def test_onnx_without_its_packages_is_one_line(
    export_2: Callable[..., Exported], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_int8, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"needs the package onnx, which is not installed: pip"):
        export_2(Wishes(("onnx",), with_latency=False))
    assert not workspace.export.exists()
