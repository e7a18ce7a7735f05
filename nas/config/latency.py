"""The section `latency`: how a network is timed, or who says how long it would take."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from nas.config.values import Positive, PositiveInt, Text
from search_spaces.quantities import parse_duration
from search_spaces.spaces.space_spec import Spec

Accelerator = Literal[
    "ethos-u55-32", "ethos-u55-64", "ethos-u55-128", "ethos-u55-256", "ethos-u65-256",
    "ethos-u65-512", "ethos-u85-128", "ethos-u85-256", "ethos-u85-512", "ethos-u85-1024",
    "ethos-u85-2048",
]  # fmt: skip
SystemConfig = Literal[
    "Ethos_U55_Deep_Embedded", "Ethos_U55_High_End_Embedded", "Ethos_U65_Embedded",
    "Ethos_U65_Mid_End", "Ethos_U65_High_End", "Ethos_U65_Client_Server",
    "Ethos_U85_SYS_Flash_Low", "Ethos_U85_SYS_Flash_High", "Ethos_U85_SYS_DRAM_Low",
    "Ethos_U85_SYS_DRAM_Mid", "Ethos_U85_SYS_DRAM_High",
]  # fmt: skip
MemoryMode = Literal[
    "Sram_Only", "Shared_Sram", "Dedicated_Sram", "Dedicated_Sram_256KB", "Dedicated_Sram_384KB",
    "Dedicated_Sram_512KB",
]  # fmt: skip

WITHOUT_DRAM = (
    "Ethos_U55_Deep_Embedded", "Ethos_U55_High_End_Embedded", "Ethos_U65_Embedded",
    "Ethos_U85_SYS_Flash_Low", "Ethos_U85_SYS_Flash_High",
)  # fmt: skip
OF_SRAM = ("Sram_Only", "Shared_Sram")
"""The memory modes in which feature maps lie in SRAM."""

RUN = ("device", "backend", "dtype", "batch_size", "num_threads", "memory_format")
"""The keys that say how a network is run where it is timed."""

NPU = ("accelerator", "system_config", "memory_mode")
"""The keys that say for what an estimator is asked."""


class LatencySpec(Spec):
    """How latency is measured: on which device, and how networks are run there.

    Attributes:
        backend: PyTorch eagerly, `torch.compile`, or ONNX Runtime.
        dtype: Of weights and activations.
        memory_format: The order of a feature map's values in memory.
        estimator: What says how long a network takes where nothing is timed; None times it.
        accelerator: That the estimator is asked for.
        system_config: The clock and the memories around it, by vela's names; None for its default.
        memory_mode: What lies in which memory, likewise.
        table: A table measured on another device; its path begins at this file's folder.
        max_profile_seconds: After which no further block is measured; the rest is predicted.
    """

    device: Literal["cpu", "cuda"] = "cpu"
    backend: Literal["eager", "compile", "onnxruntime"] = "eager"
    dtype: Literal["float32", "bfloat16", "float16", "int8"] = "float32"
    batch_size: PositiveInt = 1
    num_threads: PositiveInt = 1
    memory_format: Literal["contiguous", "channels_last"] = "contiguous"
    estimator: Literal["vela"] | None = None
    accelerator: Accelerator | None = None
    system_config: SystemConfig | None = None
    memory_mode: MemoryMode | None = None
    table: Text | None = None
    max_profile_seconds: Annotated[Positive | None, BeforeValidator(parse_duration)] = None

    @model_validator(mode="after")
    def _known_to_onnx_runtime(self) -> LatencySpec:
        if self.backend == "onnxruntime":
            where = "where `backend` is onnxruntime"
            rule = f"must be float32, float16 or int8 {where}"
            _require(self.dtype != "bfloat16", "dtype", rule)
            is_contiguous = self.memory_format == "contiguous"
            _require(is_contiguous, "memory_format", f"must be contiguous {where}")
        runs = self.backend == "onnxruntime" and self.device == "cpu"
        rule = "may be int8 only where `backend` is onnxruntime and `device` is cpu"
        _require(self.dtype != "int8" or runs or self.estimator is not None, "dtype", rule)
        return self

    @model_validator(mode="after")
    def _timed_or_estimated(self) -> LatencySpec:
        if self.estimator is None:
            for key in NPU:
                given = getattr(self, key) is not None
                _require(not given, key, "has a meaning only where `estimator` is vela")
            return self
        rule = "has no meaning where `estimator` is vela: nothing is run, in eight bit integers"
        for key in (*RUN, "table"):
            # What says no more than the default does no harm, nor what is so anyway.
            usual = (type(self).model_fields[key].default, *(["int8"] if key == "dtype" else []))
            _require(getattr(self, key) in usual, key, rule)
        _require(self.accelerator is not None, "accelerator", _accelerators())
        self._fits_accelerator()
        return self

    def _fits_accelerator(self) -> None:
        """Raises where the memories are those of another family, or are not there."""
        from workers.latency.vela import Npu, family

        npu = Npu.of(**self.npu())
        prefix = f"{family(npu.accelerator).replace('ethos-u', 'Ethos_U')}_"
        rule = f"must begin with {prefix} where `accelerator` is {npu.accelerator}"
        is_own = npu.system_config.startswith(prefix)
        _require(is_own, "system_config", f"{rule}; got {npu.system_config}")
        rule = f"must be {' or '.join(OF_SRAM)} where {npu.system_config} has no DRAM"
        is_there = npu.system_config not in WITHOUT_DRAM or npu.memory_mode in OF_SRAM
        came = f"got {npu.memory_mode}" if self.memory_mode else f"by default {npu.memory_mode}"
        _require(is_there, "memory_mode", f"{rule}; {came}")

    def conditions(self) -> dict[str, Any]:
        """What a setting takes from this section; the rest of a setting is the device's."""
        return {name: getattr(self, name) for name in RUN}

    def npu(self) -> dict[str, Any]:
        """What an estimator is asked for."""
        return {name: getattr(self, name) for name in NPU}


def _accelerators() -> str:
    return f"must be one of {', '.join(get_args(Accelerator))} where `estimator` is vela"


def _require(holds: bool, key: str, rule: str) -> None:
    if not holds:
        raise PydanticCustomError("backend", "{rule}", {"rule": rule, "key": key})
