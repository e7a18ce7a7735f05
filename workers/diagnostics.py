"""What a trained network makes of its channels: dead ones, correlated ones, effective rank.

Two of the three problems of convolution are seen here, each layer by itself, on validation images:
channels that say nothing, and channels that say what others say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Activation, BatchNorm, Conv, Dropout

LEAST_IMAGES = 16
MAX_PIXELS = 256 * 32 * 32
MAX_POSITIONS = 4096
MAX_CHANNELS = 256

_CONSTANT = 1e-5
_FOLLOWS = (BatchNorm, Activation, Dropout)


class LayerDiagnostics(NamedTuple):
    """One convolution with the norm and the activation behind it.

    Attributes:
        layer: Full name of the convolution.
        num_channels: Channels that it gives.
        dead_share: Share of channels whose output is the same for all images and positions.
        mean_correlation: Mean absolute Pearson correlation between two of the other channels, 0 to
            1; None where there are fewer than two.
        effective_rank: Exponential of the entropy of the normalised singular values of the centred
            outputs, 1 to the number of channels (Roy and Vetterli 2007); 0 where all are dead.
    """

    layer: str
    num_channels: int
    dead_share: float
    mean_correlation: float | None
    effective_rank: float


def num_images(network: Network) -> int:
    """How many images tell enough: 256 of 32 x 32, fewer of larger ones."""
    _, height, width = network.in_shape
    return max(LEAST_IMAGES, MAX_PIXELS // (height * width))


@torch.inference_mode()
def diagnose(network: Network, module: nn.Module, images: Tensor) -> list[LayerDiagnostics]:
    """The diagnostics of every convolution, in the order of the layers.

    Correlation and rank are taken from at most `MAX_POSITIONS` outputs of a layer, evenly spread
    over images and positions, and of wider layers from `MAX_CHANNELS` channels, evenly spread, the
    rank then scaled to all of them. A layer whose outputs are not finite is left out.

    Args:
        network: What the module computes.
        module: From `build_module`; it is left in evaluation mode.
        images: `(batch, *network.in_shape)`, normalised as in training.
    """
    names = dict(_convolutions(network))
    found: dict[int, LayerDiagnostics] = {}

    def observe(number: int, output: Tensor) -> None:
        if number in names and bool(output.isfinite().all()):
            found[number] = of_outputs(names[number], output)

    module.eval()
    module(images, observe)
    return [found[number] for number in sorted(found)]


def _convolutions(network: Network) -> Iterator[tuple[int, str]]:
    """Where the output of each convolution is final, norm and activation included, and its name."""
    start = 0
    for block in network.blocks:
        nodes = block.graph.nodes
        readers: dict[int, list[int]] = {}
        for index, node in enumerate(nodes):
            for source in node.inputs:
                readers.setdefault(source, []).append(index)
        for index, node in enumerate(nodes):
            if isinstance(node.op, Conv):
                last = index
                # What several layers read is itself what the convolution gives to the network.
                while (after := readers.get(last, [])) and len(after) == 1:
                    if not isinstance(nodes[after[0]].op, _FOLLOWS):
                        break
                    last = after[0]
                yield start + last, block.layer_name(node)
        start += len(nodes)


def of_outputs(layer: str, output: Tensor) -> LayerDiagnostics:
    """The diagnostics of one layer.

    Args:
        layer: Its name.
        output: `(batch, channels, height, width)`.
    """
    num_channels = output.shape[1]
    rows = output.float().movedim(1, -1).reshape(-1, num_channels)
    spread = rows.amax(0) - rows.amin(0)
    size = rows.abs().amax().clamp_min(torch.finfo(rows.dtype).tiny)
    is_alive = spread > _CONSTANT * size
    alive = int(is_alive.sum())
    sample = _centred(rows[:, is_alive])
    return LayerDiagnostics(
        layer=layer,
        num_channels=num_channels,
        dead_share=1 - alive / num_channels,
        mean_correlation=_mean_correlation(sample) if alive > 1 else None,
        effective_rank=_effective_rank(sample) * alive / max(1, sample.shape[1]),
    )


def _centred(rows: Tensor) -> Tensor:
    """At most so many rows and channels, evenly spread, less their mean."""
    height, width = rows.shape
    if height > MAX_POSITIONS:
        # Not drawn at random: to look at a training must not move its generators.
        rows = rows[torch.linspace(0, height - 1, MAX_POSITIONS, device=rows.device).long()]
    if width > MAX_CHANNELS:
        rows = rows[:, torch.linspace(0, width - 1, MAX_CHANNELS, device=rows.device).long()]
    return rows - rows.mean(0)


def _mean_correlation(centred: Tensor) -> float:
    lengths = centred.norm(dim=0).clamp_min(torch.finfo(centred.dtype).tiny)
    unit = centred / lengths
    correlation = (unit.T @ unit).abs().clamp_max(1.0)
    count = len(correlation)
    return float((correlation.sum() - correlation.trace()) / (count * (count - 1)))


def _effective_rank(centred: Tensor) -> float:
    if not centred.shape[1]:
        return 0.0
    # Squares of values take twice the digits: small singular values would be noise in float32.
    products = centred.T.double() @ centred.double()
    # Of so small a matrix on the CPU: a GPU is slower at it, and needs a library of its own for it.
    squared = torch.linalg.eigvalsh(products.cpu()).clamp_min(0.0)
    singular = squared.sqrt()
    share = singular / singular.sum()
    share = share[share > 0]
    return float(torch.exp(-(share * share.log()).sum()))
