"""The short training: exact under a seed, scheduled as written, and able to learn."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, pi
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from torch import nn

from search_spaces.graphs.chain import Chain, head, stem
from search_spaces.graphs.network import Network
from workers.datasets import Dataset, DatasetInfo
from workers.datasets.base import Split
from workers.evaluator import EpochResult
from workers.proxy import Execution, ProxyData, ProxyTrainer, conv_layers
from workers.proxy.batches import Batch, loss_of
from workers.proxy.execution import ElementTimes, FamilyTimes, PassTimes
from workers.tasks import TASKS


@dataclass(frozen=True)
class Augmentation:
    """The `proxy.augmentation` section of an experiment."""

    flip: bool = False
    crop: int = 0
    cutout: int = 0
    scale: float = 0.0
    mixup: float = 0.0


ALL_CHANGES = Augmentation(flip=True, crop=1, cutout=2, mixup=0.2)


@dataclass(frozen=True)
class Recipe:
    """The `proxy:` section of an experiment."""

    batch_size: int = 8
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    warmup_epochs: float = 0.5
    averaging: float = 0.98
    schedule: Literal["cosine", "one_cycle"] = "cosine"
    augmentation: Augmentation = Augmentation()
    precision: Literal["float32", "int8"] = "float32"


def _network(side: int = 8, dropout: float = 0.0, num_classes: int = 2) -> Network:
    chain = Chain((1, side, side))
    chain.write("stem", "stem", lambda net, x: stem(net, x, 4))
    chain.block("stage1.0", "separable", 8, 2)
    chain.write("head", "head", lambda net, x: head(net, x, num_classes, dropout=dropout))
    return chain.network()


def _dataset(num_train: int = 64, side: int = 8) -> Dataset:
    """Two classes, told apart by which half is bright."""

    def split(size: int, seed: int) -> Split:
        rng = np.random.default_rng(seed)
        labels = np.arange(size, dtype=np.int64) % 2
        images = rng.integers(0, 100, (size, 1, side, side), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            half = slice(0, side // 2) if label else slice(side // 2, side)
            image[0, half] += np.uint8(100)
        return Split(images, labels)

    info = DatasetInfo((1, side, side), 2, flip=True)
    return Dataset("halves", info, split(num_train, 0), split(32, 1))


def _bfloat16(network: Network) -> Execution:
    """Made-up timings by which everything computes in bfloat16."""
    times = FamilyTimes(1, 1, PassTimes(9, 9, 9), PassTimes(1, 1, 1))
    layers = conv_layers(block.graph for block in network.blocks)
    families = {layer.family: times for layer in layers}
    return Execution("made up", "none", 1, 1, ElementTimes(1, 1, 0), families)


def _trainer(
    recipe: Recipe | None = None,
    *,
    max_epochs: int = 3,
    seed: int = 0,
    dropout: float = 0.0,
    bfloat16: bool = False,
) -> ProxyTrainer:
    data, network = ProxyData(_dataset()), _network(dropout=dropout)
    execution = _bfloat16(network) if bfloat16 else Execution()
    return ProxyTrainer(network, data, recipe or Recipe(), max_epochs, seed, execution)


def _curve(trainer: ProxyTrainer, epochs: int = 2) -> list[EpochResult]:
    return [trainer.train_epoch() for _ in range(epochs)]


@pytest.mark.parametrize(
    "recipe", [Recipe(), Recipe(augmentation=ALL_CHANGES, label_smoothing=0.1)]
)
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("bfloat16", [False, True])
def test_equal_seeds_give_bit_equal_curves_and_weights(
    recipe: Recipe, dropout: float, bfloat16: bool
) -> None:
    first, second = (_trainer(recipe, dropout=dropout, bfloat16=bfloat16) for _ in range(2))
    one = _curve(first)
    torch.rand(7)  # whatever else draws from the global generator in between
    assert _curve(second) == one
    for a, b in zip(first.averaged.state_dict().values(), second.averaged.state_dict().values(),
                    strict=True):  # fmt: skip
        assert torch.equal(a, b)


def _equal(one: object, other: object) -> bool:
    """Whether two nests of dicts, lists and tensors are equal to the last bit."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        same = isinstance(other, dict) and one.keys() == other.keys()
        return same and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list):
        same = isinstance(other, list) and len(one) == len(other)
        return same and all(map(_equal, one, other))
    return one == other


