"""Which blocks share a class, and what is a parameter of it."""

from __future__ import annotations

import pytest

from nas.export import network_source
from nas.export.code.columns import condition, names_of
from nas.export.code.loops import rolled
from nas.export.code.names import variant_names
from nas.export.code.template import Column, Slot
from nas.export.code.variants import Part, missing_parts, together
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.network import Block, Network
from search_spaces.graphs.primitives import Shape
from search_spaces.networks import reference_network
from search_spaces.registry import lower


def test_blocks_that_differ_in_arguments_share_a_class() -> None:
    source = network_source(reference_network("googlenet"), {})
    # Szegedy et al. 2015, table 1, inception (3a): #1x1, reduce, #3x3, reduce, #5x5, pool proj
    assert "self.inception3a = InceptionBlock(192, 64, 96, 128, 16, 32, 32)" in source
    assert source.count("class InceptionBlock") == 1
    assert "class MobileNet" not in source


def test_blocks_with_and_without_a_part_share_a_class() -> None:
    """He et al. 2016, table 1: conv3_x has 128 and 512 channels; its first block a projection."""
    source = network_source(reference_network("resnet50"), {})
    assert "class BottleneckBlock(nn.Module)" in source
    assert "class BottleneckBlockWith" not in source
    assert "        self.has_shortcut = in_channels != out_channels\n" in source
    assert "        if self.has_shortcut:\n            self.shortcut = " in source
    assert "BottleneckBlock(256, 512, width=128, stride=2)," in source
    assert "*(BottleneckBlock(512, 512, width=128) for _ in range(3))," in source


def _read(net: Builder, x: Tensor, name: str) -> Tensor:
    return net.conv(x, 8, 3, name=name)


def test_a_part_is_what_the_rest_does_without() -> None:
    full, other = Builder((8, 4, 4)), Builder((8, 4, 4))
    x = _read(full, full.input, "first")
    graph = full.graph(_read(full, full.add(_read(full, x, "second"), x), "last"))
    less = other.graph(_read(other, _read(other, other.input, "first"), "last"))
    plain = other.graph(_read(other, other.input, "first_2"))
    # second and sum stand in a row, and `last` reads `first` instead
    assert missing_parts(graph, less) == (Part((1, 2), 0, "has_second"),)
    assert missing_parts(graph, graph) == ()
    assert missing_parts(less, graph) is None
    assert missing_parts(graph, plain) is None


def test_parts_that_overlap_stand_in_no_class_together() -> None:
    full = Builder((8, 4, 4))
    x = _read(full, full.input, "first")
    shortcut = _read(full, full.input, "shortcut")
    graph = full.graph(full.act(full.add(_read(full, x, "second"), shortcut)))
    # 0 first, 1 shortcut, 2 second, 3 add, 4 act
    shortcut_part, second = Part((1,), -1, "has_shortcut"), Part((2,), 0, "has_second")
    both = (shortcut_part, second)
    assert together(graph, (shortcut_part,), (second,)) == both
    assert together(graph, (shortcut_part,), (shortcut_part,)) == (shortcut_part,)
    # what begins with a part of another block is divided there
    assert together(graph, (shortcut_part,), (Part((1, 2), 0, "has_shortcut"),)) == both
    assert together(graph, (second,), (Part((1, 2), 0, "has_shortcut"),)) is None


def test_variants_of_the_same_parts_are_numbered() -> None:
    graph = lower("standard", (8, 8, 8), 8, 1, "relu", ())
    assert variant_names({"a": graph, "b": graph}) == {"a": "", "b": "2"}


def _in_a_row(block_type: str, *blocks: tuple[int, int, dict[str, object]]) -> str:
    """The code of blocks one after the other: channels, stride, choices of each."""
    made: list[Block] = []
    shape: Shape = (16, 16, 16)
    for number, (out_channels, stride, choices) in enumerate(blocks):
        graph = lower(block_type, shape, out_channels, stride, "relu", tuple(choices.items()))
        made.append(Block(f"stage.{number}", block_type, graph))
        shape = graph.out_shape
    net = Builder(shape)
    head = net.graph(net.linear(net.flatten(net.adaptive_avg_pool(net.input)), 10))
    return network_source(Network((16, 16, 16), (*made, Block("head", "head", head))), {})


def test_dense_blocks_of_any_depth_are_loops_of_one_class() -> None:
    source = _in_a_row(
        "dense",
        (32, 2, {"growth_rate": 8, "num_layers": 2, "expand_ratio": 2}),
        (32, 1, {"growth_rate": 8, "num_layers": 4, "expand_ratio": 2}),
    )
    assert source.count("(nn.ModuleDict):") == 1
    assert "        for suffix in self.suffixes:\n" in source
    assert "            channels += 8\n" in source
    # 16 and 32 channels come in; only the first block pools
    assert "DenseBlock(16, num_layers=2, has_pool=True)" in source
    assert "DenseBlock(32, num_layers=4)" in source


def test_a_loop_is_layers_that_repeat_and_nothing_else() -> None:
    dense = rolled(lower("dense", (16, 8, 8), 32, 1, "relu", (("num_layers", 3),)))
    # norm, activation, 1x1, norm, activation, 3x3, concatenation; then the transition
    assert (dense.length, dense.times, dense.growth) == (7, 3, 32)
    assert [node.name for node in dense.graph.nodes[7:]] == [
        "transition_norm", "transition_act", "transition",
    ]  # fmt: skip
    assert dense.growing == {("reduce_norm", "num_features"), ("reduce", "in_channels")}
    assert dense.grown == {("transition_norm", "num_features"), ("transition", "in_channels")}
    once = lower("dense", (16, 8, 8), 32, 1, "relu", (("num_layers", 1),))
    unit = lower("shuffle_unit", (16, 8, 8), 32, 1, "relu", ())
    for graph in (once, unit):
        assert rolled(graph).length == 0
        assert rolled(graph).graph == graph


