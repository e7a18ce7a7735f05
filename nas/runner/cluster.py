"""The Ray that trials run on: ours or an existing one, its slots, and whether its node lives.

Ray itself takes some fifteen seconds to notice, and then ends this process without a word.
"""

from __future__ import annotations

import gc
import os
import select
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nas.config.search import WorkersSpec
from nas.runner.host_process import signals_kept
from search_spaces.errors import SearchError, reason_of
from workers.devices import trials_per_gpu
from workers.memory import share_heap


@contextmanager
def watching_node(on_lost: Callable[[], None]) -> Iterator[None]:
    """Calls `on_lost`, from a thread, if the node process ends; does nothing but on Linux."""
    handles = [os.pidfd_open(pid) for pid in _children("raylet")]
    if not handles:
        yield
        return
    end_read, end_write = os.pipe()
    thread = threading.Thread(target=_watch, args=(handles, end_read, on_lost), daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(end_write, b".")
        thread.join()
        for handle in (*handles, end_read, end_write):
            os.close(handle)


def _watch(handles: list[int], end: int, on_lost: Callable[[], None]) -> None:
    # The handle of a process becomes readable when that ends, so that nobody has to poll.
    ready, _, _ = select.select([*handles, end], [], [])
    if end not in ready:
        on_lost()


def _children(name: str) -> list[int]:
    """Process ids of the children of this process that run a program."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # A program's name stands in brackets, and may have brackets and blanks itself.
            before, _, after = path.read_text().rpartition(")")
        except OSError:  # has ended since
            continue
        if before.partition("(")[2] == name and int(after.split()[1]) == os.getpid():
            found.append(int(path.parent.name))
    return found


PACKAGES = ("nas", "search_spaces", "workers")
"""What workers run."""

ANSWER_WITHIN_S = 10.0


def trains_here(address: str | None) -> bool:
    """Whether trials will run on a Ray that is started for them on this machine."""
    # Not imported for the question: who has not imported it has no Ray that runs.
    ray = sys.modules.get("ray")
    return address is None and not (ray is not None and ray.is_initialized())


@contextmanager
def ray_cluster(
    address: str | None, on_lost: Callable[[], None], on_own: Callable[[], None]
) -> Iterator[None]:
    """A Ray to run on; one that this process had started before is used and left running.

    The nodes of a cluster need not have this package: it is shipped to them.

    Args:
        address: `auto`, that of a cluster, or ray://HOST:PORT of one that this machine is no node
            of; None starts a Ray on this machine.
        on_lost: Called, from a thread, when the node process of a Ray that was started here ends.
        on_own: Called when one has been started here.

    Raises:
        SearchError: The cluster cannot be reached, or a Ray of our own cannot start.
    """
    import ray

    if ray.is_initialized():
        with _left_as_it_was():
            yield
        return
    # Ray's memory monitor ends a worker shortly before memory runs out, with an error on which Tune
    # ends the whole search. Without it the kernel kills a worker (Ray marks them as the first to
    # go), and that trial is tried again.
    os.environ.setdefault("RAY_memory_monitor_refresh_ms", "0")
    if address is None:
        _start("local", include_dashboard=False)
        on_own()
    else:
        _start(address, runtime_env={"py_modules": _packages()})
    try:
        with watching_node(on_lost):
            yield
    finally:
        _shut_down()


@contextmanager
def _left_as_it_was() -> Iterator[None]:
    """Frees a Ray that others use from what a search that ended at once has left on it.

    Tune tidies up after an Exception alone. Else its workers and what they have reserved go with
    the last object that names them: a variable of some frame that the error still holds.
    """
    try:
        yield
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)
        gc.collect()
        raise


def _shut_down() -> None:
    """Ends the Ray of this process.

    Whoever lets go of one of Ray's references after its core has ended, and before its Python part
    has noticed, ends the process at once with exit code 1. Python's garbage collector does so from
    any thread; so it has its turn before, and none meanwhile.
    """
    import ray

    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with signals_kept():
            ray.shutdown()
    finally:
        if was_enabled:
            gc.enable()


def _start(address: str, **settings: Any) -> None:
    import ray

    if address.startswith("ray://") and find_spec("grpc") is None:
        raise SearchError(f"{address}: needs a further package: pip install 'conv-nas[client]'")
    _require_answer(address)
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    # Ray begins some dozens of threads here, whose heaps together would grow with each trial.
    share_heap()
    try:
        with signals_kept():  # those that come while the search runs are not Ray's to take
            ray.init(address=address, **settings, **quiet)
    except Exception as error:  # of any kind: OSError of a socket's path, Exception of a time-out
        _shut_down()  # whatever of it runs already
        raise SearchError(_unstarted(address, error)) from error


def _unstarted(address: str, error: Exception) -> str:
    """Why there is no Ray, and what helps where that is known."""
    reason = reason_of(error)
    if address != "local":
        return f"the Ray cluster at {address} cannot be reached: {reason}"
    helps = "the same command goes on"
    if "AF_UNIX" in str(error):  # it names its sockets below the folder of temporary files
        helps = "RAY_TMPDIR=/tmp gives it a folder of a shorter name"
    return f"Ray cannot start on this machine: {reason}; {helps}"


def _require_answer(address: str) -> None:
    """Raises SearchError where nobody listens; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():  # `auto`, `local`
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_WITHIN_S).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SearchError(f"no Ray cluster answers at {address}: {reason}") from error


def _packages() -> list[str]:
    """The folders of what workers run."""
    found = (find_spec(name) for name in PACKAGES)
    return [os.path.dirname(spec.origin) for spec in found if spec is not None and spec.origin]


def num_slots(workers: WorkersSpec) -> int:
    """How many trials the nodes can run at once, as they are now; a trial needs one node."""
    import ray

    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return sum(
        min(_parts(has.get("CPU", 0), workers.cpus_per_trial), _on_gpus(has, workers.gpus))
        for has in nodes
    )


def _parts(has: float, each: float) -> int:
    """Both as Ray counts them, in ten-thousandths: 0.3 / 0.1 is less than 3."""
    return round(10_000 * has) // max(1, round(10_000 * each))


def _on_gpus(has: Mapping[str, float], each: float) -> int:
    """Trials that the GPUs of a node hold, of which one never has parts of two."""
    gpus = int(has.get("GPU", 0))
    if each == 0:
        return sys.maxsize
    return gpus * trials_per_gpu(each) if each < 1 else gpus // int(each)


def require_room(workers: WorkersSpec) -> None:
    """Raises SearchError where no node has what a trial wants."""
    if num_slots(workers) == 0:
        wants = f"{workers.cpus_per_trial:g} CPUs and {workers.gpus:g} GPUs"
        raise SearchError(f"no node has the {wants} that a trial gets by `workers`")
