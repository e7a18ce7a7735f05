"""CUDA graphs pretended on the CPU: what a capture would hold is recorded, and replayed.

A captured graph repeats the very operations that were called, on the very tensors. So does the
recorder. A number that Python worked out, a branch that it took or a tensor that it forgot to write
is therefore the same at every replay, and training by replays differs from training without; what
would wait for the card in the middle of a capture is an error here as it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from workers.step import capture


class CaptureError(RuntimeError):
    """What a card would refuse while it captures."""


class _Call(NamedTuple):
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: list[Tensor]


_WAITS = (torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape)
"""What operations are marked with whose result, or its shape, the CPU would have to read."""


class _Recording(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes every operation; nothing that was there before it is changed when it ends."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[_Call] = []
        self._made: dict[int, torch.UntypedStorage] = {}
        self._found: dict[int, tuple[Tensor, Tensor]] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if any(tag in func.tags for tag in _WAITS) or func is torch.ops.aten.lift_fresh.default:
            raise CaptureError(f"{func} needs the CPU in the middle of a captured step")
        given = _tensors((args, kwargs))
        for value in given:
            self._keep(value)
        result = func(*args, **kwargs)
        outputs = _tensors(result)
        if given or outputs:  # else it is a mark for profilers
            self._note(_Call(func, args, kwargs, outputs), given)
        return result

    def _note(self, call: _Call, given: list[Tensor]) -> None:
        for value in call.outputs:
            storage = value.untyped_storage()
            if storage.data_ptr() not in self._found:
                self._made[storage.data_ptr()] = storage  # kept, so that no other has its address
        self.calls.append(call)

    def _keep(self, value: Tensor) -> None:
        """Notes what a tensor from outside holds, to be put back at the end."""
        place = value.untyped_storage().data_ptr()
        if place and place not in self._made and place not in self._found:
            whole = _whole(value)
            self._found[place] = whole, whole.clone()

    def undo(self) -> None:
        """Puts back what was there before, and makes rubbish of what is new."""
        # A captured operation does not run: what it would have written must not be read before a
        # replay has written it.
        for whole, kept in self._found.values():
            if not torch.equal(whole, kept):
                whole.copy_(kept)
        for call in self.calls:
            for value in call.outputs:
                if value.untyped_storage().data_ptr() in self._made and value.is_floating_point():
                    value.detach().fill_(torch.nan)


def _tensors(values: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]


def _whole(value: Tensor) -> Tensor:
    """All bytes that a tensor is a view into."""
    return torch.empty(0, dtype=torch.uint8).set_(value.untyped_storage())


class RecordedGraph:
    """In place of `torch.cuda.CUDAGraph`."""

    def __init__(self, *_: object) -> None:
        self.calls: list[_Call] = []

    def replay(self) -> None:
        """Calls everything again, into the same tensors."""
        with torch.no_grad():
            for call in self.calls:
                self._repeat(call)

    def _repeat(self, call: _Call) -> None:
        given = {value.untyped_storage().data_ptr() for value in _tensors((call.args, call.kwargs))}
        outputs = _tensors(call.function(*call.args, **call.kwargs))
        for kept, value in zip(call.outputs, outputs, strict=True):
            # A view, or what was written in place, is there already.
            if kept.untyped_storage().data_ptr() not in given:
                kept.detach().copy_(value)

    def pool(self) -> tuple[int, int]:
        return (0, 0)

    def reset(self) -> None:
        self.calls = []


class RecordedStream:
    """In place of `torch.cuda.Stream`."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def wait_stream(self, other: object) -> None: ...

    def synchronize(self) -> None: ...


@dataclass
class Recorder:
    """What happened while CUDA graphs were pretended.

    Attributes:
        captures: Stream and pool of each capture.
        streams: All that were made.
        num_replays: Of all graphs.
        num_operations: Of each graph.
    """

    captures: list[tuple[object, object]] = field(default_factory=list)
    streams: list[object] = field(default_factory=list)
    num_replays: int = 0
    num_operations: list[int] = field(default_factory=list)

    @contextmanager
    def graph(
        self, cuda_graph: RecordedGraph, pool: object = None, stream: object = None, **_: object
    ) -> Iterator[None]:
        """In place of `torch.cuda.graph`."""
        self.captures.append((stream, pool))
        drawn = torch.get_rng_state()  # a capture draws nothing
        recording = _Recording()
        try:
            with recording:
                yield
        finally:
            recording.undo()
            torch.set_rng_state(drawn)
        cuda_graph.calls = recording.calls
        self.num_operations.append(len(recording.calls))


@contextmanager
def pretended_graphs() -> Iterator[Recorder]:
    """While this is open, steps on the CPU are captured and replayed as those on a card are.

    Yields what happened. `Execution(cuda_graphs=True)` asks for graphs, as on a card. What is
    compared with it to the last bit must be trained here too: a CPU's own step sums otherwise.
    """
    recorder = Recorder()

    class Graph(RecordedGraph):
        def replay(self) -> None:
            recorder.num_replays += 1
            super().replay()

    def new_stream(*_: object, **__: object) -> RecordedStream:
        recorder.streams.append(stream := RecordedStream())
        return stream

    default = RecordedStream()
    instead: dict[str, Any] = {
        "CUDAGraph": Graph, "graph": recorder.graph, "Stream": new_stream,
        "stream": _nothing, "current_stream": lambda *_: default,
        "graph_pool_handle": lambda: object(), "synchronize": lambda *_: None,
    }  # fmt: skip
    with (
        patch.multiple(torch.cuda, **instead),
        patch.object(capture, "DEVICE_TYPES", {"cpu"}),
        patch.object(capture, "_places", {}),
    ):
        yield recorder


@contextmanager
def _nothing(*_: object) -> Iterator[None]:
    yield
