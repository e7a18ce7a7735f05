"""When Python waits for the device: at the end of an epoch, twice, and at no other time."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from steps_kit import noise, trainer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from workers.diagnostics import of_outputs
from workers.proxy import ProxyData
from workers.proxy.batches import evaluation_batch
from workers.step.recorder import pretended_graphs


class Watch(TorchDispatchMode):
    """Counts what needs the CPU, and the bytes of the largest tensor that is made."""

    def __init__(self) -> None:
        super().__init__()
        self.num_waits = self.largest = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self.num_waits += torch.Tag.data_dependent_output in func.tags
        result = func(*args, **(kwargs or {}))
        given = {v.data_ptr() for v in tree_leaves(args) if isinstance(v, torch.Tensor)}
        for value in tree_leaves(result):
            if isinstance(value, torch.Tensor) and value.data_ptr() not in given:
                self.largest = max(self.largest, value.numel() * value.element_size())
        return result


def test_an_epoch_waits_for_its_loss_and_its_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three steps, four batches to measure on, whose counts are brought over at once."""
    monkeypatch.setattr("workers.proxy.batches.EVALUATION_BATCH", 4)
    made, brought = trainer(graphs=False), []
    bring = torch.Tensor.cpu
    monkeypatch.setattr(torch.Tensor, "cpu", lambda value: brought.append(value) or bring(value))
    with pretended_graphs(), Watch() as watch:  # else it does as a CPU does best
        made.train_epoch()
    assert (watch.num_waits, len(brought)) == (1, 1)


@pytest.mark.parametrize(("side", "on_gpu", "wanted"), [(32, True, 1024), (64, True, 256),
                         (224, True, 256), (16, True, 4096), (32, False, 256)])  # fmt: skip
def test_a_card_is_measured_on_in_large_batches(side: int, on_gpu: bool, wanted: int) -> None:
    """A million pixels: 1,024 images of 32 x 32; never fewer images than on a CPU."""
    images = SimpleNamespace(shape=(9, 3, side, side), is_cuda=on_gpu)
    split = SimpleNamespace(images=images, labels=torch.zeros(9))
    assert evaluation_batch(split) == wanted  # type: ignore[arg-type]


def test_data_are_normalised_without_a_larger_copy() -> None:
    dataset = noise(2000)
    with Watch() as watch:
        ProxyData(dataset)
    assert watch.largest <= dataset.train.images.nbytes


def test_mean_and_deviation_are_exact() -> None:
    """By fractions of whole numbers, over the channels of images of several values."""
    dataset = noise()
    dataset.train.images[:, 1] //= 5
    data = ProxyData(dataset)
    for channel in range(3):
        values = [int(v) for v in dataset.train.images[:, channel].ravel()]
        mean = Fraction(sum(values), len(values))
        spread = sum(((v - mean) ** 2 for v in values), Fraction(0)) / (len(values) - 1)
        assert data.mean.flatten()[channel] == np.float32(float(mean))
        assert float(data.std.flatten()[channel]) == pytest.approx(float(spread) ** 0.5, rel=1e-7)


def test_eigenvalues_are_found_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the network is: here its outputs pretend to be on a card."""

    class Found(Exception):
        pass

    moved = []

    class OnCard(torch.Tensor):
        def cpu(self, *args: Any, **kwargs: Any) -> torch.Tensor:
            moved.append(self.shape)
            return super().cpu(*args, **kwargs).as_subclass(torch.Tensor)

    def eigenvalues(matrix: torch.Tensor) -> torch.Tensor:
        assert not isinstance(matrix, OnCard)
        raise Found

    monkeypatch.setattr("torch.linalg.eigvalsh", eigenvalues)
    with pytest.raises(Found):
        of_outputs("conv", torch.randn(2, 3, 4, 4).as_subclass(OnCard))
    assert moved == [(3, 3)]
