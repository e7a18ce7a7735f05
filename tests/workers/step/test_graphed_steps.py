"""A captured step trains as the step itself does, to the last bit: recorded, without a card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from steps_kit import Changes, ShortRecipe, network, noise, same, trainer
from torch.utils._python_dispatch import _disable_current_modes

from search_spaces.graphs.chain import Chain, head
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import ACTIVATIONS
from search_spaces.registry import block_types
from workers.evaluator import EpochResult
from workers.proxy import Execution, ProxyData, ProxyTrainer
from workers.step import Tape, WeightAverage
from workers.step.recorder import CaptureError, Recorder, pretended_graphs


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # small tensors are slow on threads that others keep busy
    with pretended_graphs() as seen:
        yield seen
    torch.set_num_threads(before)


def _trained(
    wanted: Network, recipe: ShortRecipe, epochs: int, *, graphs: bool
) -> tuple[list[EpochResult], dict[str, Any]]:
    made = trainer(wanted, recipe, graphs=graphs)
    return [made.train_epoch() for _ in range(epochs)], made.state_dict()


def _require_same(
    recorder: Recorder, wanted: Network, recipe: ShortRecipe, epochs: int = 2
) -> None:
    """Three steps an epoch; the captured ones are replays of one graph."""
    before = recorder.num_replays
    eager = _trained(wanted, recipe, epochs, graphs=False)
    assert recorder.num_replays == before
    graphed = _trained(wanted, recipe, epochs, graphs=True)
    assert recorder.num_replays == before + 3 * epochs
    assert same(graphed, eager)


@pytest.mark.parametrize("block_type", sorted(block_types()))
def test_every_block_trains_alike(block_type: str, recorder: Recorder) -> None:
    _require_same(recorder, network(block_type), ShortRecipe())


RECIPES = {
    "nothing": ShortRecipe(augmentation=Changes(), label_smoothing=0.0, averaging=0.0),
    "flip": ShortRecipe(augmentation=Changes(flip=True)),
    "crop": ShortRecipe(augmentation=Changes(crop=2)),
    "cutout": ShortRecipe(augmentation=Changes(cutout=3)),
    "scale": ShortRecipe(augmentation=Changes(scale=0.5)),
    "mixup": ShortRecipe(augmentation=Changes(mixup=1.0)),
    "one_cycle": ShortRecipe(schedule="one_cycle", momentum=0.0),
}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains_alike(name: str, recorder: Recorder) -> None:
    _require_same(recorder, network(), RECIPES[name], 3)


def test_autocast_trains_alike(recorder: Recorder) -> None:
    """As on a card by default: bfloat16 where PyTorch's autocast says so."""
    states = []
    for graphs in (False, True):
        how = Execution(autocast=True, cuda_graphs=graphs)
        made = ProxyTrainer(network("standard"), ProxyData(noise()), ShortRecipe(), 3, 0, how)
        states.append(([made.train_epoch(), made.train_epoch()], made.state_dict()))
    assert recorder.num_replays == 6
    assert same(*states)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_every_activation_trains_alike(activation: str, recorder: Recorder) -> None:
    chain = Chain((3, 8, 8), activation)
    chain.block("stage1.0", "standard", 8, 2)
    chain.write("head", "head", lambda net, x: head(net, x, 4, dropout=0.5))
    _require_same(recorder, chain.network(), ShortRecipe())


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_resumed_trial_is_the_undisturbed_one(
    epochs: int, tmp_path: Path, recorder: Recorder
) -> None:
    """With dropout: warming up for the capture draws, and must leave no trace of it."""
    undisturbed, state = _trained(network(), ShortRecipe(), 3, graphs=True)
    interrupted = trainer(graphs=True)
    before = [interrupted.train_epoch() for _ in range(epochs)]
    torch.save(interrupted.state_dict(), tmp_path / "state.pt")
    resumed = trainer(graphs=True)
    resumed.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    after = [resumed.train_epoch() for _ in range(3 - epochs)]
    assert before + after == undisturbed
    assert same(resumed.state_dict(), state)


def test_a_state_is_taken_up_by_a_graph_that_is_there(recorder: Recorder) -> None:
    """It writes to the tensors that it was captured with, and goes on from what was loaded."""
    one = trainer(graphs=True)
    one.train_epoch()
    state = one.state_dict()
    second = one.train_epoch()
    one.load_state_dict(state)
    assert one.train_epoch() == second
    assert len(recorder.captures) == 2  # that of the pool, and one of the trial


