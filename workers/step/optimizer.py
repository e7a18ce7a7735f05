"""Optimisers whose every number that changes lies in a tensor, from the first step on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, AdamW, Optimizer

Groups = list[dict[str, object]]


def sgd(groups: Groups, rate: Tensor, momentum: float) -> Optimizer:
    """Nesterov's momentum.

    Args:
        rate: `()`, read at every step.
    """
    optimizer = SGD(groups, lr=0.0, momentum=momentum, nesterov=momentum > 0, fused=True)
    _read_rate(optimizer, rate)
    if momentum:
        # PyTorch makes them in the first step, by a branch that a captured step would keep. From
        # zero the first step is the same.
        for parameter in _parameters(optimizer):
            optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    return optimizer


def adamw(groups: Groups, rate: Tensor) -> Optimizer:
    """AdamW (arXiv:1711.05101). Args: see `sgd`."""
    on_gpu = rate.device.type == "cuda"
    optimizer = AdamW(groups, lr=0.0, fused=True, capturable=on_gpu)
    _read_rate(optimizer, rate)
    for parameter in _parameters(optimizer):
        optimizer.state[parameter].update(
            step=torch.zeros((), device=rate.device),
            exp_avg=torch.zeros_like(parameter),
            exp_avg_sq=torch.zeros_like(parameter),
        )
    return optimizer


def _read_rate(optimizer: Optimizer, rate: Tensor) -> None:
    # Given to the optimiser when it is made, it would be waited for, to be looked at.
    for group in optimizer.param_groups:
        group["lr"] = rate


def state_tensors(optimizer: Optimizer) -> Iterator[Tensor]:
    """What an optimiser keeps from step to step."""
    for parameter in _parameters(optimizer):
        yield from optimizer.state.get(parameter, {}).values()


@torch.no_grad()
def load_state(optimizer: Optimizer, saved: Mapping[str, Any]) -> None:
    """Takes up a `state_dict` into the very tensors that there are, which a graph may write to.

    Only what was kept from step to step is taken: rates and the like follow from the recipe.
    """
    for number, parameter in enumerate(_parameters(optimizer)):
        # One that was saved before its first step had nothing to keep.
        values = saved["state"].get(number, {})
        for name, kept in optimizer.state.get(parameter, {}).items():
            if name in values:
                kept.copy_(values[name])
            else:
                kept.zero_()


def _parameters(optimizer: Optimizer) -> Iterator[Tensor]:
    """In the order in which a `state_dict` numbers them."""
    for group in optimizer.param_groups:
        yield from group["params"]
