"""How a training begins: fresh weights, and what of them decays."""

from __future__ import annotations

from torch import nn


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