def test_layers_that_grow_unevenly_are_no_loop() -> None:
    net = Builder((8, 4, 4))
    x = net.input
    for out_channels in (4, 6):
        x = net.concat(x, net.conv(x, out_channels, 3))
    assert rolled(net.graph(x)).length == 0


def test_pooling_of_stride_one_says_so() -> None:
    """Left out, a pooling strides by its kernel size."""
    net = Builder((4, 9, 9))
    graph = net.graph(net.max_pool(net.input, 3, stride=1, padding=1))
    network = Network((4, 9, 9), (Block("pool", "pool", graph),))
    assert "MaxPool2d(kernel_size=3, stride=1, padding=1)" in network_source(network, {})


def test_pooling_by_average_or_by_maximum_follows_from_the_stride() -> None:
    source = _in_a_row("inception_factorised", (32, 2, {}), (32, 1, {}))
    assert source.count("class InceptionFactorised") == 1
    chosen = "nn.AvgPool2d(3, 1, 1) if stride == 1 else nn.MaxPool2d(3, stride, 1)"
    assert f"        self.pool = {chosen}\n" in source


def test_kernels_of_two_forms_stand_in_two_classes() -> None:
    source = _in_a_row(
        "inception_factorised",
        (32, 1, {"factorisation": "double"}),
        (32, 1, {"factorisation": "asymmetric", "kernel_size": 5}),
    )
    assert source.count("class InceptionFactorisedBlock") == 2
    assert "conv_bn_act(8, 8, (1, 5))" in source


def test_every_shortcut_of_a_shuffle_unit_stands_in_one_class() -> None:
    """It is concatenated, pooled and concatenated, added, or left out where channels shrink."""
    source = _in_a_row("shuffle_unit", (32, 1, {}), (64, 2, {}), (64, 1, {}), (32, 1, {}))
    assert source.count("class ShuffleUnitBlock") == 1
    shortcut = "nn.AvgPool2d(3, stride, 1) if stride > 1 else nn.Identity()"
    assert f"        self.shortcut = {shortcut}\n" in source


def test_layers_in_a_row_are_a_sequential_without_forward() -> None:
    source = _in_a_row("pointwise", (32, 1, {}))
    begin = "class PointwiseBlock(nn.Sequential):"
    made = source[source.index(begin) : source.index("class Head")]
    assert made.strip().endswith(
        "        self.conv = nn.Sequential(\n"
        "            nn.Conv2d(16, 32, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU()\n"
        "        )  # fmt: skip"
    )
    assert "def forward" not in source
    assert "class Network(nn.Sequential):" in source


def test_a_sum_that_some_blocks_make_stands_within_their_activation() -> None:
    identity = {"residual": "identity"}
    source = _in_a_row("separable", (16, 1, identity), (32, 2, identity))
    assert "        self.skip = stride == 1\n" in source
    assert "        return F.relu(pointwise + x if self.skip else pointwise)\n" in source


@pytest.mark.parametrize(
    ("residual", "out_channels", "returned"),
    [("identity", 16, "pointwise_2, x"), ("projection", 32, "pointwise_2, shortcut")],
)
def test_a_sum_is_returned_where_a_type_checker_knows_it(
    residual: str, out_channels: int, returned: str
) -> None:
    source = _in_a_row("xception", (out_channels, 1, {"residual": residual}))
    assert f"        return torch.add({returned})\n" in source


def test_channels_of_many_layers_are_called_as_these() -> None:
    """As the columns of table 1 of Szegedy et al. 2015."""
    source = network_source(reference_network("googlenet"), {})
    assert "self, in_channels: int, single: int, reduce_middle: int, middle: int" in source
    assert "self.middle = conv_bn_act(reduce_middle, middle, 3)\n" in source


STRIDE = {"stride": (2, 1, 1)}
ENDS = ({"in_channels": (8, 16, 16)}, {"16": (16, 16, 16)})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([True, False, False], "stride > 1"),
        ([False, True, True], "stride == 1"),
        ([True, True, False], None),
    ],
)
def test_conditions_follow_the_stride_first(wanted: list[bool], found: str | None) -> None:
    assert condition(wanted, STRIDE, ENDS) == found
    assert condition(wanted, {}, ({}, {})) is None


def test_conditions_of_channels_and_of_both() -> None:
    assert condition([True, False, False], {}, ENDS) == "in_channels != 16"
    ends = ({"in_channels": (8, 8, 16)}, {"out_channels": (8, 16, 16)})
    assert condition([False, False, True], STRIDE, ends) == (
        "stride == 1 and in_channels == out_channels"
    )
    assert condition([True, True, False], STRIDE, ends) == (
        "stride > 1 or in_channels != out_channels"
    )
    # two numbers tell nothing
    assert condition([True, True, True], {}, ({"8": (8,) * 3}, {"16": (16,) * 3})) is None


def test_channels_inside_a_block_are_called_after_their_layers() -> None:
    graph = lower("inverted_residual", (8, 8, 8), 8, 1, "relu", ())
    places = {node.name: index for index, node in enumerate(graph.nodes)}
    expand, project = places["expand"], places["project"]
    one: dict[Slot, Column] = {(expand, "out_channels", None): (4, 6)}
    both = {**one, (project, "out_channels", None): (4, 6)}
    assert names_of(graph, one, (1, 2), None) == {(4, 6): "expand_channels"}
    assert names_of(graph, both, (1, 2), None) == {(4, 6): "width"}
    assert names_of(graph, both, (4, 6), None) == {(4, 6): "out_channels"}
