"""What the weights of a network are called."""

import pytest
import torch

from search_spaces.graphs.builder import Builder
from search_spaces.graphs.graph import Graph
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network, module_paths, network_paths, units
from search_spaces.networks import reference_network, reference_networks


def test_a_convolution_and_its_batch_norm_are_one_unit() -> None:
    net = Builder((4, 6, 6))
    x = net.norm(net.input, name="first")
    x = net.conv_norm_act(x, 8, 3, name="expand")
    x = net.conv(x, 8, 3, name="last")
    assert module_paths(net.graph(x)) == ("first", "expand.0", "expand.1", "expand_act", "last")


def _read_twice() -> Graph:
    net = Builder((4, 6, 6))
    x = net.conv(net.input, 4, 3)
    return net.graph(net.add(x, net.norm(x)))


def _apart() -> Graph:
    net = Builder((4, 6, 6))
    a, b = net.conv(net.input, 4, 3, name="a"), net.conv(net.input, 4, 1, name="b")
    return net.graph(net.add(net.norm(a, name="a_norm"), b))


@pytest.mark.parametrize("graph", [_read_twice(), _apart()], ids=["read twice", "apart"])
def test_other_layers_lie_under_their_own_names(graph: Graph) -> None:
    assert units(graph) == {}
    assert module_paths(graph) == tuple(node.name for node in graph.nodes)


@pytest.mark.parametrize("name", reference_networks())
def test_a_state_under_the_names_of_the_layers_is_loaded_too(name: str) -> None:
    """It is what modules gave before there were units; nothing else is let through."""
    network = reference_network(name, num_classes=7)
    with torch.device("meta"):
        module = build_module(network)
    shapes = {key: value.shape for key, value in module.state_dict().items()}
    names = _names(network)
    former = {
        _renamed(key, names): torch.tensor(float(number)).expand(shape)
        for number, (key, shape) in enumerate(shapes.items())
    }
    module.load_state_dict(former, assign=True)
    loaded = module.state_dict()
    assert [*loaded] == [*shapes]
    assert [value.flatten()[0] for value in loaded.values()] == [*range(len(shapes))]
    former.popitem()
    with pytest.raises(RuntimeError, match="Missing key"):
        module.load_state_dict(former, assign=True)


def _names(network: Network) -> dict[str, str]:
    """The layer at each path."""
    names = (name for name, *_ in network.layers())
    return dict(zip(network_paths(network), names, strict=True))


def _renamed(key: str, names: dict[str, str]) -> str:
    layer, _, value = key.rpartition(".")
    return f"{names[layer]}.{value}"
