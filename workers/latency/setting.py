"""What a latency holds for: the device, and how the network is run on it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module

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

    @classmethod
    def here(
        cls,
        device: str = "cpu",
        *,
        backend: str = "eager",
        dtype: str = "float32",
        batch_size: int = 1,
        num_threads: int = 1,
        memory_format: str = "contiguous",
    ) -> LatencySetting:
        """The setting for measurements in this process.

        Raises:
            LatencyError: There is no such device here, or the backend is not installed.
        """
        from workers.latency.deployed import require_device

        require_device(device, backend)
        name = _card_name() if device == "cuda" else processor_name()
        package = "onnxruntime" if backend == "onnxruntime" else "torch"
        version = import_module(package).__version__
        versions = f"{package} {version}, python {platform.python_version()}"
        return cls(
            device, backend, dtype, batch_size, num_threads, memory_format, name, versions
        )  # fmt: skip

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


def processor_name() -> str:
    """The processor's model, as the system names it."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _card_name() -> str:
    """The first GPU; known to PyTorch alone."""
    import torch

    return torch.cuda.get_device_name()
