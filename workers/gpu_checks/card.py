"""The card that is looked at, and one that is pretended: what checks and timings ask of either."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from search_spaces.errors import LatencyError
from workers.devices import missing, synchronise
from workers.latency import LatencySetting, setting_here
from workers.step.recorder import pretended_graphs

WAITING = "called a synchronizing CUDA operation"
"""What PyTorch warns of where the CPU waits for the card."""


class Card:
    """The first card that this process sees.

    Attributes:
        device: Where its tensors lie.
        is_pretended: Whether the CPU stands in for it, so that no figure says anything of a card.
        batch_size: Images in the batches of checks.
    """

    device = "cuda"
    is_pretended = False
    batch_size = 64

    @property
    def name(self) -> str:
        return torch.cuda.get_device_name()

    def synchronize(self) -> None:
        """Waits until it has done all that it was given."""
        synchronise(self.device)

    def recording(self) -> AbstractContextManager[Any]:
        """Within it CUDA graphs can be captured; open around all that makes and uses trainers."""
        return nullcontext()

    def bytes_held(self) -> dict[str, int]:
        """Memory of this process on the card: in tensors, and with what PyTorch keeps besides."""
        return {"in tensors": torch.cuda.memory_allocated(), "kept": torch.cuda.memory_reserved()}

    def num_waits(self, action: Callable[[], object]) -> int:
        """How often the CPU waits for the card while an action runs."""
        before = torch.cuda.get_sync_debug_mode()
        torch.cuda.set_sync_debug_mode("warn")
        try:
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                action()
        finally:
            torch.cuda.set_sync_debug_mode(before)
        return sum(WAITING in str(warning.message) for warning in seen)

    def setting(self) -> LatencySetting:
        """What latencies are measured with."""
        return setting_here("cuda")

    def timing(self) -> AbstractContextManager[Callable[[], float]]:
        """Open while latencies are measured; gives the clock."""
        return nullcontext(perf_counter)

    @contextmanager
    def neighbour(self) -> Iterator[None]:
        """Another process keeps the card busy while this is open."""
        command = [sys.executable, "-m", "workers.gpu_checks.processes", "busy", self.device]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=inherited()) as busy:
            assert busy.stdout is not None
            try:
                if busy.stdout.readline() != "busy\n":
                    raise LatencyError("the process that was to keep the card busy has ended")
                yield
            finally:
                busy.kill()


class PretendedCard(Card):
    """The CPU in the place of a card: graphs are recorded and replayed, time is counted.

    Attributes:
        slowness: By what all operations take longer, as beside a neighbour.
    """

    device = "cpu"
    is_pretended = True
    batch_size = 8

    def __init__(self) -> None:
        self.slowness = 1.0

    @property
    def name(self) -> str:
        return "a pretended card"

    def recording(self) -> AbstractContextManager[Any]:
        return pretended_graphs()

    def bytes_held(self) -> dict[str, int]:
        # By the type: `isinstance` asks objects for their class, and some warn of it.
        found = (value for value in gc.get_objects() if issubclass(type(value), Tensor))
        storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in found}
        return {"in tensors": sum(storages.values())}

    def num_waits(self, action: Callable[[], object]) -> int:
        with _Waits() as waits:
            action()
        count: int = waits.count
        return count

    def setting(self) -> LatencySetting:
        return setting_here("cpu")

    @contextmanager
    def timing(self) -> Iterator[Callable[[], float]]:
        with _Time(lambda: self.slowness) as time:
            yield time.now

    @contextmanager
    def neighbour(self) -> Iterator[None]:
        self.slowness = 1.5
        try:
            yield
        finally:
            self.slowness = 1.0


class _Waits(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what a GPU would have to finish first, since its result decides what comes next."""

    OPERATIONS = frozenset({"_local_scalar_dense", "nonzero", "equal", "is_nonzero"})

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        self.count += func.overloadpacket.__name__ in self.OPERATIONS
        return func(*args, **(kwargs or {}))


class _Time(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Seconds as operations take them on no device at all: the same for the same operations."""

    CALL_S = 5e-6
    NUMBER_S = 1e-9

    def __init__(self, slowness: Callable[[], float]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._slowness = slowness
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        out = func(*args, **(kwargs or {}))
        numbers = out.numel() if isinstance(out, Tensor) else 0
        self._seconds += self._slowness() * (self.CALL_S + self.NUMBER_S * numbers)
        return out


def this_card() -> Card | None:
    """The card of this process; None where PyTorch can use none."""
    return Card() if missing(Card.device) is None else None


def inherited() -> dict[str, str]:
    """The environment of a process that imports what this one can."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