@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("epochs", [0, 1, 2])
@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_resumed_training_is_the_undisturbed_one(
    tmp_path: Path, epochs: int, dropout: float, bfloat16: bool
) -> None:
    """Saved after some epochs, loaded into a new trainer, trained on: every bit is the same."""
    recipe = Recipe(augmentation=ALL_CHANGES, label_smoothing=0.1)
    undisturbed = _trainer(recipe, max_epochs=4, dropout=dropout, bfloat16=bfloat16)
    curve = _curve(undisturbed, 4)
    interrupted = _trainer(recipe, max_epochs=4, dropout=dropout, bfloat16=bfloat16)
    before = _curve(interrupted, epochs)
    torch.save(interrupted.state_dict(), tmp_path / "state.pt")
    resumed = _trainer(recipe, max_epochs=4, dropout=dropout, bfloat16=bfloat16)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert before + _curve(resumed, 4 - epochs) == curve
    assert _equal(resumed.state_dict(), undisturbed.state_dict())


def test_a_state_is_a_copy() -> None:
    """Neither does training change a state taken before, nor one that was loaded."""
    trainer = _trainer()
    trainer.train_epoch()
    state, kept = trainer.state_dict(), trainer.state_dict()
    trainer.train_epoch()
    assert _equal(state, kept)
    trainer.load_state_dict(state)
    trainer.train_epoch()
    assert _equal(state, kept)
    assert not _equal(trainer.state_dict(), state)


def test_a_state_of_another_training_is_refused() -> None:
    state = _trainer(seed=1).state_dict()
    with pytest.raises(ValueError, match="has `seed` 1, the trainer 0"):
        _trainer().load_state_dict(state)
    data = ProxyData(_dataset())
    other = ProxyTrainer(_network(num_classes=3), data, Recipe(), 3, 1)
    with pytest.raises(RuntimeError, match=r"head\.linear"):
        other.load_state_dict(state)


def test_other_seeds_give_other_curves() -> None:
    losses = {_curve(_trainer(seed=seed))[1].train_loss for seed in range(3)}
    assert len(losses) == 3


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    _curve(_trainer(dropout=0.5))
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("bfloat16", [False, True])
@pytest.mark.parametrize("changes", [Augmentation(), ALL_CHANGES])
def test_it_learns_what_can_be_learnt(bfloat16: bool, changes: Augmentation) -> None:
    recipe = Recipe(averaging=0.9, augmentation=replace(changes, flip=False))  # flips halves
    trainer = _trainer(recipe, max_epochs=12, bfloat16=bfloat16)
    curve = _curve(trainer, 12)
    assert curve[-1].accuracy > 0.9
    assert curve[-1].train_loss < (0.6 if changes.mixup else 0.3) < curve[0].train_loss
    assert trainer.epochs == 12


def test_accuracy_is_the_share_labelled_rightly() -> None:
    """A network that always says class 1 is right on the half of the images that are of class 1."""
    trainer = _trainer()
    linear = trainer.averaged.get_submodule("head.linear")
    assert isinstance(linear, nn.Linear)
    with torch.no_grad():
        linear.weight.zero_()
        linear.bias.copy_(torch.tensor([0.0, 1.0]))
    assert trainer.evaluate() == 0.5


