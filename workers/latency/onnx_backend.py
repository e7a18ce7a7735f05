"""Blocks and networks run by ONNX Runtime; PyTorch need not be there."""

from __future__ import annotations

import numpy as np
import onnxruntime

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
    from search_spaces.graphs.onnx_model import onnx_model

    graphs = tuple(inference_graph(graph) for graph in subject.graphs)
    return onnx_model(
        graphs, sources=subject.sources or None, batch_size=setting.batch_size, dtype=setting.dtype
    )


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
        rng = np.random.default_rng(0)
        self._templates = {
            given.name: rng.standard_normal((setting.batch_size, *shape)).astype(setting.dtype)
            for given, shape in zip(self._session.get_inputs(), subject.in_shapes, strict=True)
        }
        self._feed = {name: values.copy() for name, values in self._templates.items()}

    def refresh(self) -> None:
        # In place, since the feed holds these arrays.
        for name, template in self._templates.items():
            np.copyto(self._feed[name], template)

    def run(self) -> object:
        return self._session.run(None, self._feed)
