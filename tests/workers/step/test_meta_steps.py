"""On the meta device a step shows every tensor that was left on the CPU, and every hidden wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from meta_kit import OneDevice, let_meta_train
from steps_kit import ALL_CHANGES, Changes, ShortRecipe, network, noise, on_meta, trainer

from search_spaces.registry import block_types
from workers.proxy import ProxyData, ProxyTrainer


@pytest.fixture(autouse=True)
def called_as_on_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    let_meta_train(monkeypatch)


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
    made = _begun(trainer(None, RECIPES[name], graphs=False, data=on_meta(ProxyData(noise()))))
    _stepped(made)
    _stepped(made)


@pytest.mark.parametrize("block_type", sorted(block_types()))
def test_every_block_stays_on_the_device(block_type: str) -> None:
    _stepped(_begun(trainer(network(block_type), graphs=False, data=on_meta(ProxyData(noise())))))


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
    made = _begun(trainer(graphs=False, data=on_meta(ProxyData(noise()))))
    fault(made)
    with pytest.raises((AssertionError, RuntimeError, NotImplementedError), match=r"cpu|meta"):
        _stepped(made)
