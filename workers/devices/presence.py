"""Whether this process can use the device that is wanted; no other one is ever taken instead."""

from __future__ import annotations

import os
import warnings

from search_spaces.errors import DeviceError, on_one_line, reason_of

VISIBLE = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")
"""Variables by which an environment shows some GPUs and hides others."""


def require_device(name: str) -> None:
    """Raises DeviceError where this process cannot use a device, `cpu` or `cuda`."""
    reason = missing(name)
    if reason is not None:
        raise DeviceError(f"a GPU is wanted, and {reason}")


def missing(name: str) -> str | None:
    """Why this process cannot use a device; None where it can. Works on a GPU once, to see."""
    if name == "cpu":
        return None
    return missing_in_build() or _missing_here() or _refused()


def missing_in_build() -> str | None:
    """Why this build of PyTorch uses no GPU on whatever machine; None where it may."""
    import torch

    if torch.version.cuda is None and torch.version.hip is None:
        return f"PyTorch {torch.__version__} is a build for CPUs alone"
    return None


def _missing_here() -> str | None:
    import torch

    # What is wrong with a driver, PyTorch says as a warning.
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if torch.cuda.is_available() and torch.cuda.device_count() > 0:
            return None
    made_for = f"CUDA {torch.version.cuda}" if torch.version.cuda else f"ROCm {torch.version.hip}"
    seen = [f"{name}={os.environ[name]!r}" for name in VISIBLE if name in os.environ]
    notes = [*seen, *(on_one_line(str(warning.message)) for warning in said)]
    told = f" ({'; '.join(notes)})" if notes else ""
    return f"PyTorch {torch.__version__} for {made_for} finds none{told}"


def _refused() -> str | None:
    """A card may be there and yet too old for this build, or in the sole use of another process."""
    import torch

    try:
        float(torch.ones(1, device="cuda").sum())
    except RuntimeError as error:
        return f"the one that is there refuses to work: {reason_of(error)}"
    return None


def synchronise(device: object) -> None:
    """Waits until a GPU has done what it was given: only then does a clock tell of its work.

    Args:
        device: A `torch.device`, or a device by its name.
    """
    if str(device).startswith("cuda"):
        import torch

        torch.cuda.synchronize(device)  # type: ignore[arg-type]
