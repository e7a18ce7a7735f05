"""What the trials of a study tell about architectures."""

from __future__ import annotations

from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from nas.problem import ACCURACY, Candidate, Problem

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


@dataclass(frozen=True)
class Observation:
    """What training told about an architecture.

    Attributes:
        candidate: The architecture.
        curve: `(epochs, accuracy)` of each measurement, epochs ascending, accuracy in [0, 1]; empty
            where training failed.
        complete: Whether it was trained to the end.
    """

    candidate: Candidate
    curve: tuple[tuple[int, float], ...]
    complete: bool = True


def was_proposed(trial: FrozenTrial) -> bool:
    """Whether a trial stands for an architecture: not one that was given up before it was written.

    A process that dies between two writes leaves such a trial, and what it meant may come again.
    """
    return bool(trial.params) and trial.user_attrs.get("architecture", "") is not None


def observation(trial: FrozenTrial, problem: Problem) -> Observation:
    """What a finished trial tells.

    Reads its parameters; the user attribute `curve`, pairs of epochs and accuracy, of COMPLETE and
    PRUNED ones; and the accuracy of a COMPLETE one from its values, which stand in the order of the
    problem's objectives.
    """
    complete = trial.state is TrialState.COMPLETE
    measured = trial.user_attrs.get("curve", ()) if trial.state is not TrialState.FAIL else ()
    curve = [(int(epochs), float(accuracy)) for epochs, accuracy in measured]
    if complete:
        epochs = curve[-1][0] if curve else 1
        curve = [*curve[:-1], (epochs, trial.values[problem.objectives.index(ACCURACY)])]
    return Observation(problem.candidate(trial.params), tuple(curve), complete)
