"""What this machine can measure for, and how it is called."""

from __future__ import annotations

import platform
from importlib import import_module

from search_spaces.errors import DeviceError, LatencyError
from workers.devices import card_name
from workers.latency.setting import LatencySetting


def setting_here(
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
    _require_device(device, backend)
    try:
        name = card_name() if device == "cuda" else processor_name()
    except DeviceError as error:
        raise LatencyError(f"`latency.device` is {device}, but {error}") from error
    package = "onnxruntime" if backend == "onnxruntime" else "torch"
    version = import_module(package).__version__
    versions = f"{package} {version}, python {platform.python_version()}"
    return LatencySetting(
        device, backend, dtype, batch_size, num_threads, memory_format, name, versions
    )


def processor_name() -> str:
    """The processor's model, as the system names it."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    # On ARM the file has no such line.
    return names[0] if names else platform.processor() or platform.machine()


def _require_device(device: str, backend: str) -> None:
    """Raises LatencyError where the backend is not installed or finds no such device."""
    try:
        if backend == "onnxruntime":
            from workers.latency.onnx_backend import has_device
        else:
            from workers.latency.torch_backend import has_device
    except ModuleNotFoundError as error:
        rule = f"`latency.backend` is {backend}, which needs the package {error.name}"
        raise LatencyError(f"{rule}: it is not installed here") from error
    if not has_device(device):
        raise LatencyError(f"`latency.device` is {device}, but {backend} finds none here")
