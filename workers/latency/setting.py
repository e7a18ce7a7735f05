"""What a latency holds for: the device, and how the network is run on it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

DEVICES = ("cpu", "cuda")
BACKENDS = ("eager", "compile", "onnxruntime")
DTYPES = ("float32", "bfloat16", "float16")
MEMORY_FORMATS = ("contiguous", "channels_last")


@dataclass(frozen=True)
class LatencySetting:
    """What a measurement holds for; another setting is another table.

    Attributes:
        device: One of `DEVICES`.
        backend: One of `BACKENDS`: PyTorch eagerly, `torch.compile`, or ONNX Runtime.
        dtype: One of `DTYPES`, of weights and activations.
        batch_size: Images in one run.
        num_threads: Threads that one layer is spread over on the CPU.
        memory_format: One of `MEMORY_FORMATS`.
        device_name: The processor or the card.
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
        """Sixteen hex digits that equal settings share."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def in_words(self) -> str:
        """For people, for example `AMD EPYC, eager, float32, batch 1, 1 thread`."""
        threads = f"{self.num_threads} thread{'s' if self.num_threads > 1 else ''}"
        words = [self.device_name, self.backend, self.dtype, f"batch {self.batch_size}"]
        words += [threads] if self.device == "cpu" else []
        words += [self.memory_format] if self.memory_format != "contiguous" else []
        return ", ".join(words)
