"""Names of an exported file: of block classes, of layers and of variables."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Hashable, Mapping
from itertools import combinations
from typing import TypeVar

from search_spaces.graphs.graph import INPUT, Graph
from search_spaces.graphs.primitives import Add

Key = TypeVar("Key", bound=Hashable)

NETWORK = "Network"
"""The class of a whole network."""

_RESERVED = {"F", "Tensor", "conv", "conv_bn", "conv_bn_act", "nn", "self", "suffix", "torch", "x"}

_PARAMETERS = {
    "bias", "ceil_mode", "channels", "dilation", "groups", "growth_rate", "kernel_size",
    "num_layers", "output_padding", "padding", "skip", "stride", "width",
}  # fmt: skip
"""What parameters of a block are called that are not channels of a layer."""


def class_name(block_type: str) -> str:
    """For example `ShuffleUnitBlock`; stem and head are called just that."""
    words = re.split(r"[\W_]+", block_type)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if block_type in ("stem", "head") else f"{name}Block"


def variant_names(graphs: Mapping[Key, Graph]) -> dict[Key, str]:
    """What to put behind the name of each variant of one block, the usual variant first.

    The variant of fewest parts has no name; another is called after a part that no other has, as
    `WithSkip`, or after two; variants that have the same parts are numbered.
    """
    parts = {key: _parts(graph) for key, graph in graphs.items()}
    plain = min(parts, key=lambda key: len(parts[key]))
    names = {plain: ""}
    for number, key in enumerate(parts, 1):
        if key != plain:
            others = [other for name, other in parts.items() if name != key]
            telling = _telling(parts[key], others)
            names[key] = f"With{'And'.join(telling)}" if telling else str(number)
    return names


def _parts(graph: Graph) -> dict[str, None]:
    """The parts of a block that variants may differ in, by name, in order; each layer's first."""
    parts: dict[str, None] = {}
    for node in graph.nodes:
        if isinstance(node.op, Add):
            parts["Skip" if INPUT in node.inputs else "Sum"] = None
        elif not re.search(r"(_norm|_act|_\d+)$", node.name):
            parts[class_name(node.name).removesuffix("Block")] = None
    return parts


def _telling(own: Collection[str], others: Collection[Collection[str]]) -> tuple[str, ...]:
    """The fewest parts that no other variant has together; empty where there are none."""
    for count in (1, 2):
        for chosen in combinations(own, count):
            if not any(set(chosen) <= set(other) for other in others):
                return chosen
    return ()


def is_name(text: str) -> bool:
    """Whether an attribute can be called so."""
    return text.isidentifier() and not keyword.iskeyword(text)


def is_free(text: str) -> bool:
    """Whether a parameter can be called so, and means nothing else."""
    return is_name(text) and text not in _RESERVED and text not in _PARAMETERS


def variable_name(layer: str, taken: Collection[str]) -> str:
    """A variable for the output of a layer: the layer's name without norm and activation."""
    plain = re.sub(r"(_norm|_act)+(?=(_\d+)?$)", "", layer)
    plain = re.sub(r"\W", "_", plain if plain and plain not in taken else layer)
    name = plain if is_name(plain) else f"out_{plain}"
    # A variable `F` or `torch` would hide what the next line calls.
    name = "out" if name in _RESERVED else name
    while name in taken:
        name = f"{name}_"
    return name
