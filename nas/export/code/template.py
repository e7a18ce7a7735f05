"""One class for several blocks: what differs between them is a parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nas.export.code.helpers import HELPERS
from nas.export.code.loops import Rolled
from nas.export.code.units import MODULES, SEQUENTIAL, ConvUnit
from nas.export.code.variants import Part
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.primitives import TorchCall

Slot = tuple[int, str, int | None]
"""An argument of a layer's call: the layer's index, the argument's name, and of a pair, which."""

Structure = tuple[Any, ...]

Column = tuple[Any, ...]
"""The values of one argument, one a block."""

CHANNELS = "channels"
"""The variable of a loop that counts channels."""

CHANNEL_ARGUMENTS = ("in_channels", "out_channels", "num_features", "in_features", "out_features")

DEFAULTS: dict[str, Any] = {
    "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1, "bias": True,
    "ceil_mode": False, "act": True,
}  # fmt: skip
"""Values that PyTorch, or a function of the file, takes where an argument is not written."""

_UNNAMED = (*CHANNEL_ARGUMENTS, "output_size", "start_dim")
"""Arguments that everybody writes without their names."""

_FIRST = ("in_channels", "out_channels")


@dataclass(frozen=True)
class Loop:
    """A loop over the first layers of a class, each turn of which adds channels.

    Attributes:
        length: How many layers are in it.
        times: How often it is run, as it is written; so are `first` and `growth`:
        first: The channels that the first turn reads.
        growth: The channels that each turn adds.
    """

    length: int
    times: str
    first: str
    growth: str


def structure(block_type: str, rolled: Rolled) -> Structure:
    """What blocks of one class share: type, layer names, calls and connections, loop."""
    return (
        block_type,
        tuple(
            (node.name, call.target, tuple(call.kwargs), node.inputs)
            for node, call in ((node, node.op.torch_call()) for node in rolled.graph.nodes)
        ),
        rolled.length,
        rolled.growing,
    )


def is_default(target: str, argument: str, value: Any) -> bool:
    """Whether a call means the same without this argument."""
    # A pooling that is told no stride takes its kernel size, not 1.
    if argument == "stride" and target.lower().endswith("pool2d"):
        return False
    return argument in DEFAULTS and bool(DEFAULTS[argument] == value)


