"""The control of `benchmarks/dilation.py`: the same networks but for dilation."""

from math import log
from typing import Any

import numpy as np
import pytest

from benchmarks.dilation import Pairs, comparisons, dilations
from search_spaces.graphs.cost import cost


def test_the_control_is_the_same_network_without_dilation() -> None:
    pairs = Pairs.of_ready_space()
    drawn = pairs.draw(np.random.default_rng(0))
    maps = set()
    for (values, network, control), _ in zip(drawn, range(25), strict=False):
        assert dilations(network) - {1}
        assert dilations(control) == {1}
        costs = [cost(each) for each in (network, control)]
        assert (costs[0].flops, costs[0].params) == (costs[1].flops, costs[1].params)
        assert costs[0].flops <= pairs.budget
        shapes = [[block.graph.out_shape for block in each.blocks] for each in (network, control)]
        assert shapes[0] == shapes[1]
        maps.add((values["output_stride"], shapes[0][-3][1]))
    assert {stride for stride, _ in maps} == {4, 8}


def row(seed: int, flops: float, dilated: float, undilated: float) -> dict[str, Any]:
    return {"seed": seed, "flops": flops, "dilated": dilated, "undilated": undilated,
            "output_stride": 8}  # fmt: skip


@pytest.mark.parametrize(
    ("gain", "verdict"), [(0.1, "win"), (-0.1, "loss"), (0.02, "tie"), (-0.02, "tie")]
)
def test_differences_by_hand(gain: float, verdict: str) -> None:
    """Gains of g - 0.01, g and g + 0.01: t of two degrees of freedom is 4.303, so ±0.0248."""
    rows = [row(seed, 4e6, 0.5 + gain + 0.01 * (seed - 1), 0.5) for seed in range(3)]
    found = {each["of"]: each for each in comparisons([*rows], budget=8e6)}
    half = 4.3027 * 0.01 / 3**0.5
    for of in ("mIoU, each network", "front within 4M FLOPs", "front within 8M FLOPs"):
        wanted = (gain, gain - half, gain + half)
        assert (found[of]["difference"], *found[of]["interval"]) == pytest.approx(wanted, abs=1e-5)
        assert found[of]["verdict"] == verdict
    assert found["front within 2M FLOPs"]["dilated"] == [0.0, 0.0, 0.0]  # nothing costs so little


def test_hypervolumes_by_hand() -> None:
    """In a box from 1M to 16M FLOPs, as logarithms, the network of 4M is half way."""
    seeds = [row(seed, flops, miou, miou / 2) for seed in (0, 1) for flops, miou in
             ((1e6, 0.2), (4e6, 0.6), (16e6, 0.9))]  # fmt: skip
    (found,) = (each for each in comparisons(seeds, 16e6) if each["of"] == "hypervolume")
    half = log(4) / log(16)
    # From the cheapest on 0.2 are won, from the middle on 0.6; at the very end there is no width.
    assert found["dilated"] == pytest.approx([half * 0.2 + half * 0.6] * 2)
    assert found["undilated"] == pytest.approx([half * 0.1 + half * 0.3] * 2)