def test_averaged_weights_after_one_step_by_hand() -> None:
    """The first step keeps (1 + 1) / (10 + 1) of the start and takes the rest from the new."""
    trainer = _trainer(Recipe(batch_size=64))  # one step an epoch
    before = {name: value.clone() for name, value in trainer.averaged.state_dict().items()}
    trainer.train_epoch()
    now = trainer.module.state_dict()
    for name, value in trainer.averaged.state_dict().items():
        if value.is_floating_point():
            wanted = 2 / 11 * before[name] + 9 / 11 * now[name]
            torch.testing.assert_close(value, wanted, rtol=1e-5, atol=1e-6)


def test_no_averaging_follows_the_weights() -> None:
    trainer = _trainer(Recipe(averaging=0.0))
    trainer.train_epoch()
    now = trainer.module.state_dict()
    for name, value in trainer.averaged.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value, now[name])


def _rates(recipe: Recipe, max_epochs: int) -> list[float]:
    """The learning rate of every step of a whole training: 8 steps an epoch."""
    trainer = _trainer(recipe, max_epochs=max_epochs)
    rates = []
    kept = trainer._optimizer.step

    def step(*arguments: object) -> object:
        rates.append({float(group["lr"]) for group in trainer._optimizer.param_groups})
        return kept(*arguments)

    trainer._optimizer.step = step  # type: ignore[method-assign, assignment]
    for _ in range(max_epochs):
        trainer.train_epoch()
    assert all(len(rate) == 1 for rate in rates)
    return [rate.pop() for rate in rates]


def _batches(trainer: ProxyTrainer) -> Iterator[Batch]:
    """The batches of the first epoch."""
    plan = trainer.plan()
    trainer.stepper.begin(plan)
    for number in range(len(plan.rates)):
        trainer.stepper.done = number
        yield trainer.loss.batch(trainer.stepper.tape.read())
    trainer.stepper.done = 0


def test_learning_rate_warms_up_and_falls_as_a_cosine() -> None:
    """Warm-up over 4 of 24 steps: 1/4, 2/4, 3/4, 1; then (1 + cos) / 2 over the other 20."""
    rates = _rates(Recipe(learning_rate=0.4), 3)
    assert len(rates) == 24
    assert rates[:4] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert rates[4] == pytest.approx(0.4)
    assert rates[14] == pytest.approx(0.2)  # half way
    assert rates[23] == pytest.approx(0.2 * (1 + cos(pi * 19 / 20)))
    assert rates[4:] == sorted(rates[4:], reverse=True)


def test_learning_rate_without_warm_up_starts_at_its_height() -> None:
    rates = _rates(Recipe(learning_rate=0.4, warmup_epochs=0), 1)
    assert rates == pytest.approx([0.2 * (1 + cos(pi * step / 8)) for step in range(8)])


def test_warm_up_takes_at_most_half_of_the_training() -> None:
    rates = _rates(Recipe(learning_rate=0.4, warmup_epochs=5), 1)
    assert rates[:4] == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert rates[4:] == pytest.approx([0.2 * (1 + cos(pi * step / 4)) for step in range(4)])


def test_only_weights_of_convolutions_and_linear_layers_decay() -> None:
    trainer = _trainer(Recipe(weight_decay=0.01))
    decay = {
        parameter: group["weight_decay"]
        for group in trainer._optimizer.param_groups
        for parameter in group["params"]
    }
    for part in trainer.module.modules():
        if isinstance(part, nn.BatchNorm2d):
            assert (decay.pop(part.weight), decay.pop(part.bias)) == (0.0, 0.0)
        elif isinstance(part, nn.Linear):
            assert (decay.pop(part.weight), decay.pop(part.bias)) == (0.01, 0.0)
        elif isinstance(part, nn.Conv2d):
            assert decay.pop(part.weight) == 0.01
    assert decay == {}


def test_images_are_resized_to_the_network() -> None:
    """A network for 6 x 6 trains on images of 8 x 8."""
    data = ProxyData(_dataset())
    trainer = ProxyTrainer(_network(side=6), data, Recipe(), 2, 0)
    shapes = {tuple(images.shape) for images, *_ in _batches(trainer)}
    assert shapes == {(8, 1, 6, 6)}
    trainer.train_epoch()
    assert trainer.epochs == 1


