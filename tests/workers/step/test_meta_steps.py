"""On the meta device a step shows every tensor that was left on the CPU, and every hidden wait."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from steps_kit import ALL_CHANGES, Changes, ShortRecipe, network, noise, trainer
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from search_spaces.registry import block_types
from workers.proxy import ProxyData, ProxyTrainer
from workers.proxy.batches import DeviceSplit


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


@pytest.fixture(autouse=True)
def fused_on_meta(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets fused optimisers be made for the meta device."""
    # Under their names as attributes of `torch.optim` these modules are not to be found.
    for name in ("torch.optim.sgd", "torch.optim.adam"):
        module = importlib.import_module(name)
        monkeypatch.setattr(module, "_device_dtype_check_for_fused", lambda *_: None)
    monkeypatch.setattr("workers.step.capture.DEVICE_TYPES", {"meta"})  # called as on a card
    yield


def _on_meta() -> ProxyData:
    """The data set without its pixels; mean and deviation are worked out before."""
    data, device = ProxyData(noise()), torch.device("meta")
    data.device = device
    data.train = DeviceSplit(data.train.images.to(device), data.train.labels.to(device))
    for name in ("mean", "std", "mean_bytes"):
        setattr(data, name, getattr(data, name).to(device))
    return data


def _begun(made: ProxyTrainer) -> ProxyTrainer:
    made.module.train()
    made.stepper.begin(made.plan())
    return made


def _stepped(made: ProxyTrainer) -> None:
    with OneDevice():
        made.stepper.step()


RECIPES = {
    "everything": ShortRecipe(augmentation=ALL_CHANGES),
    "nothing": ShortRecipe(augmentation=Changes(), label_smoothing=0.0),
    "flip": ShortRecipe(augmentation=Changes(flip=True)),
    "without momentum": ShortRecipe(momentum=0.0),
}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_stays_on_the_device(name: str) -> None:
    made = _begun(trainer(None, RECIPES[name], graphs=False, data=_on_meta()))
    _stepped(made)
    _stepped(made)


@pytest.mark.parametrize("block_type", sorted(block_types()))
def test_every_block_stays_on_the_device(block_type: str) -> None:
    _stepped(_begun(trainer(network(block_type), graphs=False, data=_on_meta())))


def _left_on_the_cpu(made: ProxyTrainer) -> None:
    """The bytes that come in at the border."""
    made._data.mean_bytes = torch.zeros(3, dtype=torch.uint8)


def _made_on_the_cpu(made: ProxyTrainer) -> None:
    read = made.stepper.tape.read
    made.stepper.tape.read = lambda: read()._replace(share=torch.full((), 0.5))  # type: ignore[method-assign]


def _read_by_python(made: ProxyTrainer) -> None:
    read = made.stepper.tape.read

    def reading() -> Any:
        draws = read()
        float(made.stepper.tape.rate)
        return draws

    made.stepper.tape.read = reading  # type: ignore[method-assign]


@pytest.mark.parametrize("fault", [_left_on_the_cpu, _made_on_the_cpu, _read_by_python])
def test_a_fault_is_found(fault: Callable[[ProxyTrainer], None]) -> None:
    made = _begun(trainer(graphs=False, data=_on_meta()))
    fault(made)
    with pytest.raises((AssertionError, RuntimeError, NotImplementedError), match=r"cpu|meta"):
        _stepped(made)
