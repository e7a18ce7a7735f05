"""A training that was stopped ends as the undisturbed one, to the last bit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from halves_kit import Notes, bfloat16, curve, job

from nas.config.training import TrainingSpec
from search_spaces.errors import NonFiniteError, TrainingError
from workers.proxy import Execution
from workers.training import Budget, EpochRecord, read_checkpoint, train
from workers.training.trainer import Trainer

RECIPES = {
    "plain": TrainingSpec(batch_size=8, fresh=False),
    "fresh": TrainingSpec(batch_size=8),
    "changed": TrainingSpec(batch_size=8, crop=1, cutout=2, mixup=0.2),
    "adamw": TrainingSpec(batch_size=8, optimizer="adamw"),
    "bfloat16": TrainingSpec(batch_size=8, label_smoothing=0.0),
}
STEPS = 12
"""Three epochs of four batches of eight; four of 36 images are left out of each."""


def _weights(recipe: TrainingSpec, folder: Path, *stops: int) -> tuple[object, list[EpochRecord]]:
    """Trained weights and curve, stopped after so many steps of each process before the last."""
    execution = bfloat16() if recipe is RECIPES["bfloat16"] else Execution()
    wanted = job(folder, recipe, dropout=0.5, execution=execution)
    for stop in stops:
        outcome, _ = train(wanted, Notes(stop))
        assert not outcome.is_complete
    outcome, trainer = train(wanted, Notes())
    assert outcome.is_complete
    kept = read_checkpoint(wanted.checkpoint)
    assert kept is not None and Execution.from_dict(kept.execution) == execution
    return trainer.weights(), outcome.curve


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("stops", [(1,), (4,), (6,), (2, 5)])
def test_stopped_anywhere(name: str, stops: tuple[int, ...], tmp_path: Path) -> None:
    undisturbed, records = _weights(RECIPES[name], tmp_path / "one")
    resumed, resumed_records = _weights(RECIPES[name], tmp_path / "other", *stops)
    assert isinstance(undisturbed, dict) and isinstance(resumed, dict)
    assert curve(resumed_records) == curve(records)
    assert all(torch.equal(undisturbed[key], resumed[key]) for key in undisturbed)


def test_each_epoch_has_images_of_its_own_where_they_are_fresh(tmp_path: Path) -> None:
    seen = []
    for name in ("plain", "fresh"):
        wanted = job(tmp_path / name, RECIPES[name])
        _, trainer = train(wanted, Notes())
        first, second = _images(trainer), _images(trainer)
        assert torch.equal(first, second)  # of the same epoch
        trainer.epochs += 1
        seen.append(torch.equal(first, _images(trainer)))
    assert seen == [True, False]


def _images(trainer: Trainer) -> torch.Tensor:
    """Those that the epoch under way trains on."""
    trainer._begin_epoch()
    return trainer._loss.split.images.clone()


def test_a_finished_training_is_not_trained_on(tmp_path: Path) -> None:
    wanted = job(tmp_path)
    first, trainer = train(wanted, Notes())
    notes = Notes()
    second, again = train(wanted, notes)
    assert notes.progress == [] and second.curve == first.curve
    weights = again.weights()
    assert all(torch.equal(value, weights[key]) for key, value in trainer.weights().items())


def test_checkpoints_are_written_on_the_way(tmp_path: Path) -> None:
    wanted = job(tmp_path, checkpoint_every_s=0)

    class Looks(Notes):
        def stepped(self, progress: float, trained_s: float) -> None:
            super().stepped(progress, trained_s)
            found = read_checkpoint(wanted.checkpoint)
            done.append(
                -1 if found is None else 4 * found.trainer["epochs"] + found.trainer["batch"]
            )

    done: list[int] = []
    train(wanted, Looks())
    assert done == [-1, *range(1, STEPS)]  # asked before that of the last step is written
    assert [path.name for path in tmp_path.iterdir()] == ["training.checkpoint"]


def test_accuracy_at_the_end_is_that_of_the_plain_network(tmp_path: Path) -> None:
    wanted = job(tmp_path, epochs=20)
    outcome, trainer = train(wanted, Notes())
    last = outcome.curve[-1].validation_accuracy
    module = wanted.subject.plain_module().eval()
    module.load_state_dict(trainer.weights())
    train_images = torch.from_numpy(wanted.dataset.train.images).float()
    images = torch.from_numpy(wanted.dataset.validation.images).float()
    with torch.inference_mode():
        scores = module((images - train_images.mean()) / train_images.std())
    right = (scores.argmax(1).numpy() == wanted.dataset.validation.labels).mean()
    assert last == right == 1.0


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Small tensors are slow on threads that others keep busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_a_budget_of_time_is_planned_by_the_speed(tmp_path: Path) -> None:
    """On a clock on which every look takes a second, some epochs fit into the budget."""
    from workers.proxy import ProxyData
    from workers.training.group import Group
    from workers.training.loop import Loop

    wanted = job(tmp_path, budget=Budget(None, 100.0))
    seconds = iter(range(10_000))
    trainer = Trainer(wanted.subject, ProxyData(wanted.dataset), wanted.recipe, 0, wanted.execution)
    notes = Notes()
    outcome = Loop(trainer, wanted, Group(), notes, lambda: float(next(seconds))).run(None)
    assert outcome.is_complete and 80 < outcome.trained_s <= 105
    assert outcome.max_epochs == len(notes.records) == notes.plans[-1] > 3
    assert notes.progress == sorted(notes.progress) and notes.progress[-1] == 1


@pytest.mark.usefixtures("one_thread")
def test_timing_leaves_no_trace(tmp_path: Path) -> None:
    """A training of as many epochs as fit is the one of so many epochs."""
    by_time = job(tmp_path / "time", RECIPES["plain"], budget=Budget(None, 1e-9))
    by_epochs = job(tmp_path / "epochs", RECIPES["plain"], epochs=1)
    (timed, one), (counted, other) = (train(wanted, Notes()) for wanted in (by_time, by_epochs))
    assert timed.max_epochs == 1 and curve(timed.curve) == curve(counted.curve)
    weights = other.weights()
    assert all(torch.equal(value, weights[key]) for key, value in one.weights().items())


def test_a_training_that_diverges_says_so(tmp_path: Path) -> None:
    wanted = job(tmp_path, TrainingSpec(batch_size=8, learning_rate=1e30))
    with pytest.raises(NonFiniteError, match=r"the loss of epoch \d is nan; a lower learning rate"):
        train(wanted, Notes())


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_damaged_checkpoint_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    wanted = job(tmp_path)
    wanted.checkpoint.write_bytes(content)
    with pytest.raises(TrainingError, match="is damaged, or no checkpoint; --restart begins anew"):
        train(wanted, Notes())


def test_pickled_code_in_a_checkpoint_does_not_run(tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "touched",))  # type: ignore[return-value]

    wanted = job(tmp_path)
    torch.save({"format": 1, "conditions": Harmful()}, wanted.checkpoint)
    with pytest.raises(TrainingError, match="is damaged, or no checkpoint"):
        train(wanted, Notes())
    assert not (tmp_path / "touched").exists()


def test_a_batch_must_be_divisible_among_processes(tmp_path: Path) -> None:
    wanted = replace(job(tmp_path), num_processes=3)
    with pytest.raises(TrainingError, match=r"`batch_size` \(=8\) must be divisible .* \(=3\)"):
        train(wanted, Notes())
