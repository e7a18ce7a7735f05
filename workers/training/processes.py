"""Starts a training in this process, and in others where several share it.

This process is the first of the group, and the only one that is watched, stopped and keeps
checkpoints. The others end with it, however it ends.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path

import torch
import torch.distributed as dist

from search_spaces.errors import NasError, TrainingError, reason_of
from workers.failure import in_one_line, is_broken_device, is_out_of_memory
from workers.proxy.batches import ProxyData
from workers.proxy.state import keep_freed_memory
from workers.training.checkpoint import read_checkpoint
from workers.training.followers import READY, Followers
from workers.training.group import Group
from workers.training.job import Job
from workers.training.loop import EpochRecord, Loop, Outcome, Watcher
from workers.training.trainer import Trainer

PATIENCE = timedelta(minutes=10)
"""So long the processes wait for one another at every step, where none of them was lost."""

MEETING = timedelta(minutes=1)
"""So long they wait at the beginning, once all are ready to meet."""

ENDING_S = 10.0


def train(job: Job, watcher: Watcher) -> tuple[Outcome, Trainer]:
    """Trains, from the checkpoint of the job where there is one.

    Returns:
        How far it came, and the trainer, for its weights.

    Raises:
        NasError: The training diverged, memory ran out, a GPU or a process was lost, or a
            checkpoint cannot be read or written.
    """
    require_processes(job.num_processes, job.recipe.batch_size, job.device)
    keep_freed_memory()
    begun = read_checkpoint(job.checkpoint)
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, job.num_threads // job.num_processes))
    try:
        with _group(job) as group:
            trainer = _trainer(job, group)
            return Loop(trainer, job, group, watcher).run(begun), trainer
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            rule = "a smaller `batch_size` needs less"
            raise TrainingError(f"the training ran out of memory; {rule}") from error
        why = (
            "the processes lost one another" if _is_lost_peer(error) else "the GPU refused to work"
        )
        if _is_lost_peer(error) or is_broken_device(error):
            rule = "the same command goes on from the last checkpoint"
            raise TrainingError(f"{why}: {reason_of(error)}; {rule}") from error
        raise
    finally:
        torch.set_num_threads(threads)


def require_processes(num_processes: int, batch_size: int, device: str) -> None:
    """Raises TrainingError where so many processes cannot share a batch, or have no GPU each."""
    if batch_size % num_processes:
        rule = f"`batch_size` (={batch_size}) must be divisible by"
        raise TrainingError(f"{rule} the number of processes (={num_processes})")
    if device == "cuda" and num_processes > torch.cuda.device_count():
        rule = f"must not exceed the number of GPUs (={torch.cuda.device_count()})"
        raise TrainingError(f"the number of processes (={num_processes}) {rule}: each has its own")


def _is_lost_peer(error: BaseException) -> bool:
    """Whether another process of the group has gone."""
    return isinstance(error, dist.DistError) or "gloo" in str(error).lower()


@contextmanager
def _group(job: Job) -> Iterator[Group]:
    """The group of this process, the others running while this is open."""
    if job.num_processes == 1:
        yield Group(device=torch.device(job.device))
        return
    with tempfile.TemporaryDirectory(prefix="conv-nas-") as folder:
        # A file that only this user sees, where a port could be taken or met by a stranger.
        meeting = str(Path(folder) / "meeting")
        others, patience_s = Followers(_follow, (job, meeting), job.num_processes), 0.0
        try:
            others.wait_until_ready()
            # Between CPUs collectives end by themselves, as connections do whose other end is gone.
            others.watch(_abort if job.device == "cuda" else lambda: None)
            yield _joined(job, 0, meeting, others.require_all)
            patience_s = ENDING_S
        except RuntimeError as error:
            # The pipe may tell a moment later than the connection whom it was lost to.
            others.require_all(ENDING_S if _is_lost_peer(error) else 0.0)
            raise
        finally:
            if dist.is_initialized():
                dist.destroy_process_group()
            others.end(patience_s)


def _abort() -> None:
    """Lets collectives between GPUs that wait for a lost process end with an error."""
    if dist.is_initialized():
        assert dist.group.WORLD is not None
        dist.group.WORLD.abort()


def _joined(job: Job, rank: int, meeting: str, check: Callable[[], None] = lambda: None) -> Group:
    device, backend = torch.device("cpu"), "gloo"
    if job.device == "cuda":
        device, backend = torch.device("cuda", rank), "cpu:gloo,cuda:nccl"
        torch.cuda.set_device(device)
        # What ends a collective is then an error of this process and not the end of it.
        os.environ.setdefault("TORCH_NCCL_ASYNC_ERROR_HANDLING", "2")
    store = dist.FileStore(meeting, job.num_processes)  # type: ignore[attr-defined]
    store.set_timeout(MEETING)
    dist.init_process_group(
        backend, store=store, rank=rank, world_size=job.num_processes, timeout=PATIENCE
    )
    return Group(rank, job.num_processes, device, check)


def _trainer(job: Job, group: Group) -> Trainer:
    data = ProxyData(job.dataset, group.device)
    return Trainer(job.subject, data, job.recipe, job.seed, job.execution, job.fresh, group)


def _follow(job: Job, meeting: str, rank: int, first: Connection) -> None:
    """One of the other processes: does what the first one does, and tells it why it cannot."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # the first process decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_freed_memory()
    torch.set_num_threads(max(1, job.num_threads // job.num_processes))
    try:
        if job.device == "cuda":
            torch.ones(1, device=torch.device("cuda", rank))  # it may be in use by another alone
        first.send(READY)
        group = _joined(job, rank, meeting)
        Loop(_trainer(job, group), job, group, _Silent()).run(read_checkpoint(job.checkpoint))
    except Exception as error:
        if _is_lost_peer(error):
            os._exit(1)  # the first process hears it from the one that was lost
        first.send(in_one_line(error))
        if isinstance(error, NasError) or is_out_of_memory(error) or is_broken_device(error):
            os._exit(1)
        raise  # its traceback goes to standard error
    dist.destroy_process_group()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    # `daemon=True` ends a process with a parent that ends in order; a killed one does nothing more.
    connection.wait([parent.sentinel])
    os._exit(1)


class _Silent:
    """Watches nothing."""

    def planned(self, epochs: int) -> None: ...

    def stepped(self, progress: float, trained_s: float) -> None: ...

    def epoch(self, record: EpochRecord) -> None: ...

    def stop_requested(self) -> bool:
        return False
