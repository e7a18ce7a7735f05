"""The light networks: variants cost what was published, modules have and do what was counted."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.errors import GraphError
from search_spaces.graphs.cost import cost, layer_costs
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.primitives import Activation, Add, BatchNorm, Conv
from search_spaces.networks import reference_network

NETWORKS = [
    "mobilenet_v1", "mobilenet_v2", "shufflenet_v1", "xception", "squeezenet1_0", "squeezenet1_1",
    "squeezenet1_0_simple_bypass", "squeezenet1_0_complex_bypass",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments", "params"),
    [
        # The model zoo of osmr/imgclsmob.
        ("mobilenet_v1", {"width_mult": 0.25}, 470_072),
        ("mobilenet_v1", {"width_mult": 0.75}, 2_585_560),
        ("shufflenet_v1", {"groups": 1}, 1_531_936),
        ("shufflenet_v1", {"groups": 2}, 1_733_848),
        ("shufflenet_v1", {"groups": 4}, 1_968_344),
        ("shufflenet_v1", {"groups": 8}, 2_434_768),
        ("shufflenet_v1", {"groups": 1, "width_mult": 0.25}, 209_746),
        ("shufflenet_v1", {"groups": 3, "width_mult": 0.25}, 305_902),
        ("shufflenet_v1", {"groups": 1, "width_mult": 0.5}, 534_484),
        ("shufflenet_v1", {"groups": 3, "width_mult": 0.5}, 718_324),
        ("shufflenet_v1", {"groups": 1, "width_mult": 0.75}, 975_214),
        ("shufflenet_v1", {"groups": 3, "width_mult": 0.75}, 1_238_266),
        # torchvision's metadata.
        ("squeezenet1_1", {}, 1_235_496),
        # SqueezeNet, section 6: a simple bypass costs nothing; a complex one M·N + N for each of
        # 96 -> 128, 128 -> 256, 256 -> 384, 384 -> 512.
        ("squeezenet1_0_simple_bypass", {}, 1_248_424),
        ("squeezenet1_0_complex_bypass", {}, 1_248_424 + 339_968 + 1_280),
    ],
)
def test_published_params_of_variants(name: str, arguments: dict[str, float], params: int) -> None:
    assert cost(reference_network(name, **arguments)).params == params


@pytest.mark.parametrize(
    ("name", "arguments", "mega_flops"),
    [
        # MobileNet v1, tables 6 and 7.
        ("mobilenet_v1", {"width_mult": 0.75}, 325),
        ("mobilenet_v1", {"width_mult": 0.5}, 149),
        ("mobilenet_v1", {"width_mult": 0.25}, 41),
        ("mobilenet_v1", {"resolution": 192}, 418),
        ("mobilenet_v1", {"resolution": 160}, 290),
        ("mobilenet_v1", {"resolution": 128}, 186),
        # MobileNet v2, table 4.
        ("mobilenet_v2", {"width_mult": 1.4}, 585),
        # TF-Slim's table of MobileNet v2.
        ("mobilenet_v2", {"width_mult": 0.75}, 209),
        ("mobilenet_v2", {"width_mult": 0.5}, 97),
        ("mobilenet_v2", {"width_mult": 0.35}, 59),
        ("mobilenet_v2", {"width_mult": 0.5, "resolution": 160}, 50),
        ("mobilenet_v2", {"width_mult": 0.35, "resolution": 96}, 11),
        # ShuffleNet, tables 1 and 2, with the group count that each scale is given for.
        ("shufflenet_v1", {"groups": 1}, 143),
        ("shufflenet_v1", {"groups": 2}, 140),
        ("shufflenet_v1", {"groups": 4}, 133),
        ("shufflenet_v1", {"groups": 8}, 137),
        ("shufflenet_v1", {"groups": 3, "width_mult": 0.5}, 38),
        ("shufflenet_v1", {"groups": 8, "width_mult": 0.5}, 40),
        ("shufflenet_v1", {"groups": 3, "width_mult": 2.0}, 524),
        # torchvision's metadata.
        ("squeezenet1_1", {}, 349),
    ],
)
def test_published_flops_of_variants(
    name: str, arguments: dict[str, float], mega_flops: int
) -> None:
    """Published in millions, some without the last linear layer: within 1.5%."""
    counted = cost(reference_network(name, **arguments)).flops
    assert counted / 1e6 == pytest.approx(mega_flops, rel=0.015, abs=1)


@pytest.mark.parametrize(
    ("resolution", "in_channels", "num_classes"), [(32, 3, 10), (64, 1, 7), (227, 2, 3)]
)
@pytest.mark.parametrize("name", NETWORKS)
def test_module_has_and_does_what_was_counted(
    name: str, resolution: int, in_channels: int, num_classes: int
) -> None:
    network = reference_network(
        name, resolution=resolution, in_channels=in_channels, num_classes=num_classes
    )
    counted = cost(network)
    with torch.device("meta"):
        module = build_module(network).eval()
        image = torch.empty(2, in_channels, resolution, resolution)
    assert sum(p.numel() for p in module.parameters()) == counted.params
    with FlopCounterMode(display=False) as counter:
        assert module(image).shape == (2, num_classes)
    assert counter.get_total_flops() == 2 * 2 * counted.flops  # two images, two a multiply-add


@pytest.mark.parametrize(
    ("width_mult", "stem", "stages", "last"),
    [
        (1.0, 32, [16, 24, 32, 64, 96, 160, 320], 1280),
        (0.5, 16, [8, 16, 16, 32, 48, 80, 160], 1280),  # 12 -> 16
        (0.35, 16, [8, 8, 16, 24, 32, 56, 112], 1280),  # 11.2 -> 16: 8 is below nine tenths of it
        (1.4, 48, [24, 32, 48, 88, 136, 224, 448], 1792),  # 44.8 -> 48, 33.6 -> 32, 134.4 -> 136
    ],
)
def test_mobilenet_v2_channels(width_mult: float, stem: int, stages: list[int], last: int) -> None:
    network = reference_network("mobilenet_v2", width_mult=width_mult)
    channels = {block.name: block.graph.out_shape[0] for block in network.blocks}
    assert channels["stem"] == stem
    assert [channels[f"stage{number}.0"] for number in range(1, 8)] == stages
    assert channels["last"] == last


def test_mobilenet_v2_bottlenecks_are_linear() -> None:
    network = reference_network("mobilenet_v2")
    outputs = [b.graph.nodes[-1].op for b in network.blocks if b.type == "inverted_residual"]
    assert all(isinstance(op, BatchNorm | Add) for op in outputs)
    assert sum(isinstance(op, Add) for op in outputs) == 10  # all but the first of each stage
    assert {n.op.function for _, _, n in network.layers() if isinstance(n.op, Activation)} == {
        "relu6"
    }


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("width_mult", [0.1, 0.25, 0.5, 0.7, 1.0, 1.5, 2.0])
def test_shufflenet_groups_divide_every_width(groups: int, width_mult: float) -> None:
    network = reference_network("shufflenet_v1", groups=groups, width_mult=width_mult)
    units = [block for block in network.blocks if block.type == "shuffle_unit"]
    assert [unit.name for unit in units[:5]] == [f"stage2.{i}" for i in range(4)] + ["stage3.0"]
    for unit in units:
        assert unit.graph.out_shape[0] % (4 * groups) == 0
        convs = [node.op for node in unit.graph.nodes if isinstance(node.op, Conv)]
        depthwise = unit.graph.out_shape[0] // 4
        first = 1 if unit.name == "stage2.0" else groups
        assert [conv.groups for conv in convs] == [first, depthwise, groups]


def test_shufflenet_refuses_groups_without_channels() -> None:
    with pytest.raises(GraphError, match="`groups` must be one of 1, 2, 3, 4, 8, got 5"):
        reference_network("shufflenet_v1", groups=5)


def test_squeezenet_maps_are_those_of_table_1() -> None:
    rows = {row.name: row.out_shape for row in layer_costs(reference_network("squeezenet1_0"))}
    assert rows["pool1"] == (96, 54, 54)  # 109 positions of conv1 without padding, rounded up
    assert rows["fire4.concat"] == (256, 54, 54)
    assert rows["pool4"] == (256, 27, 27)
    assert rows["pool8"] == (512, 13, 13)
    assert rows["conv10"] == (1000, 13, 13)


@pytest.mark.parametrize("name", ["simple", "complex"])
def test_squeezenet_bypasses(name: str) -> None:
    network = reference_network(f"squeezenet1_0_{name}_bypass")
    rows = [layer for layer, _, _ in network.layers()]
    odd = [f"fire{number}.add" for number in (3, 5, 7, 9)]
    every = [f"fire{number}.add" for number in range(2, 10)]
    assert [row for row in rows if row.endswith(".add")] == (odd if name == "simple" else every)
    projections = [row for row in rows if row.endswith(".shortcut")]
    even = [f"fire{number}.shortcut" for number in (2, 4, 6, 8)]
    assert projections == ([] if name == "simple" else even)


def test_xception_maps_are_those_of_figure_5() -> None:
    network = reference_network("xception")
    shapes = {block.name: block.graph.out_shape for block in network.blocks if block.name}
    assert shapes["block3"] == shapes["block11"] == (728, 19, 19)
    assert shapes["block12"] == (1024, 10, 10)
    convs = [n.op for _, _, n in network.layers() if isinstance(n.op, Conv)]
    separable = sum(conv.groups == conv.in_channels > 1 for conv in convs)
    projections = sum("shortcut" in row for row, _, n in network.layers() if n.op in convs)
    assert (separable, len(convs) - 2 * separable - projections) == (34, 2)
