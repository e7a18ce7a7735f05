"""What is trained: a network of ours, or the class in a file that a user names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from search_spaces.errors import UserCodeError, reason_of
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Shape
from search_spaces.plugins import load_module
from workers.proxy.execution import Execution
from workers.proxy.layers import float32_module, mixed_module
from workers.proxy.state import initialised
from workers.quantisation import Ranges
from workers.quantisation.fake import EXTRA, FakeQuantised

CLASS_NAME, SHAPE_NAME = "Network", "IN_SHAPE"
"""What an exported file calls its network and the shape of one image."""


class Subject(Protocol):
    """Makes modules of one network, all with the same names of weights. Can be pickled."""

    @property
    def in_shape(self) -> Shape:
        """Of one image, `(channels, height, width)`."""
        ...

    def dtype(self, execution: Execution) -> torch.dtype:
        """The type of the images that `module` takes."""
        ...

    def module(self, execution: Execution) -> nn.Module:
        """A module to train."""
        ...

    def begun(self, module: nn.Module) -> nn.Module:
        """The same module with the weights that a training begins with."""
        ...

    def plain_module(self) -> nn.Module:
        """A module as it is deployed: torch's own layers, in float32."""
        ...


class _Fresh:
    """A training begins with fresh weights."""

    def begun(self, module: nn.Module) -> nn.Module:
        return initialised(module)


@dataclass(frozen=True)
class NetworkSubject(_Fresh):
    """A network, trained with layers that are fast on this machine."""

    network: Network

    @property
    def in_shape(self) -> Shape:
        return self.network.in_shape

    def dtype(self, execution: Execution) -> torch.dtype:
        return torch.bfloat16 if execution.uses_bfloat16(self.network) else torch.float32

    def module(self, execution: Execution) -> nn.Module:
        if self.dtype(execution) == torch.bfloat16:
            return mixed_module(self.network, execution)
        return float32_module(self.network)

    def plain_module(self) -> nn.Module:
        return build_module(self.network)


@dataclass(frozen=True)
class Int8Subject(NetworkSubject):
    """A network in eight bit integers, trained on from weights that it has.

    Attributes:
        state: Its weights, trained in float32.
        ranges: Of its maps, with these weights.
        given: How it is given images.
    """

    state: Mapping[str, Tensor]
    ranges: Ranges
    given: InputFormat

    def dtype(self, execution: Execution) -> torch.dtype:
        return torch.float32

    def module(self, execution: Execution) -> nn.Module:
        return self.plain_module()

    def begun(self, module: nn.Module) -> nn.Module:
        module.load_state_dict(self.begun_state)
        return module

    @property
    def begun_state(self) -> dict[str, Any]:
        """The state that its module begins with."""
        return {**self.state, EXTRA: self.ranges}

    def plain_module(self) -> nn.Module:
        """Computes what the integers stand for. Raises GraphError: a layer has no counterpart."""
        return FakeQuantised(self.network, self.ranges, self.given)


@dataclass(frozen=True)
class FileSubject(_Fresh):
    """The class `Network` of a Python file, as `nas export` writes it.

    The file's code runs: only a file that the user names is ever loaded.
    """

    path: Path

    @property
    def in_shape(self) -> Shape:
        """Raises UserCodeError where the file does not say it."""
        shape = self._named(SHAPE_NAME)
        sides = shape if isinstance(shape, tuple) else ()
        if len(sides) != 3 or not all(type(side) is int and side > 0 for side in sides):
            rule = f"`{SHAPE_NAME}` must be (channels, height, width)"
            raise UserCodeError(f"{self.path}: {rule}; got {shape!r}")
        return sides

    def dtype(self, execution: Execution) -> torch.dtype:
        return torch.float32

    def module(self, execution: Execution) -> nn.Module:
        return self.plain_module()

    def plain_module(self) -> nn.Module:
        """Raises UserCodeError where the file has no such class, or that makes no module."""
        made = self._named(CLASS_NAME)
        try:
            module = made()
        except Exception as error:
            said = f"{self.path}: `{CLASS_NAME}()` raised {reason_of(error)}"
            raise UserCodeError(said) from error
        if not isinstance(module, nn.Module):
            raise UserCodeError(f"{self.path}: `{CLASS_NAME}()` must make a torch.nn.Module")
        return module

    def constant(self, name: str) -> Any:
        """What the file says under a name, as `CLASS_NAMES`; None where it says nothing."""
        return getattr(load_module(str(self.path.resolve())), name, None)

    def _named(self, name: str) -> Any:
        module = load_module(str(self.path.resolve()))
        if not hasattr(module, name):
            rule = "must be a file as `nas export` writes it"
            raise UserCodeError(f"{self.path}: {rule}; it has no `{name}`")
        return getattr(module, name)
