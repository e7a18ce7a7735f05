"""Two processes that share every batch train to the weights of one."""

from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest
import torch
from halves_kit import Notes, curve, job

from nas.config.training import TrainingSpec
from search_spaces.errors import TrainingError
from workers.training import train

LOST = "a process of the training was lost, process 2 of 2: ended by signal 9; the same command"
RECIPE = TrainingSpec(batch_size=8, crop=1, mixup=0.2)


def _trained(
    folder: Path, num_processes: int, *stops: int
) -> tuple[dict[str, torch.Tensor], Notes]:
    wanted, notes = job(folder, RECIPE, num_processes=num_processes), Notes()
    for stop in stops:
        outcome, _ = train(wanted, Notes(stop))
        assert not outcome.is_complete
    outcome, trainer = train(wanted, notes)
    assert outcome.is_complete
    notes.records = outcome.curve
    return trainer.weights(), notes


@pytest.mark.slow
def test_two_processes_are_one_within_rounding(tmp_path: Path) -> None:
    """Batch norm, loss, gradients and accuracy are those of the whole batch; so after a stop."""
    alone, alone_notes = _trained(tmp_path / "alone", 1)
    both, both_notes = _trained(tmp_path / "both", 2, 5)
    for key, value in alone.items():
        torch.testing.assert_close(both[key], value, rtol=1e-3, atol=1e-4)
    for one, other in zip(curve(alone_notes.records), curve(both_notes.records), strict=True):
        assert one[:2] == other[:2]
        assert other[2] == pytest.approx(one[2], rel=1e-4)


@pytest.mark.slow
def test_a_lost_process_is_told_and_the_training_goes_on_from_its_checkpoint(
    tmp_path: Path,
) -> None:
    class Kills(Notes):
        def stepped(self, progress: float, trained_s: float) -> None:
            super().stepped(progress, trained_s)
            if len(self.progress) == 5:
                (other,) = active_children()
                other.kill()

    wanted = job(tmp_path, RECIPE, num_processes=2, checkpoint_every_s=0)
    with pytest.raises(TrainingError, match=LOST):
        train(wanted, Kills())
    assert active_children() == []
    notes = Notes()
    outcome, _ = train(replace(wanted, num_processes=1), notes)
    assert outcome.is_complete and len(notes.progress) in (7, 8)  # of 12 steps
