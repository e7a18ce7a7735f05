"""What number types mean on a card: float32 is float32, and bfloat16 only where it is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

BFLOAT16_CAPABILITY = (8, 0)
"""Compute capability of the first NVIDIA cards that calculate in bfloat16; others imitate it."""


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device calculates in bfloat16 itself."""
    if device.type != "cuda" or torch.version.hip:
        return True
    # PyTorch's own `is_bf16_supported` also says yes where it is imitated, which is slower than
    # float32.
    return torch.cuda.get_device_capability(device) >= BFLOAT16_CAPABILITY


@contextmanager
def exact_float32() -> Iterator[None]:
    """While this is open, float32 on a card has 24 bits; PyTorch's own convolutions take 11 (TF32).

    A captured step keeps what it was captured with.
    """
    matmul, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = matmul.allow_tf32, cudnn.allow_tf32
    matmul.allow_tf32 = cudnn.allow_tf32 = False
    try:
        yield
    finally:
        matmul.allow_tf32, cudnn.allow_tf32 = before
