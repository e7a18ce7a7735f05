"""The other processes of a group as the first one sees them: started, watched, ended.

Each has a pipe to the first process. It says that it is ready, or why it cannot go on; and where it
is killed, the system closes the pipe. A process that waits for a lost one in a collective would not
notice: between GPUs, only a timeout of minutes ends that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

import torch.multiprocessing as mp

from search_spaces.errors import TrainingError

READY = ""
"""What a process says that can begin; anything else is why it cannot go on."""


class Followers:
    """The processes of a group behind the first.

    Attributes:
        lost: What became of the first of them that was lost; None while all are there.
    """

    def __init__(
        self, target: Callable[..., None], arguments: Sequence[Any], num_processes: int
    ) -> None:
        """Starts `target(*arguments, rank, pipe)` in processes of their own.

        Args:
            num_processes: Of the group, the first one included.
        """
        # A forked process inherits locks that nobody releases, and cannot use CUDA.
        context = mp.get_context("spawn")
        self.lost: str | None = None
        self._is_lost = threading.Event()
        self._size = num_processes
        self._processes: dict[Connection, tuple[int, SpawnProcess]] = {}
        for rank in range(1, num_processes):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=target, args=(*arguments, rank, there), daemon=True)
            process.start()
            there.close()  # else it would stay open when the process ends
            self._processes[here] = rank, process

    def wait_until_ready(self) -> None:
        """Raises TrainingError where one cannot begin."""
        waiting = set(self._processes)
        while waiting and self.lost is None:
            for pipe in wait(list(waiting)):
                assert isinstance(pipe, Connection)
                waiting.discard(pipe)
                self._heard(pipe)
        self.require_all()

    def watch(self, abort: Callable[[], None]) -> None:
        """From now on `abort` is called, from a thread, when one is lost."""
        threading.Thread(target=self._watch, args=(abort,), daemon=True).start()

    def _watch(self, abort: Callable[[], None]) -> None:
        left = set(self._processes)
        while left and self.lost is None:
            for pipe in wait(list(left)):
                assert isinstance(pipe, Connection)
                left.discard(pipe)
                self._heard(pipe)
        if self.lost is not None:
            abort()

    def _heard(self, pipe: Connection) -> None:
        """Reads what one says, or that it has ended."""
        rank, process = self._processes[pipe]
        try:
            said = pipe.recv()
        except EOFError:
            process.join(5)
            # One that still runs has closed its pipe because it is through.
            said = READY if not process.exitcode else _ended(process.exitcode)
        if said != READY and self.lost is None:
            self.lost = f"process {rank + 1} of {self._size}: {said}"
            self._is_lost.set()

    def require_all(self, patience_s: float = 0.0) -> None:
        """Raises TrainingError where one was lost, or is found to be within some seconds."""
        self._is_lost.wait(patience_s)
        if self.lost is not None:
            rule = "the same command goes on from the last checkpoint"
            raise TrainingError(f"a process of the training was lost, {self.lost}; {rule}")

    def end(self, patience_s: float) -> None:
        """Ends those that have not ended by themselves within so many seconds."""
        for _, process in self._processes.values():
            process.join(patience_s)
            process.kill()
            process.join()


def _ended(exitcode: int) -> str:
    return f"ended by signal {-exitcode}" if exitcode < 0 else f"ended with exit code {exitcode}"
