"""The networks of the literature, emitted as the same graphs as every candidate of a search.

They prove the cost model against published figures, serve as baselines on a front, and as starting
points of a search. Each file registers one family.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from search_spaces.errors import SpaceError
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape

NetworkFunction = Callable[..., Network]

Resolution = int | tuple[int, int]
"""The side of a square image, or height and width."""

OTHER_NAMES = {"squeezenet": "squeezenet1_0"}
"""What a network is called where its release is not said."""

_NETWORKS: dict[str, NetworkFunction] = {}


def network(function: NetworkFunction) -> NetworkFunction:
    """Registers a reference network under its function's name."""
    _NETWORKS[function.__name__] = function
    return function


def image_shape(in_channels: int, resolution: Resolution) -> Shape:
    """`(channels, height, width)` of one image."""
    sides = (resolution, resolution) if isinstance(resolution, int) else resolution
    return (in_channels, *sides)


def reference_networks() -> dict[str, NetworkFunction]:
    """All reference networks by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_NETWORKS.items()))


def reference_network(name: str, **arguments: Any) -> Network:
    """Builds a reference network, for example `reference_network("mobilenet_v1", width_mult=0.5)`.

    Raises:
        SpaceError: The name is unknown, or the network does not take one of the arguments.
    """
    functions = reference_networks()
    name = OTHER_NAMES.get(name, name)
    if name not in functions:
        raise SpaceError(f"no reference network {name!r}; there are {', '.join(functions)}")
    taken = get_type_hints(functions[name], include_extras=True)
    taken.pop("return")
    for argument, value in arguments.items():
        if argument not in taken:
            raise SpaceError(f"{name} takes {', '.join(taken)}; got `{argument}`")
        try:
            TypeAdapter(taken[argument]).validate_python(value, strict=True)
        except ValidationError as error:
            rule = error.errors()[0]["msg"].replace("Input should be", "must be")
            raise SpaceError(f"{name}: `{argument}` (={value!r}): {rule}") from error
    return functions[name](**arguments)


@cache
def num_axes(name: str) -> int:
    """How many axes a network's output has.

    One: scores of the whole image. Two: rows of predictions, as detectors make. Three: maps.
    """
    return len(reference_network(name).out_shape)
