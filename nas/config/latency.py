"""The section `latency`: how a network is timed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from nas.config.values import Positive, PositiveInt, Text
from search_spaces.quantities import parse_duration
from search_spaces.spaces.space_spec import Spec


class LatencySpec(Spec):
    """How latency is measured: on which device, and how networks are run there.

    Attributes:
        backend: PyTorch eagerly, `torch.compile`, or ONNX Runtime.
        dtype: Of weights and activations.
        memory_format: The order of a feature map's values in memory.
        table: A table measured on another device; its path begins at this file's folder.
        max_profile_seconds: After which no further block is measured; the rest is predicted.
    """

    device: Literal["cpu", "cuda"] = "cpu"
    backend: Literal["eager", "compile", "onnxruntime"] = "eager"
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    batch_size: PositiveInt = 1
    num_threads: PositiveInt = 1
    memory_format: Literal["contiguous", "channels_last"] = "contiguous"
    table: Text | None = None
    max_profile_seconds: Annotated[Positive | None, BeforeValidator(parse_duration)] = None

    @model_validator(mode="after")
    def _known_to_onnx_runtime(self) -> LatencySpec:
        if self.backend == "onnxruntime":
            _require(self.dtype != "bfloat16", "dtype", "must be float32 or float16")
            _require(self.memory_format == "contiguous", "memory_format", "must be contiguous")
        return self

    def conditions(self) -> dict[str, Any]:
        """What a setting takes from this section; the rest of a setting is the device's."""
        names = ("device", "backend", "dtype", "batch_size", "num_threads", "memory_format")
        return {name: getattr(self, name) for name in names}


def _require(holds: bool, key: str, rule: str) -> None:
    if not holds:
        text = "{rule} where `backend` is onnxruntime"
        raise PydanticCustomError("backend", text, {"rule": rule, "key": key})
