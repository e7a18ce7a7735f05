"""Starts a training in this process, and in others where several share it.

This process is the first of the group, and the only one that is watched, stopped and keeps
checkpoints. The others end with it, however it ends.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import connection, parent_process
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from search_spaces.errors import TrainingError
from workers.failure import is_out_of_memory
from workers.proxy.batches import ProxyData
from workers.proxy.state import keep_freed_memory
from workers.training.checkpoint import read_checkpoint
from workers.training.group import Group
from workers.training.job import Job
from workers.training.loop import EpochRecord, Loop, Outcome, Watcher
from workers.training.trainer import Trainer

PATIENCE = timedelta(minutes=10)
"""So long the processes wait for one another, at the beginning and at every step."""


def train(job: Job, watcher: Watcher) -> tuple[Outcome, Trainer]:
    """Trains, from the checkpoint of the job where there is one.

    Returns:
        How far it came, and the trainer, for its weights.

    Raises:
        NasError: The training diverged, memory ran out, a process was lost, or a checkpoint cannot
            be read or written.
    """
    size = job.num_processes
    if job.recipe.batch_size % size:
        rule = f"`batch_size` (={job.recipe.batch_size}) must be divisible by"
        raise TrainingError(f"{rule} the number of processes (={size})")
    keep_freed_memory()
    begun = read_checkpoint(job.checkpoint)
    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, job.num_threads // size))
    try:
        with _others(job) as group:
            trainer = _trainer(job, group)
            return Loop(trainer, job, group, watcher).run(begun), trainer
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            rule = "a smaller `batch_size` needs less"
            raise TrainingError(f"the training ran out of memory; {rule}") from error
        if _is_lost_peer(error):
            rule = "the same command goes on from the last checkpoint"
            raise TrainingError(f"a process of the training was lost; {rule}") from error
        raise
    finally:
        torch.set_num_threads(threads)


def _is_lost_peer(error: BaseException) -> bool:
    """Whether another process of the group has gone."""
    return isinstance(error, dist.DistError) or "gloo" in str(error).lower()


@contextmanager
def _others(job: Job) -> Iterator[Group]:
    """The group of this process, the others running while this is open."""
    if job.num_processes == 1:
        yield Group(device=torch.device(job.device))
        return
    with tempfile.TemporaryDirectory(prefix="conv-nas-") as folder:
        # A file that only this user sees, where a port could be taken or met by a stranger.
        meeting = f"file://{Path(folder) / 'meeting'}"
        # A forked process inherits locks that nobody releases, and cannot use CUDA.
        context = mp.get_context("spawn")
        others = [
            context.Process(target=_follow, args=(job, rank, meeting), daemon=True)
            for rank in range(1, job.num_processes)
        ]
        for process in others:
            process.start()
        try:
            yield _joined(job, 0, meeting)
        finally:
            if dist.is_initialized():
                dist.destroy_process_group()
            for process in others:
                process.join(10)
                process.kill()
                process.join()


def _joined(job: Job, rank: int, meeting: str) -> Group:
    on_gpu = job.device == "cuda"
    device = torch.device("cuda", rank) if on_gpu else torch.device("cpu")
    if on_gpu:
        torch.cuda.set_device(device)
    dist.init_process_group(
        "nccl" if on_gpu else "gloo", init_method=meeting, rank=rank,
        world_size=job.num_processes, timeout=PATIENCE,
    )  # fmt: skip
    return Group(rank, job.num_processes, device)


def _trainer(job: Job, group: Group) -> Trainer:
    data = ProxyData(job.dataset, group.device)
    return Trainer(job.subject, data, job.recipe, job.seed, job.execution, job.fresh, group)


def _follow(job: Job, rank: int, meeting: str) -> None:
    """One of the other processes: does what the first one does, and says nothing."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # the first process decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_freed_memory()
    torch.set_num_threads(max(1, job.num_threads // job.num_processes))
    group = _joined(job, rank, meeting)
    try:
        Loop(_trainer(job, group), job, group, _Silent()).run(read_checkpoint(job.checkpoint))
    except RuntimeError as error:
        if not _is_lost_peer(error):
            raise  # its traceback goes to standard error; the first process tells of the loss
        os._exit(1)
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
