"""A block or a network as it is deployed: what is run, and on what it is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from search_spaces.errors import LatencyError, NasError, reason_of
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject


class Deployed(Protocol):
    """Something that is ready to be timed."""

    def refresh(self) -> None:
        """Writes the input anew, as the layer before would have done; never timed."""
        ...

    def run(self) -> object:
        """One inference of one batch."""
        ...


def deploy(subject: Subject, setting: LatencySetting) -> Deployed:
    """Makes a subject ready to run, warmed up once.

    Raises:
        LatencyError: The backend cannot run it.
    """
    if setting.backend == "onnxruntime":
        from workers.latency.onnx_backend import OnnxDeployed as Backend
    else:
        from workers.latency.torch_backend import TorchDeployed as Backend  # type: ignore[assignment]
    try:
        deployed: Deployed = Backend(subject, setting)
        deployed.refresh()
        deployed.run()
    except NasError:
        raise
    except Exception as error:  # each backend raises kinds of its own
        how = f"{setting.backend}, {setting.dtype}, {setting.device}"
        raise LatencyError(f"a block cannot be run with {how}: {reason_of(error)}") from error
    return deployed


@contextmanager
def threads_and_mode(setting: LatencySetting) -> Iterator[None]:
    """The threads of the setting, no gradients, and float32 of 24 bits; all set back at the end."""
    # Its session has threads of its own, and PyTorch may not be there.
    if setting.backend == "onnxruntime":
        yield
        return
    import torch

    from workers.devices.precision import exact_float32

    before = torch.get_num_threads()
    torch.set_num_threads(setting.num_threads)
    try:
        # Also for what comes compiled or captured: a table says float32, and means it.
        with torch.inference_mode(), exact_float32():
            yield
    finally:
        torch.set_num_threads(before)
