"""Blocks and networks run by ONNX Runtime; PyTorch need not be there."""

from __future__ import annotations

import numpy as np
import onnxruntime

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
    return onnx_model(graphs, batch_size=setting.batch_size, dtype=setting.dtype)


class OnnxDeployed:
    """One subject with its session and its input in memory."""

    def __init__(self, subject: Subject, setting: LatencySetting) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setting.num_threads
        options.inter_op_num_threads = 1
        model = subject.onnx_model or model_bytes(subject, setting)
        self._session = onnxruntime.InferenceSession(
            model, options, providers=[_PROVIDERS[setting.device]]
        )
        shape = (setting.batch_size, *subject.in_shape)
        images = np.random.default_rng(0).standard_normal(shape)
        self._template = images.astype(setting.dtype)
        self._input = self._template.copy()
        self._feed = {self._session.get_inputs()[0].name: self._input}

    def refresh(self) -> None:
        # In place, since the feed holds this array.
        np.copyto(self._input, self._template)

    def run(self) -> object:
        return self._session.run(None, self._feed)
