"""A full training by captured steps is the one by plain steps, wherever it is stopped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from halves_kit import Notes, curve, job

from nas.config.training import TrainingSpec
from workers.proxy import Execution
from workers.step import adamw, load_state, sgd
from workers.step.optimizer import state_tensors
from workers.step.recorder import Recorder, pretended_graphs
from workers.training import Budget, read_checkpoint, train

RECIPES = {
    "plain": TrainingSpec(batch_size=8, fresh=False),
    "fresh": TrainingSpec(batch_size=8),
    "changed": TrainingSpec(batch_size=8, crop=1, cutout=2, mixup=0.2),
    "adamw": TrainingSpec(batch_size=8, optimizer="adamw"),
}


@pytest.fixture(autouse=True)
def recorder() -> Iterator[Recorder]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pretended_graphs() as seen:
        yield seen
    torch.set_num_threads(before)


def _trained(folder: Path, recipe: TrainingSpec, *stops: int, graphs: bool) -> tuple[Any, Any]:
    wanted = job(folder, recipe, dropout=0.5, execution=Execution(cuda_graphs=graphs))
    for stop in stops:
        train(wanted, Notes(stop))
    outcome, trainer = train(wanted, Notes())
    assert outcome.is_complete
    return trainer.weights(), outcome.curve


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("stops", [(), (2, 5)])
def test_graphed_steps_are_plain_steps(
    name: str, stops: tuple[int, ...], tmp_path: Path, recorder: Recorder
) -> None:
    """Three epochs of four steps; each process captures anew where it goes on."""
    plain, records = _trained(tmp_path / "plain", RECIPES[name], graphs=False)
    assert recorder.num_replays == 0
    graphed, graphed_records = _trained(tmp_path / "graphed", RECIPES[name], *stops, graphs=True)
    assert recorder.num_replays == 12
    assert len(recorder.captures) == 2 + len(stops)  # one is that of the pool
    assert curve(graphed_records) == curve(records)
    assert all(torch.equal(plain[key], graphed[key]) for key in plain)


def test_timing_the_first_steps_leaves_no_trace_in_a_graph(tmp_path: Path) -> None:
    """They move the weights that the graph writes to, which are then put back."""
    execution = Execution(cuda_graphs=True)
    by_time = job(tmp_path / "time", execution=execution, budget=Budget(None, 1e-9))
    by_epochs = job(tmp_path / "epochs", execution=execution, epochs=1)
    (timed, one), (counted, other) = (train(wanted, Notes()) for wanted in (by_time, by_epochs))
    assert timed.max_epochs == 1 and curve(timed.curve) == curve(counted.curve)
    weights = other.weights()
    assert all(torch.equal(value, weights[key]) for key, value in one.weights().items())


def test_a_checkpoint_whose_rates_are_numbers_is_gone_on_from(tmp_path: Path) -> None:
    """As they were written before the rate was a tensor."""
    wanted, other = (job(tmp_path / name, RECIPES["plain"]) for name in ("one", "other"))
    train(wanted, Notes(5))
    kept = read_checkpoint(wanted.checkpoint)
    assert kept is not None
    for group in kept.trainer["optimizer"]["param_groups"]:
        group["lr"] = 0.05
    kept.write(wanted.checkpoint)
    (_, resumed), (_, undisturbed) = train(wanted, Notes()), train(other, Notes())
    weights = undisturbed.weights()
    assert all(torch.equal(value, weights[key]) for key, value in resumed.weights().items())


@pytest.mark.parametrize("make", [lambda g, r: sgd(g, r, 0.9), adamw])
def test_a_state_of_before_the_first_step_is_one_of_zeros(make: Any) -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = make([{"params": [weight]}], torch.tensor(0.1))
    weight.grad = torch.ones(3)
    optimizer.step()
    moved = weight.detach().clone()
    load_state(optimizer, {"state": {}, "param_groups": []})
    assert all(not value.any() for value in state_tensors(optimizer))
    with torch.no_grad():
        weight.fill_(1.0)
    optimizer.step()
    assert torch.equal(weight, moved)