def test_images_are_normalised_by_the_training_split() -> None:
    dataset = _dataset()
    data = ProxyData(dataset)
    pixels = dataset.train.images.astype(np.float64)
    assert float(data.mean) == pytest.approx(pixels.mean(), rel=1e-5)
    assert float(data.std) == pytest.approx(pixels.std(ddof=1), rel=1e-5)
    normal = data.normalise(data.train.images)
    assert float(normal.mean()) == pytest.approx(0, abs=1e-4)
    assert float(normal.std()) == pytest.approx(1, abs=1e-4)


def test_every_image_comes_once_an_epoch_but_for_a_last_piece() -> None:
    data = ProxyData(_dataset(num_train=20))
    trainer = ProxyTrainer(_network(), data, Recipe(batch_size=8), 2, 0)
    seen = torch.cat([images.flatten(1) for images, *_ in _batches(trainer)])
    assert len(seen) == len(torch.unique(seen, dim=0)) == 16


def test_fewer_images_than_a_batch_are_one_batch() -> None:
    data = ProxyData(_dataset(num_train=4))
    trainer = ProxyTrainer(_network(), data, Recipe(batch_size=8), 2, 0)
    assert [len(labels) for _, labels, *_ in _batches(trainer)] == [4]


@pytest.mark.parametrize("bfloat16", [False, True])
def test_diagnosing_changes_nothing_of_the_training(bfloat16: bool) -> None:
    def trained(*, is_diagnosed: bool) -> list[EpochResult]:
        trainer = _trainer(max_epochs=2, bfloat16=bfloat16)
        results = []
        for _ in range(2):
            results.append(trainer.train_epoch())
            if is_diagnosed:
                assert [layer.num_channels for layer in trainer.diagnose()] == [4, 4, 8]
        return results

    assert trained(is_diagnosed=True) == trained(is_diagnosed=False)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_trainer_that_is_gone_holds_no_memory(bfloat16: bool) -> None:
    """No cycles: its tensors go with it, before any garbage collection."""
    trainer = _trainer(dropout=0.5, bfloat16=bfloat16)
    trainer.train_epoch()
    weights = [weakref.ref(value) for value in trainer.module.parameters()]
    gc.collect()
    gc.disable()
    try:
        del trainer
        assert [weight() for weight in weights] == [None] * len(weights)
    finally:
        gc.enable()


def test_an_image_mixed_with_another_has_both_labels() -> None:
    """The loss of a mixture is that of both labels, by their shares."""
    trainer = _trainer(Recipe(augmentation=Augmentation(mixup=1.0)))
    batch = next(_batches(trainer))
    logits = trainer.module(batch.images)
    assert batch.mixed_in is not None and batch.share is not None
    one, other = (
        nn.functional.cross_entropy(logits, labels) for labels in (batch.labels, batch.mixed_in)
    )
    wanted = batch.share * one + (1 - batch.share) * other
    assert 0 < float(batch.share) < 1
    task = TASKS["classification"]
    torch.testing.assert_close(loss_of(task, 0.0, logits, batch), wanted)


def test_autocast_trains_and_evaluates_in_bfloat16() -> None:
    """It is meant for GPUs, and does the same on a CPU."""
    data, network = ProxyData(_dataset()), _network()
    trainer = ProxyTrainer(network, data, Recipe(), 2, 0, Execution(autocast=True))
    seen = set()
    for module in (trainer.module, trainer.averaged):
        convolution = module.get_submodule("stem.conv.0")
        convolution.register_forward_hook(lambda layer, x, y: seen.add((layer, y.dtype)))
    assert 0 <= trainer.train_epoch().accuracy <= 1
    assert {kind for _, kind in seen} == {torch.bfloat16}
    assert len(seen) == 2
    assert all(value.dtype == torch.float32 for value in trainer.module.parameters())
