"""The detectors of the literature: published costs, rows counted by hand, their own layers."""

from math import ceil

import pytest
import torch
import torch.nn.functional as F

from search_spaces.errors import GraphError
from search_spaces.graphs.builder import Builder
from search_spaces.graphs.cost import cost, layer_costs
from search_spaces.graphs.modules import GraphModule
from search_spaces.networks import reference_network

# torchvision's documented `num_params` and operations, raw heads, 91 classes with the background;
# of tiny YOLOv3 half of the 5.56 billion operations that Darknet prints.
EXACT = [
    ("ssdlite320_mobilenet_v3_large", 3_440_060, 583_171_904),
    ("ssd300_vgg16", 35_641_826, 34_858_153_472),
    ("yolov3_tiny", 8_852_366, 2_782_480_896),
]


@pytest.mark.parametrize(("name", "params", "flops"), EXACT)
def test_costs_are_exact(name: str, params: int, flops: int) -> None:
    found = cost(reference_network(name))
    assert (found.params, found.flops) == (params, flops)


# Input, output channels, kernel size and positions of each side, from figure 3 of the paper.
YOLO = [
    (3, 64, 7, 224), (64, 192, 3, 112),
    (192, 128, 1, 56), (128, 256, 3, 56), (256, 256, 1, 56), (256, 512, 3, 56),
    *[(512, 256, 1, 28), (256, 512, 3, 28)] * 4, (512, 512, 1, 28), (512, 1024, 3, 28),
    *[(1024, 512, 1, 14), (512, 1024, 3, 14)] * 2, (1024, 1024, 3, 14), (1024, 1024, 3, 7),
    (1024, 1024, 3, 7), (1024, 1024, 3, 7),
]  # fmt: skip


def test_yolo_has_the_layers_of_its_figure() -> None:
    network = reference_network("yolo_v1")
    convs = [row for row in layer_costs(network) if row.op.kind == "conv"]
    wanted = [(k * k * m * n * side * side, k * k * m * n + n) for m, n, k, side in YOLO]
    assert [(row.flops, row.params) for row in convs] == wanted
    linear = 7 * 7 * 1024 * 4096 + 4096 * 1470
    assert cost(network).flops == sum(flops for flops, _ in wanted) + linear
    assert network.out_shape == (7 * 7, 2 * 5 + 20)  # S x S cells of 5B + C numbers


@pytest.mark.parametrize("resolution", [300, (301, 420), 512])
@pytest.mark.parametrize("num_classes", [2, 21])
def test_ssd_has_as_many_rows_as_anchors(
    resolution: int | tuple[int, int], num_classes: int
) -> None:
    sides = (resolution, resolution) if isinstance(resolution, int) else resolution
    num_rows = 1
    anchors = [4, 6, 6, 6, 4, 4]
    maps = []
    for side in sides:
        # Halved three times, the third time upwards; then once more; two strides of two; two
        # convolutions of three without padding.
        eighth = ceil(side // 2 // 2 / 2)
        sixteenth = eighth // 2
        thirty_second = ceil(sixteenth / 2)
        last = ceil(thirty_second / 2)
        maps.append([eighth, sixteenth, thirty_second, last, last - 2, last - 4])
    num_rows = sum(a * h * w for a, h, w in zip(anchors, *maps, strict=True))
    network = reference_network("ssd300_vgg16", resolution=resolution, num_classes=num_classes)
    assert network.out_shape == (num_rows, 4 + num_classes)
    if resolution == 300:
        assert num_rows == 8732  # the paper's


@pytest.mark.parametrize("resolution", [320, (200, 333)])
def test_ssdlite_has_as_many_rows_as_anchors(resolution: int | tuple[int, int]) -> None:
    sides = (resolution, resolution) if isinstance(resolution, int) else resolution
    maps = [[ceil(side / (16 << level)) for level in range(6)] for side in sides]
    network = reference_network(
        "ssdlite320_mobilenet_v3_large", resolution=resolution, num_classes=7
    )
    assert network.out_shape == (sum(6 * h * w for h, w in zip(*maps, strict=True)), 4 + 7)


@pytest.mark.parametrize("resolution", [416, (96, 160)])
@pytest.mark.parametrize("num_classes", [1, 80])
def test_tiny_yolo_has_rows_of_two_maps(
    resolution: int | tuple[int, int], num_classes: int
) -> None:
    height, width = (resolution, resolution) if isinstance(resolution, int) else resolution
    network = reference_network("yolov3_tiny", resolution=resolution, num_classes=num_classes)
    num_rows = 3 * (height // 32 * (width // 32) + height // 16 * (width // 16))
    assert network.out_shape == (num_rows, 5 + num_classes)


def test_tiny_yolo_wants_sides_that_its_strides_divide() -> None:
    with pytest.raises(GraphError, match="multiples of 32"):
        reference_network("yolov3_tiny", resolution=400)


def test_even_pooling_pads_below_and_on_the_right() -> None:
    """Darknet's pooling of size 2 and stride 1 keeps the size of a map."""
    network = reference_network("yolov3_tiny", resolution=96)
    (pool,) = (block for block in network.blocks if block.name == "pool6")
    x = torch.randn(2, *pool.graph.in_shape)
    wanted = F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=-torch.inf), 2, stride=1)
    assert torch.equal(GraphModule(pool.graph)(x), wanted)


def test_root_mean_square_norm_is_the_l2_norm_of_ssd() -> None:
    net = Builder((6, 4, 5))
    module = GraphModule(net.graph(net.rms_norm(net.input)))
    with torch.no_grad():
        module.get_submodule("norm").weight.fill_(20 / 6**0.5)  # type: ignore[operator]
    x = torch.randn(2, 6, 4, 5)
    assert torch.allclose(module(x), 20 * F.normalize(x, dim=1), atol=1e-5)


def test_rows_are_positions_and_their_anchors() -> None:
    net = Builder((6, 2, 3))
    rows = GraphModule(net.graph(net.rows(net.input, 3)))(torch.arange(36.0).view(1, 6, 2, 3))
    # The second anchor of the position in row 1 and column 2: channels 3, 4 and 5 there.
    assert rows.shape == (1, 12, 3)
    assert rows[0, 2 * (1 * 3 + 2) + 1].tolist() == [3 * 6 + 5, 4 * 6 + 5, 5 * 6 + 5]
    with pytest.raises(GraphError, match="as many values"):
        net.rows(net.input, 4)
