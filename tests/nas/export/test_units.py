"""Convolution, batch norm and activation as one layer of the code."""

from __future__ import annotations

from nas.export.code.units import ConvUnit, Fusion
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.network import Block


def _fused(*graphs: tuple[str, Graph]) -> tuple[str, list[list[str]]]:
    """The network's activation, and the layers of each block, units with what is in them."""
    blocks = [Block(f"{number}", type_, graph) for number, (type_, graph) in enumerate(graphs)]
    fusion = Fusion(blocks)
    return fusion.act, [
        [
            f"{node.name} {node.op.act}" if isinstance(node.op, ConvUnit) else node.name
            for node in fusion.graph(block).nodes
        ]
        for block in blocks
    ]


def _bottleneck(*, has_skip: bool, last: str = "relu") -> Graph:
    net = Builder((8, 4, 4))
    x = net.conv_norm_act(net.input, 4, 1, name="reduce")
    x = net.conv_norm(x, 8, 3, name="expand")
    if has_skip:
        x = net.add(x, net.input)
    return net.graph(net.act(x, last, name="act"))


def test_the_activation_behind_a_norm_belongs_to_the_unit() -> None:
    found = _fused(("bottleneck", _bottleneck(has_skip=False)))
    assert found == ("F.relu", [["reduce F.relu", "expand F.relu"]])


def test_one_that_stands_elsewhere_in_a_block_of_the_same_type_does_not() -> None:
    """So that both blocks can be made by one class; other types of block do not count."""
    plain, skipping = _bottleneck(has_skip=False), _bottleneck(has_skip=True)
    _, (first, second, other) = _fused(("a", plain), ("a", skipping), ("b", plain))
    assert first == ["reduce F.relu", "expand ", "act"]
    assert second == ["reduce F.relu", "expand ", "add", "act"]
    assert other == ["reduce F.relu", "expand F.relu"]


def test_of_several_functions_the_most_frequent_belongs_to_units() -> None:
    found = _fused(("a", _bottleneck(has_skip=False, last="hard_swish")))
    assert found == ("F.relu", [["reduce F.relu", "expand ", "act"]])


def test_an_activation_that_two_read_stays_with_its_unit_and_a_norm_that_two_read_does_not() -> (
    None
):
    net = Builder((8, 4, 4))
    x = net.conv_norm_act(net.input, 8, 1, name="a")
    y = net.conv_norm(net.add(x, net.conv_norm_act(x, 8, 1, name="b")), 8, name="c")
    graph = net.graph(net.add(y, net.act(y, name="late"), name="sum"))
    _, (names,) = _fused(("a", graph))
    assert names == ["a F.relu", "b F.relu", "add", "c ", "late", "sum"]


def test_a_unit_has_shape_and_input_of_what_it_stands_for() -> None:
    graph = _bottleneck(has_skip=True)
    fused = Fusion([Block("0", "a", graph)]).graph(Block("0", "a", graph))
    assert [node.inputs for node in fused.nodes] == [(-1,), (0,), (1, -1), (2,)]
    assert [node.shape for node in fused.nodes] == [(4, 4, 4), (8, 4, 4), (8, 4, 4), (8, 4, 4)]
