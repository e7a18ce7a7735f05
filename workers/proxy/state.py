"""What a training consists of: fresh weights, copies of them, memory that is used again.

A training step makes and frees the same large tensors again and again. glibc hands their pages back
to the system each time, which then has to clear new ones: a third of the time of a small network.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from workers.memory import glibc


def initialised(module: nn.Module) -> nn.Module:
    """He's initialisation of convolutions (arXiv:1502.01852), by fan out."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return module


def parameter_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """No weight decay on norms and biases (arXiv:1812.01187, section 3.1)."""
    parameters = list(module.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def copied(value: Any) -> Any:
    """The same nest of dicts and lists with tensors of its own, memory format kept."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    if isinstance(value, list):
        return [copied(part) for part in value]
    return value


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's `mallopt`."""


def keep_freed_memory() -> bool:
    """Lets this process use freed memory again instead of handing it back at once.

    `workers.memory.free` hands it back between two trainings.

    Returns:
        Whether the C library can do so; on others than glibc nothing changes.
    """
    libc = glibc()
    if libc is None:
        return False
    # Older versions of glibc refuse a threshold above 32 MiB.
    largest = any(libc.mallopt(_MMAP_THRESHOLD, size) for size in (1 << 30, 1 << 25))
    # The largest that `mallopt` can be told: it takes an int.
    return bool(largest and libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1))
