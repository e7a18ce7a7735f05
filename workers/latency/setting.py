"""What a latency holds for: the device, and how the network is run on it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256

ESTIMATOR = "vela"
"""The backend of a setting in which nothing is run: the compiler says what it would take."""

DEVICES = ("cpu", "cuda", "npu")
BACKENDS = ("eager", "compile", "onnxruntime", ESTIMATOR)
DTYPES = ("float32", "bfloat16", "float16", "int8")
MEMORY_FORMATS = ("contiguous", "channels_last")

_FIRST = (
    "device", "backend", "dtype", "batch_size", "num_threads", "memory_format", "device_name",
    "versions",
)  # fmt: skip
"""The fields of the first keys. Nothing is ever added here."""


@dataclass(frozen=True)
class LatencySetting:
    """What a measurement holds for; another setting is another table.

    A field that comes later needs a default: what all was measured with before it.

    Attributes:
        device: One of `DEVICES`.
        backend: One of `BACKENDS`: PyTorch eagerly, `torch.compile`, ONNX Runtime, or what
            estimates instead.
        dtype: One of `DTYPES`, of weights and activations.
        batch_size: Images in one run.
        num_threads: Threads that one layer is spread over on the CPU.
        memory_format: One of `MEMORY_FORMATS`.
        device_name: The processor, the card, or what `Npu` calls itself.
        versions: Versions of what ran.
    """

    device: str
    backend: str
    dtype: str
    batch_size: int
    num_threads: int
    memory_format: str
    device_name: str
    versions: str

    @property
    def key(self) -> str:
        """Sixteen hex digits that equal settings share, whatever fields come later."""
        told = (
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name in _FIRST or getattr(self, field.name) != field.default
        )
        # written as the representation of the first settings was, by which tables are found
        return sha256(f"LatencySetting({', '.join(told)})".encode()).hexdigest()[:16]

    @property
    def is_estimated(self) -> bool:
        """Whether latencies are what a compiler says, and nothing was run."""
        return self.backend == ESTIMATOR

    @property
    def in_words(self) -> str:
        """For people, for example `AMD EPYC, eager, float32, batch 1, 1 thread`."""
        if self.is_estimated:
            return f"{self.device_name}, {self.dtype}, estimated by {self.versions}, not measured"
        threads = f"{self.num_threads} thread{'s' if self.num_threads > 1 else ''}"
        words = [self.device_name, self.backend, self.dtype, f"batch {self.batch_size}"]
        words += [threads] if self.device == "cpu" else []
        words += [self.memory_format] if self.memory_format != "contiguous" else []
        return ", ".join(words)