@dataclass(frozen=True)
class Template:
    """One class for several blocks.

    Attributes:
        graph: The graph of the first block; the others have the same layers, or leave parts out.
        parameters: The constructor's parameters in order, each with its values, one a block.
        slots: For each argument that differs between blocks, the parameter that it takes.
        calls: How each layer is written.
        parts: What some of the blocks do not have.
        derived: Flags of parts that follow from parameters, with the condition.
        loop: What the class does several times.
        choices: Poolings that some blocks do by maximum and others by average: when by average.
        optional: Poolings that some blocks do not have: when a block has it.
    """

    graph: Graph
    parameters: dict[str, tuple[Any, ...]]
    slots: dict[Slot, str]
    calls: tuple[TorchCall, ...]
    parts: tuple[Part, ...] = ()
    derived: dict[str, str] = field(default_factory=dict)
    choices: dict[int, str] = field(default_factory=dict)
    optional: dict[int, str] = field(default_factory=dict)
    loop: Loop | None = None

    @property
    def inputs(self) -> list[str]:
        """What `forward` takes."""
        count = len(self.graph.side_shapes)
        return [
            "x",
            *("skip" if number == 1 else f"skip_{number}" for number in range(1, count + 1)),
        ]

    def part(self, index: int) -> Part | None:
        """The part that a layer belongs to; None for a layer that every block has."""
        return next((part for part in self.parts if index in part.nodes), None)

    def default(self, parameter: str) -> Any:
        """The default of a parameter, None for one that must be given."""
        # So that a block without the part says nothing of it.
        if parameter in {*(part.flag for part in self.parts), *self.optional.values()}:
            return False
        value = DEFAULTS.get(parameter)
        return value if value in self.parameters[parameter] else None

    @property
    def _channels(self) -> set[str]:
        """The parameters that are numbers of channels."""
        return {
            name for (_, argument, _), name in self.slots.items() if argument in CHANNEL_ARGUMENTS
        }

    @property
    def in_order(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Parameters in the order of the constructor: channels, others, those with a default."""

        def place(item: tuple[str, tuple[Any, ...]]) -> tuple[bool, bool, bool]:
            name = item[0]
            return self.default(name) is not None, name not in _FIRST, name not in self._channels

        return sorted(self.parameters.items(), key=place)

    @property
    def kept(self) -> dict[str, str]:
        """What `forward` needs and the block must keep: attributes, with the value of each."""
        of_functions = [
            name for (index, *_), name in self.slots.items() if not is_layer(self.calls[index])
        ]
        names = dict.fromkeys([*of_functions, *(part.flag for part in self.parts)])
        return {name: self.derived.get(name, name) for name in names}

    def arguments(self, index: int, *, prefix: str = "", is_short: bool = False) -> list[str]:
        """What is written between the brackets of one layer's call.

        Args:
            is_short: Whether strides, and all arguments of a pooling, stand without their names.
        """
        call, op = self.calls[index], self.graph.nodes[index].op
        if call.target == SEQUENTIAL and isinstance(op, ConvUnit):
            return self._of_unit(index, op, prefix=prefix, is_short=is_short)
        return self._arguments(index, call, prefix=prefix, is_short=is_short)

    def _of_unit(self, index: int, op: ConvUnit, *, prefix: str, is_short: bool) -> list[str]:
        """The modules of a unit that no function makes."""
        call = op.conv.torch_call()
        inside = self._arguments(index, call, prefix=prefix, is_short=is_short)
        channels, _ = self._text(index, "out_channels", op.conv.out_channels, prefix)
        made = [f"{call.target}({', '.join(inside)})", f"nn.BatchNorm2d({channels})"]
        return [*made, f"{MODULES[op.act]}()"] if op.act else made

    def _arguments(self, index: int, call: TorchCall, *, prefix: str, is_short: bool) -> list[str]:
        unnamed = {"kernel_size", *(["stride"] if is_short else [])}
        is_pool = is_short and call.target.lower().endswith("pool2d")
        written = []
        for name, value in call.kwargs.items():
            text, is_given = self._text(index, name, value, prefix)
            plain = call.target in (*HELPERS, "nn.Conv2d") and name in unnamed
            in_order = is_pool and name in ("kernel_size", "stride", "padding")
            if name in _UNNAMED or in_order or (plain and (is_given or name == "kernel_size")):
                written.append(text)
            elif is_given or not is_default(call.target, name, value):
                written.append(f"{name}={text}")
        return written

    def _text(self, index: int, name: str, value: Any, prefix: str) -> tuple[str, bool]:
        """One argument as it is written, and whether a parameter is in it."""
        whole = self.slots.get((index, name, None))
        if whole:
            return f"{prefix}{whole}", True
        of_pair = [self.slots.get((index, name, place)) for place in (0, 1)]
        if not any(of_pair):
            # As formatters quote; `repr` takes single quotes.
            return f'"{value}"' if isinstance(value, str) else repr(value), False
        both = zip(of_pair, pair(value), strict=True)
        texts = [f"{prefix}{slot}" if slot else repr(fixed) for slot, fixed in both]
        return f"({', '.join(texts)})", True

    def block_arguments(self, number: int, *, with_names: bool = True) -> list[str]:
        """What is written between the brackets where block `number` is made.

        Args:
            with_names: Whether to name all channels, or none, as in the tables of the papers.
        """
        written = []
        for name, column in self.in_order:
            if name in _FIRST or (name in self._channels and not with_names):
                written.append(repr(column[number]))
            elif column[number] != self.default(name):
                written.append(f"{name}={column[number]!r}")
        return written


def is_layer(call: TorchCall) -> bool:
    """Whether a call makes a module, which then is an attribute, rather than a result."""
    return call.is_module or call.target in HELPERS


def pair(value: Any) -> tuple[Any, Any]:
    """Height and width of an argument that may be one number for both."""
    return value if isinstance(value, tuple) else (value, value)
