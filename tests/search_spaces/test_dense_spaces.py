"""Spaces of networks that make a class of each pixel: strides, dilation and taps by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from search_spaces.errors import SpaceError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv
from search_spaces.networks import reference_network
from search_spaces.spaces.automaton import Automaton
from search_spaces.spaces.enumeration import distinct_blocks
from search_spaces.spaces.space import Space
from search_spaces.spaces.space_spec import SpaceSpec

IMAGE = (3, 64, 96)


def _space(data: Any, image: tuple[int, int, int] = IMAGE, num_classes: int = 21) -> Space:
    return Space(SpaceSpec.model_validate(data), image, num_classes)


def _stages(block: Any, *strides: int, num_blocks: int = 2) -> list[Any]:
    return [
        {"out_channels": 16, "stride": stride, "num_blocks": num_blocks, "block": block}
        for stride in strides
    ]


@pytest.mark.parametrize("name", ["deeplabv3_resnet50", "deeplabv3_resnet101"])
def test_deeplab_is_a_network_of_a_space(name: str) -> None:
    """The identity of the published network, whose module is tested against one by hand."""
    depths = (3, 4, 23 if name.endswith("101") else 6, 3)
    space = _space(
        {
            "output_stride": 8,
            "stem": {"out_channels": 64, "kernel_size": 7, "stride": 2, "pool": True},
            "stages": [
                {"out_channels": 256 << n, "stride": 2 if n else 1, "num_blocks": depth,
                 "block": "bottleneck"}
                for n, depth in enumerate(depths)
            ],
            "head": {"aspp": {"out_channels": 256, "rate": 12}},
        }
    )  # fmt: skip
    assert space.network({}).id == reference_network(name, resolution=IMAGE[1:]).id


def _strides_and_dilations(network: Network) -> list[list[tuple[int, int]]]:
    """Of the convolutions with a window, stage by stage."""
    stages: dict[str, list[tuple[int, int]]] = {}
    for block in network.blocks:
        if block.name.startswith("stage"):
            row = stages.setdefault(block.name.partition(".")[0], [])
            for node in block.graph.nodes:
                if isinstance(node.op, Conv) and node.op.kernel_size != (1, 1):
                    row.append((node.op.stride[0], node.op.dilation[0]))
    return list(stages.values())


@pytest.mark.parametrize(
    ("output_stride", "wanted"),
    [
        (32, [[(2, 1), (1, 1)], [(2, 1), (1, 1)], [(2, 1), (1, 1)], [(2, 1), (1, 1)]]),
        (16, [[(2, 1), (1, 1)], [(2, 1), (1, 1)], [(2, 1), (1, 1)], [(1, 1), (1, 2)]]),
        (8, [[(2, 1), (1, 1)], [(2, 1), (1, 1)], [(1, 1), (1, 2)], [(1, 2), (1, 4)]]),
        (4, [[(2, 1), (1, 1)], [(1, 1), (1, 2)], [(1, 2), (1, 4)], [(1, 4), (1, 8)]]),
    ],
)
def test_strides_beyond_it_become_dilation(output_stride: int, wanted: Any) -> None:
    """A stem of stride 2 and four stages of stride 2: 32 in all."""
    space = _space({
        "output_stride": output_stride, "stem": {"stride": 2},
        "stages": _stages("separable", 2, 2, 2, 2), "head": "fcn",
    })  # fmt: skip
    network = space.network({})
    assert _strides_and_dilations(network) == wanted
    last = [block for block in network.blocks if block.name.startswith("stage")][-1]
    assert last.graph.out_shape[1:] == (64 // output_stride, 96 // output_stride)
    assert network.out_shape == (21, 64, 96)


def test_a_stride_of_four_may_be_taken_in_part() -> None:
    """Of 2 · 4 = 8 a network of output stride 4 takes 2 · 2, and dilates by 2."""
    space = _space({
        "output_stride": 4, "stages": _stages("separable", 2, 4), "head": {"aspp": {"rate": 1}},
    })  # fmt: skip
    assert _strides_and_dilations(space.network({})) == [[(2, 1), (1, 1)], [(2, 1), (1, 2)]]


def test_the_dilation_of_a_block_counts_on_top() -> None:
    block = {"separable": {"dilation": [1, 3]}}
    space = _space({
        "output_stride": 4, "stem": {"stride": 2}, "stages": _stages(block, 2, 2), "head": "fcn",
    })  # fmt: skip
    found = _strides_and_dilations(
        space.network({"stage1.separable.dilation": 3, "stage2.separable.dilation": 3})
    )
    assert found == [[(2, 3), (1, 3)], [(1, 3), (1, 6)]]


def test_without_it_strides_are_as_chosen() -> None:
    space = _space({"stages": _stages("separable", 2, 2, 2), "head": "lraspp"})
    assert [row[0] for row in _strides_and_dilations(space.network({}))] == [(2, 1)] * 3
    assert "output_stride" not in {choice.name for choice in space.choices} | {*space.fixed}


def test_taps_are_the_last_blocks_of_their_strides() -> None:
    """Where stages keep the stride of the one before, the later one is tapped."""
    space = _space({
        "stem": {"stride": 2}, "stages": _stages("separable", 1, 2, 1, 2, 2, num_blocks=2),
        "output_stride": 8, "head": {"unet": {"out_channels": 8}},
    })  # fmt: skip
    network = space.network({})
    taps = {block.name: block.taps for block in network.blocks if block.taps}
    assert taps == {"up1": ("stage3.1",), "up2": ("stage1.1",)}


def test_a_head_that_is_not_chosen_has_no_choices() -> None:
    space = _space({
        "stages": _stages("separable", 2, 2),
        "head": [
            {"unet": {"num_skips": [1, 2], "block": [{"separable": {"kernel_size": [3, 5]}},
                                                     {"shuffle": {"groups": [2, 4]}}]}},
            {"aspp": {"rate": [1, 2], "out_channels": 16}},
        ],
    })  # fmt: skip
    active = {"head.kind": "unet", "head.unet.block": "shuffle"}
    names = {choice.name for choice in space.choices if choice.is_active(active)}
    assert "head.unet.shuffle.groups" in names
    assert not names & {"head.unet.separable.kernel_size", "head.aspp.rate"}
    assert space.num_combinations() == 2 * (2 + 2) + 2
    words = space.in_words({**active, "head.unet.num_skips": 2, "head.unet.shuffle.groups": 4})
    assert words.endswith("; unet num_skips=2 shuffle g4")


def test_the_width_multiplier_scales_the_head_too() -> None:
    data = {"stages": _stages("separable", 2, 2), "head": {"unet": {"out_channels": 16}}}
    wide, narrow = (_space({**data, "width_mult": w}).network({}) for w in (1.0, 0.5))
    channels = [
        [b.graph.out_shape[0] for b in network.blocks if b.name.startswith("up")]
        for network in (wide, narrow)
    ]
    assert channels == [[16], [8]]


def test_distinct_blocks_are_those_of_all_networks() -> None:
    space = _space({
        "stem": {"stride": [1, 2]}, "output_stride": [4, 8],
        "stages": _stages({"separable": {"kernel_size": [3, 5]}}, 2, 2, 2),
        "head": [{"fcn": {"num_skips": [0, 1]}}, {"lraspp": {"low_stride": [2, 4]}}],
    })  # fmt: skip
    rng = np.random.default_rng(0)
    found = {
        block.graph.id for _ in range(1500) for block in space.network(space.sample(rng)).blocks
    }
    assert found == {graph.id for graph in distinct_blocks(space)}


def test_what_is_held_in_memory_counts_in_every_label() -> None:
    """The peak of each network is the most of its labels, taps included."""
    space = _space({
        "stem": {"stride": 2}, "stages": _stages("inverted_residual", 2, 2, 2, num_blocks=1),
        "head": {"unet": {"out_channels": 8, "num_skips": 2}},
    })  # fmt: skip
    automaton = Automaton(space)
    most = max(label.peak_activation_bytes for label in automaton.labels)
    assert most == cost(space.network({})).peak_activation_bytes


def test_a_block_that_does_not_fit_its_head_is_told_with_its_place() -> None:
    space = _space({
        "stages": _stages("separable", 2, 2),
        "head": ["aspp", {"unet": {"out_channels": 16, "block": ["separable", {"shuffle": {
            "groups": 7}}]}}],
    })  # fmt: skip
    with pytest.raises(SpaceError, match="must be divisible by `groups`") as raised:
        list(distinct_blocks(space))
    assert raised.value.location == ("head", 1, "unet", "block", 1, "shuffle")


def test_images_may_be_of_any_shape() -> None:
    for image in ((1, 33, 50), (3, 90, 120)):
        space = _space({
            "stem": {"stride": 2}, "stages": _stages("separable", 2, 2),
            "head": ["unet", "fcn", "aspp", "lraspp"],
        }, image, 4)  # fmt: skip
        for kind in ("unet", "fcn", "aspp", "lraspp"):
            assert space.network({"head.kind": kind}).out_shape == (4, *image[1:])


def test_the_images_of_a_space_need_not_be_square() -> None:
    data = {"input": {"resolution": [90, 120], "num_classes": 4}, "stages": _stages("separable", 2)}
    spec = SpaceSpec.model_validate(data)
    assert spec.input is not None
    assert spec.input.in_shape == (3, 90, 120)
    assert SpaceSpec.model_validate_json(spec.model_dump_json()) == spec
