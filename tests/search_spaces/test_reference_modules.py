"""The module of every reference network is what its graph says."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.graphs.cost import cost, layer_costs
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network, reference_networks

_RESOLUTIONS = [96, 101]  # small, and large enough for the deepest unpadded stem; even and odd


@pytest.mark.parametrize("resolution", _RESOLUTIONS)
@pytest.mark.parametrize("name", reference_networks())
def test_module_has_the_counted_costs(name: str, resolution: int) -> None:
    # As published, U-Net takes so much of each side that nothing is left of these images.
    more = {"padding": "same"} if name == "unet" else {}
    if name == "yolov3_tiny":  # its maps meet only at multiples of its stride
        resolution += -resolution % 32
    if name == "ssd300_vgg16":  # its last two convolutions have no padding
        resolution += 204
    network = reference_network(name, resolution=resolution, num_classes=10, **more)
    with torch.device("meta"):
        module = build_module(network).eval()
        image = torch.empty(2, *network.in_shape)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        out = module(image)
    if len(network.out_shape) != 2:  # of detectors the rows are counted elsewhere
        is_dense = len(network.out_shape) == 3
        assert network.out_shape == (10, *(resolution, resolution) * is_dense)
    assert tuple(out.shape) == (2, *network.out_shape)
    assert sum(p.numel() for p in module.parameters()) == cost(network).params
    assert (
        counter.get_total_flops() == 2 * 2 * cost(network).flops
    )  # two images, twice a multiply-add


@pytest.mark.parametrize("name", reference_networks())
def test_layers_add_up_to_the_network(name: str) -> None:
    network = reference_network(name)
    rows, whole = layer_costs(network), cost(network)
    assert sum(row.params for row in rows) == whole.params
    assert sum(row.flops for row in rows) == whole.flops
    assert (rows[-1].receptive_field, rows[-1].receptive_stride) == (
        whole.receptive_field, whole.receptive_stride,
    )  # fmt: skip
    assert len({row.name for row in rows}) == len(rows)
    assert max(row.activation_bytes for row in rows) <= whole.peak_activation_bytes


@pytest.mark.parametrize("name", reference_networks())
def test_json_round_trip_keeps_the_network(name: str) -> None:
    network = reference_network(name)
    again = Network.from_json(network.to_json())
    assert again == network
    assert again.id == network.id
