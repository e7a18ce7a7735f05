"""What becomes of a trial that failed, and of a search whose trials all fail alike."""

from __future__ import annotations

from collections import Counter

from workers.failure import Failure, FailureKind

MAX_ALIKE_IN_A_ROW = 10
"""Trials that may fail of one cause, one after another, before the search stops."""

MAX_IN_A_ROW = 30
"""Trials that may fail one after another, of whatever causes."""

_MAX_RETRIES = {FailureKind.OUT_OF_MEMORY: 1, FailureKind.HUNG: 1}
"""A second try tells whether the neighbours had the memory, and a hang may be the device's."""

_TRANSIENT = {
    FailureKind.WORKER_LOST,
    FailureKind.NODE_LOST,
    FailureKind.OUT_OF_MEMORY,
    FailureKind.HUNG,
}

ADVICE = {
    FailureKind.OUT_OF_MEMORY: (
        "lower `proxy.batch_size`, limit `constraints.peak_activation_bytes`, or give each trial "
        "more of the machine under `workers`"
    ),
    FailureKind.NON_FINITE_LOSS: (
        "lower `proxy.learning_rate` or raise `proxy.warmup_epochs`; look for broken values in the "
        "data"
    ),
    FailureKind.EVALUATOR_ERROR: "correct the evaluator: its traceback stands with the trial",
    FailureKind.SETUP_ERROR: (
        "a worker cannot start: check that data, plugins and the same versions are on every node"
    ),
    FailureKind.WORKER_LOST: (
        "something ends the worker processes: look for the system's out-of-memory killer, and give "
        "each trial more of the machine under `workers`; where a GPU refused to work, `nas doctor "
        "--gpu` tries it"
    ),
    FailureKind.NODE_LOST: "check the nodes of the Ray cluster with `ray status`",
    FailureKind.HUNG: (
        "raise `workers.epoch_time_limit` if an epoch may take so long; otherwise the training "
        "waits for something that never comes"
    ),
    FailureKind.TIME_LIMIT: (
        "raise `workers.trial_time_limit`, lower `fidelity.max_epochs`, or limit "
        "`constraints.flops`"
    ),
    FailureKind.WORKER_REPLACED: "the training keeps memory from trial to trial",
    FailureKind.NO_DEVICE: (
        "give each node a GPU and a PyTorch that can use it, or set `workers.gpus_per_trial` to 0; "
        "the same command goes on"
    ),
}
"""What a person can do about a search whose trials all fail alike."""


class FailurePolicy:
    """Which trials are tried again, and when it is no use to go on."""

    def __init__(self, max_retries: int) -> None:
        """Takes how often one trial may be tried again."""
        self._max_retries = max_retries
        self._retries: Counter[int] = Counter()
        self._retries_of_kind: Counter[tuple[int, FailureKind]] = Counter()
        self._num_alike = self._num_in_a_row = 0
        self._last_cause: tuple[FailureKind, str] | None = None

    def retries(self, number: int) -> int:
        """How often a trial has been tried again."""
        return self._retries[number]

    def tries_again(self, number: int, failure: Failure) -> bool:
        """Whether a trial that failed so is tried again; counts that try.

        A worker that was replaced for its memory is no fault of its trial and always is.
        """
        if failure.kind is FailureKind.WORKER_REPLACED:
            return True
        most = _MAX_RETRIES.get(failure.kind, self._max_retries)
        of_kind = self._retries_of_kind[number, failure.kind]
        if (
            failure.kind not in _TRANSIENT
            or self._retries[number] >= self._max_retries
            or of_kind >= most
        ):
            return False
        self._retries[number] += 1
        self._retries_of_kind[number, failure.kind] += 1
        return True

    def ended_well(self) -> None:
        """A trial ended otherwise than by failure."""
        self._num_alike = self._num_in_a_row = 0

    def failed(self, failure: Failure) -> str | None:
        """A trial failed for good; returns why the search must stop, if it must."""
        self._num_in_a_row += 1
        self._num_alike = self._num_alike + 1 if failure.cause == self._last_cause else 1
        self._last_cause = failure.cause
        if self._num_alike < MAX_ALIKE_IN_A_ROW and self._num_in_a_row < MAX_IN_A_ROW:
            return None
        if self._num_alike >= MAX_ALIKE_IN_A_ROW:
            came = f"{self._num_alike} trials failed one after another of one cause"
        else:
            came = f"{self._num_in_a_row} trials failed one after another"
        return f"{came}; the last: {failure}; {ADVICE[failure.kind]}"
