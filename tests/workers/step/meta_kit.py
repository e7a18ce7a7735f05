"""A device on which nothing is calculated, and which bears no tensor of another."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class OneDevice(TorchDispatchMode):
    """Refuses operations that see a tensor which is not on the meta device.

    Where a card would copy one, or quietly take a number of the CPU's as it is now for ever.
    """

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        self._require_meta(func, (args, kwargs))
        if func in _UPDATES:  # which have no implementation for the meta device
            return None
        result = func(*args, **kwargs)
        self._require_meta(func, result)
        return result

    def _require_meta(self, func: Any, values: Any) -> None:
        for value in tree_leaves(values):
            if isinstance(value, Tensor) and value.device.type != "meta":
                raise AssertionError(f"{func} sees a tensor on the {value.device}")


_UPDATES = (
    torch.ops.aten._fused_sgd_.tensor_lr,
    torch.ops.aten._fused_sgd_.default,
    torch.ops.aten._fused_adamw_.tensor_lr,
)


def let_meta_train(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets fused optimisers be made for the meta device, and all be called as on a card."""
    # Under their names as attributes of `torch.optim` these modules are not to be found.
    for name in ("torch.optim.sgd", "torch.optim.adam"):
        module = importlib.import_module(name)
        monkeypatch.setattr(module, "_device_dtype_check_for_fused", lambda *_: None)
    monkeypatch.setattr("workers.step.capture.DEVICE_TYPES", {"meta"})
