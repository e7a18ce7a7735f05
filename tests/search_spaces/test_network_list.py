"""Networks that are listed stand where a space stands."""

import numpy as np
import pytest

from search_spaces.errors import SpaceError
from search_spaces.networks import reference_network
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.problem import NetworkList


def listed() -> NetworkList:
    widths = (0.25, 0.5)
    return NetworkList(
        {
            f"mobilenet_v1 x{width}": reference_network(
                "mobilenet_v1", width_mult=width, resolution=32, num_classes=10
            )
            for width in widths
        }
    )


def test_one_choice_names_the_networks() -> None:
    networks = listed()
    (choice,) = networks.choices
    assert choice.values == ("mobilenet_v1 x0.25", "mobilenet_v1 x0.5")
    assert networks.num_combinations() == 2
    drawn = [networks.sample(np.random.default_rng(seed)) for seed in range(20)]
    assert {str(values["network"]) for values in drawn} == set(choice.values)
    values = {"network": "mobilenet_v1 x0.5"}
    assert networks.network(values) is networks.networks["mobilenet_v1 x0.5"]
    assert networks.in_words(values) == "mobilenet_v1 x0.5"


@pytest.mark.parametrize("values", [{}, {"network": "vgg16"}])
def test_others_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(SpaceError, match=r"`network` must be one of \['mobilenet_v1 x0.25'"):
        listed().network(values)


def test_its_blocks_are_those_of_its_networks_each_once() -> None:
    networks = listed()
    blocks = list(distinct_blocks(networks))
    expected = {b.graph.id for n in networks.networks.values() for b in n.blocks}
    assert {block.id for block in blocks} == expected
    assert len(blocks) == len(expected)
    # Within one network the paper's table repeats one layer five times, the last but one stage's.
    assert len(blocks) == 2 * (15 - 4)
