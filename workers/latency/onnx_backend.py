"""Blocks and networks run by ONNX Runtime; PyTorch need not be there."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from search_spaces.errors import LatencyError
from search_spaces.graphs.inference import inference_graph
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def has_device(device: str) -> bool:
    """Whether this build of ONNX Runtime can run there."""
    return _PROVIDERS[device] in onnxruntime.get_available_providers()


def model_bytes(subject: Subject, setting: LatencySetting) -> bytes:
    """The ONNX file of a subject, batch norm folded, with weights drawn at random.

    Only here the package onnx is needed: a board gets its files ready-made.
    """
    if setting.dtype == "int8":
        return _integer_bytes(subject, setting.batch_size)
    from search_spaces.graphs.onnx_model import onnx_model

    graphs = tuple(inference_graph(graph) for graph in subject.graphs)
    return onnx_model(
        graphs, sources=subject.sources or None, batch_size=setting.batch_size, dtype=setting.dtype
    )


def _integer_bytes(subject: Subject, batch_size: int) -> bytes:
    """A network is given numbers; a block has the integers of the one before it."""
    from search_spaces.tflite.lowering import lowered_blocks
    from search_spaces.tflite.onnx_file import integer_onnx
    from search_spaces.tflite.quantisation import drawn_program

    typed = drawn_program(lowered_blocks(subject.graphs, subject.sources))
    return integer_onnx(typed, batch_size=batch_size, float_ends=len(subject.graphs) > 1)


_DTYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(int8)": "int8"}
"""What an input is, as ONNX Runtime calls it."""


def _values(given: onnxruntime.NodeArg) -> NDArray[Any]:
    """Values of an input, drawn at random."""
    values: NDArray[Any] = np.random.default_rng(0).standard_normal(given.shape)
    dtype = _DTYPES[given.type]
    # A deviation of a quarter of the range, as maps of a quantised network have it.
    return (32 * values).clip(-128, 127).astype(dtype) if dtype == "int8" else values.astype(dtype)


def _require_provider(session: onnxruntime.InferenceSession, device: str) -> None:
    """Raises LatencyError where a session runs elsewhere than it was asked to.

    Where the libraries of a GPU cannot be loaded, ONNX Runtime takes the CPU and goes on.
    """
    wanted, has = _PROVIDERS[device], session.get_providers()
    if has[:1] != [wanted]:
        rule = f"ONNX Runtime takes {' and '.join(has) or 'nothing'} where it was to take {wanted}"
        hint = "do its versions of CUDA and cuDNN fit those that are installed here?"
        raise LatencyError(f"`latency.device` is {device}, but {rule}; {hint}")
    session.disable_fallback()  # nor does it later, where a run fails


class OnnxDeployed:
    """One subject with its session and its inputs in memory."""

    def __init__(self, subject: Subject, setting: LatencySetting) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setting.num_threads
        options.inter_op_num_threads = 1
        model = subject.onnx_model or model_bytes(subject, setting)
        self._session = onnxruntime.InferenceSession(
            model, options, providers=[_PROVIDERS[setting.device]]
        )
        _require_provider(self._session, setting.device)
        self._templates = {given.name: _values(given) for given in self._session.get_inputs()}
        self._feed = {name: values.copy() for name, values in self._templates.items()}

    def refresh(self) -> None:
        # In place, since the feed holds these arrays.
        for name, template in self._templates.items():
            np.copyto(self._feed[name], template)

    def run(self) -> object:
        return self._session.run(None, self._feed)
