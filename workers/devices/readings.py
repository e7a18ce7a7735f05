"""What a GPU's driver tells: the card's name, and how busy the card is with whatever process."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time

from search_spaces.errors import DeviceError

IDLE_S = 1.2
"""The driver's reading is a mean over the last second at most; so long we keep still before it."""

_ANSWER_WITHIN_S = 10.0


def card_name() -> str:
    """Name of the first GPU of this process, which the driver tells where PyTorch cannot.

    Raises:
        DeviceError: Neither knows one.
    """
    try:
        import torch

        if torch.cuda.is_available():
            return torch.cuda.get_device_name()
    except ModuleNotFoundError:  # as on a board with ONNX Runtime alone
        pass
    return _name_by_driver()


def _name_by_driver() -> str:
    try:
        driver = ctypes.CDLL("libcuda.so.1" if os.name == "posix" else "nvcuda.dll")
    except OSError as error:
        raise DeviceError("no driver of a GPU is installed here") from error
    device, name = ctypes.c_int(), ctypes.create_string_buffer(256)
    for failed in (
        driver.cuInit(0),
        driver.cuDeviceGet(ctypes.byref(device), 0),
        driver.cuDeviceGetName(name, len(name), device),
    ):
        if failed:
            raise DeviceError(f"the GPU's driver knows no card (its error {failed})")
    return name.value.decode()


def utilisation() -> float | None:
    """Share of the last moments, 0 to 1, in which the card did anything for whatever process.

    None where the driver does not tell, as for a part of a card (MIG).
    """
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    query = [tool, "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", *_which_card()]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=_ANSWER_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    first = (done.stdout.splitlines() or [""])[0].strip()
    return int(first) / 100 if done.returncode == 0 and first.isdecimal() else None


def _which_card() -> list[str]:
    """The first card of this process: by its own id, or as its environment names it."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        # CUDA may count cards in another order than the tool does.
        return [f"--id=GPU-{torch.cuda.get_device_properties(0).uuid}"]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
    return [f"--id={visible or 0}"]


def others_share() -> float | None:
    """Share of the card's time that other processes take, while this one keeps still; or None."""
    time.sleep(IDLE_S)
    return utilisation()
