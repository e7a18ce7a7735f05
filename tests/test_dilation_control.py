"""The control of `benchmarks/dilation.py`: the same networks but for dilation."""

import numpy as np
import pytest

from benchmarks.dilation import ARMS, compared, experiment
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv
from search_spaces.spaces.space import Space
from workers.datasets import dataset_info


def space_of(arm: str) -> Space:
    file = experiment(arm, seed=0)
    info = dataset_info(file.experiment.dataset)
    return file.space(info.in_shape, info.num_classes, info.task)


def dilations(network: Network) -> set[int]:
    convs = (node.op for _, _, node in network.layers() if isinstance(node.op, Conv))
    return {max(op.dilation) for op in convs}


def last_map(network: Network) -> int:
    """Side of what the last stage makes."""
    stages = [block for block in network.blocks if block.name.startswith("stage3")]
    return stages[-1].graph.out_shape[1]


def test_the_control_has_the_same_maps_and_no_dilation() -> None:
    rng = np.random.default_rng(0)
    drawn = {
        arm: [space.network(space.sample(rng)) for _ in range(60)]
        for arm, space in ((arm, space_of(arm)) for arm in ARMS)
    }
    found = {arm: set().union(*map(dilations, networks)) for arm, networks in drawn.items()}
    assert found["undilated"] == {1}
    assert {2, 4} <= found["dilated"]
    assert {arm: set(map(last_map, networks)) for arm, networks in drawn.items()} == {
        "dilated": {8, 16},
        "undilated": {8, 16},
    }


def test_budgets_and_recipe_are_the_same() -> None:
    given = [experiment(arm, 1, 6, 3).experiment.model_dump(mode="json") for arm in ARMS]
    for values in given:
        del values["space"], values["name"]
    assert given[0] == given[1]


@pytest.mark.parametrize(
    ("gain", "verdict"), [(0.1, "win"), (-0.1, "loss"), (0.02, "tie"), (-0.02, "tie")]
)
def test_a_difference_over_three_seeds_by_hand(gain: float, verdict: str) -> None:
    """Gains of g - 0.01, g and g + 0.01: t of two degrees of freedom is 4.303, so ±0.0248."""
    by_seed = [{"dilated": 0.5 + gain + step, "undilated": 0.5} for step in (-0.01, 0.0, 0.01)]
    found = compared("mIoU", by_seed)
    low, high = found["interval"]
    half = 4.3027 * 0.01 / 3**0.5
    assert (found["difference"], low, high) == pytest.approx(
        (gain, gain - half, gain + half), abs=1e-5
    )
    assert found["verdict"] == verdict
