"""MobileNet v1 on a microcontroller: beside sums by hand, and what a vendor publishes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network
from search_spaces.tflite.memory_plan import MemoryPlan

CHANNELS = (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
"""Of the stem and of the thirteen pointwise convolutions, by table 1 of arXiv:1704.04861."""


def _network(width_mult: float, resolution: int, in_channels: int, num_classes: int) -> Network:
    given = {
        "width_mult": width_mult, "resolution": resolution, "in_channels": in_channels,
        "num_classes": num_classes,
    }  # fmt: skip
    return reference_network("mobilenet_v1", **given)


def _by_hand(width_mult: float, in_channels: int, num_classes: int) -> int:
    """A byte for each weight and four for each bias."""
    widths = [int(width_mult * channels) for channels in CHANNELS]
    num_weights = 9 * in_channels * widths[0] + widths[-1] * num_classes
    num_biases = widths[0] + num_classes
    for before, behind in pairwise(widths):
        num_weights += 9 * before + before * behind
        num_biases += before + behind
    return num_weights + 4 * num_biases


@pytest.mark.parametrize(
    ("width_mult", "resolution", "in_channels", "num_classes", "published"),
    [
        (0.25, 96, 3, 5, 214.69), (0.25, 96, 1, 5, 214.55), (0.5, 224, 3, 5, 812.61),
        (0.25, 224, 3, 1000, 467.33), (0.5, 224, 3, 1000, 1314.0), (1.0, 224, 3, 1000, 4157.09),
        (0.25, 96, 1, 2, None), (0.25, 96, 1, 1001, None),
    ],
)  # fmt: skip
def test_weights_are_those_of_the_vendors_zoo(
    width_mult: float, resolution: int, in_channels: int, num_classes: int, published: float | None
) -> None:
    """KiB of weights and biases in the tables of STMicroelectronics' model zoo."""
    plan = MemoryPlan(_network(width_mult, resolution, in_channels, num_classes))
    found = sum(step.weight_bytes for step in plan.steps)
    assert found == _by_hand(width_mult, in_channels, num_classes)
    assert published is None or round(found / 1024, 2) == published


@pytest.mark.parametrize(("in_channels", "num_classes"), [(1, 2), (1, 1001), (3, 5)])
def test_maps_are_those_of_the_layer_that_holds_most(in_channels: int, num_classes: int) -> None:
    """The first pointwise map, 48x48x16, and its copy with a row and a column more, 49x49x16."""
    plan = MemoryPlan(_network(0.25, 96, in_channels, num_classes))
    peak = plan.steps[plan.peak - 1]
    assert (peak.layer, peak.operator) == ("features.1.depthwise", "PAD")
    assert [piece.shape for piece in plan.at(plan.peak)] == [(49, 49, 16), (48, 48, 16)]
    assert plan.arena.planned == max(plan.used) == 48 * 48 * 16 + 49 * 49 * 16 == 75_280