def test_capturing_moves_no_random_state(recorder: Recorder) -> None:
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    trainer(graphs=True).train_epoch()
    assert torch.equal(torch.rand(3), wanted)


def test_all_trials_share_one_stream_and_one_pool(recorder: Recorder) -> None:
    """Libraries keep a workspace for each stream, PyTorch memory for each pool."""
    for _ in range(3):
        trainer(graphs=True).train_epoch()
    assert len(recorder.streams) == 1
    assert len(recorder.captures) == 4 and len(set(recorder.captures)) == 1


def test_without_being_asked_for_nothing_is_captured(recorder: Recorder) -> None:
    trainer(graphs=False).train_epoch()
    assert recorder.captures == [] and recorder.num_replays == 0


# Faults that are made on purpose: each is found.


def _waits(tape: Tape) -> None:
    """Reads a number of the step's in Python."""
    read = tape.read

    def reading() -> Any:
        draws = read()
        float(tape.rate)
        return draws

    tape.read = reading  # type: ignore[method-assign]


def _branches(tape: Tape) -> None:
    """Decides by a number of the step's."""
    read = tape.read

    def deciding() -> Any:
        draws = read()
        return draws if draws.share > 0.5 else draws._replace(other=draws.other.flip(0))

    tape.read = deciding  # type: ignore[method-assign]


def _makes_a_tensor(tape: Tape) -> None:
    """Sends a number of Python's to the device in every step."""
    read = tape.read

    def sending() -> Any:
        return read()._replace(share=torch.tensor(0.5))

    tape.read = sending  # type: ignore[method-assign]


@pytest.mark.parametrize("fault", [_waits, _branches, _makes_a_tensor])
def test_a_hidden_wait_is_found(fault: Callable[[Tape], None], recorder: Recorder) -> None:
    made = trainer(graphs=True)
    fault(made.stepper.tape)
    with pytest.raises(CaptureError, match="needs the CPU in the middle of a captured step"):
        made.train_epoch()


def _rate_of_python(made: ProxyTrainer) -> None:
    """The rate is a number again, set before each step."""
    step = made.stepper.step

    def stepping() -> None:
        row = made.stepper.tape._fractions[made.stepper.done]
        for group in made._optimizer.param_groups:
            group["lr"] = float(row[0])
        step()

    made.stepper.step = stepping  # type: ignore[method-assign]


def _averaging_of_python(made: ProxyTrainer) -> None:
    """What the average takes up is worked out in Python."""
    average, steps = made.stepper._average, iter(range(1, 99))

    def update(_: torch.Tensor) -> None:
        WeightAverage.update(average, torch.full((), 1 - min(0.9, next(steps) / 10)))

    average.update = update  # type: ignore[method-assign]


def _share_of_python(made: ProxyTrainer) -> None:
    """The share of a mixture is a number of Python's, worked out before the step."""

    def reading() -> Any:
        with _disable_current_modes():  # read before, as it were: no wait is seen
            share = float(made.stepper.tape._fractions[made.stepper.done, 2])
        return Tape.read(made.stepper.tape)._replace(share=torch.full((), share))

    made.stepper.tape.read = reading  # type: ignore[method-assign]


def _order_of_python(made: ProxyTrainer) -> None:
    """Each step's images are chosen by Python's own count."""

    def reading() -> Any:
        draws = Tape.read(made.stepper.tape)
        chosen = made.stepper.tape._numbers[made.stepper.done, 0]
        return draws._replace(chosen=chosen)

    made.stepper.tape.read = reading  # type: ignore[method-assign]


FAULTS = [_rate_of_python, _averaging_of_python, _share_of_python, _order_of_python]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_number_that_is_baked_in_is_found(
    fault: Callable[[ProxyTrainer], None], recorder: Recorder
) -> None:
    """Without graphs it trains as it should, and with them otherwise."""
    states = []
    for graphs in (False, True):
        made = trainer(graphs=graphs)
        fault(made)
        made.train_epoch()
        states.append(made.averaged.state_dict())
    assert not same(*states)


def test_what_is_left_out_of_the_state_is_found(recorder: Recorder) -> None:
    """A tensor that warming up changes, and that nobody puts back."""
    states = []
    for graphs in (False, True):
        made = trainer(graphs=graphs)
        kept = made.stepper._state
        left_out = made.stepper.loss_sum
        made.stepper._state = lambda: [v for v in kept() if v is not left_out]  # type: ignore[method-assign] # noqa: B023
        states.append(made.train_epoch().train_loss)
    assert states[0] != states[1]
