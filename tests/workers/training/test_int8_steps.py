"""Training in eight bit integers: by the same steps, gone on with alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from halves_kit import Notes, curve, dataset, int8_subject, job

from nas.config.training import TrainingSpec
from workers.proxy import Execution
from workers.proxy.batches import ProxyData
from workers.quantisation.fake import EXTRA
from workers.step.recorder import pretended_graphs
from workers.training import train
from workers.training.deployed import Deployed
from workers.training.trainer import Trainer

RECIPE = TrainingSpec(batch_size=8, learning_rate=0.02, crop=1)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _trained(
    folder: Path, *stops: int, graphs: bool = False, epochs: int = 3
) -> tuple[Trainer, list[Any]]:
    wanted = job(
        folder, RECIPE, epochs=epochs, execution=Execution(cuda_graphs=graphs),
        subject=int8_subject(dropout=0.5),
    )  # fmt: skip
    for stop in stops:
        outcome, _ = train(wanted, Notes(stop))
        assert not outcome.is_complete
    outcome, trainer = train(wanted, Notes())
    return trainer, curve(outcome.curve)


def _alike(one: Trainer, other: Trainer) -> bool:
    """Whether weights and ranges are equal to the last bit."""
    first, second = one.weights(), other.weights()
    assert first.pop(EXTRA) == second.pop(EXTRA)
    return all(torch.equal(value, second[name]) for name, value in first.items())


@pytest.mark.parametrize("stops", [(1,), (4,), (2, 5)])
def test_stopped_anywhere_it_ends_alike(stops: tuple[int, ...], tmp_path: Path) -> None:
    undisturbed, records = _trained(tmp_path / "one")
    resumed, resumed_records = _trained(tmp_path / "other", *stops)
    assert resumed_records == records
    assert _alike(undisturbed, resumed)


def test_ranges_of_the_checkpoint_are_gone_on_with(tmp_path: Path) -> None:
    """Those that another machine works out anew may differ in their last bits."""
    subject = int8_subject()
    train(job(tmp_path, RECIPE, subject=subject), Notes(5))
    doubled = {layer: (2 * low, 2 * high) for layer, (low, high) in subject.ranges.items()}
    _, trainer = train(job(tmp_path, RECIPE, subject=replace(subject, ranges=doubled)), Notes())
    assert trainer.weights()[EXTRA] == subject.ranges


def test_steps_are_captured(tmp_path: Path) -> None:
    with pretended_graphs() as seen:
        plain, records = _trained(tmp_path / "plain")
        graphed, graphed_records = _trained(tmp_path / "graphed", 5, graphs=True)
    assert seen.num_replays == 12
    assert graphed_records == records
    assert _alike(plain, graphed)


def test_it_learns_on_from_the_weights_that_it_is_given(tmp_path: Path) -> None:
    _, trained = train(job(tmp_path / "float", epochs=12), Notes())
    subject = int8_subject(state=trained.weights())
    recipe = RECIPE.model_copy(update={"averaging": 0.5})
    outcome, trainer = train(job(tmp_path, recipe, epochs=4, subject=subject), Notes())
    before = Deployed.of(subject, subject.begun_state, ProxyData(dataset()))
    assert before.score(dataset().validation).value < 0.9
    assert outcome.curve[-1].validation_accuracy > 0.9
    # Batch norm goes on with its batches: with statistics that stand still, a depthwise network of
    # a benchmark fell from .66 to .26.
    after = trainer.weights()
    norms = [name for name in subject.state if "running" in name]
    assert norms and not any(torch.equal(after[name], subject.state[name]) for name in norms)
