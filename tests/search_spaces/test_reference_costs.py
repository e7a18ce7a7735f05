"""Reference networks cost what was published, to the last digit."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from search_spaces.graphs.cost import LayerCost, cost, layer_costs
from search_spaces.networks import reference_network

_FILE = Path(__file__).parents[2].parent / "shared" / "data" / "reference_costs.json"
_REFERENCE: dict[str, Any] = json.loads(_FILE.read_text()) if _FILE.exists() else {}
_needs_file = pytest.mark.skipif(
    not _REFERENCE, reason="shared/data/reference_costs.json is absent"
)

# Parameters and FLOPs that three independent counters agreed on (reference_costs.json, its notes).
_EXACT = [
    ("alexnet", {"resolution": 227}, 61_100_840, 716_767_232),
    ("alexnet_grouped", {"resolution": 227}, 60_965_224, 724_406_816),
    ("vgg16", {}, 138_357_544, 15_470_264_320),
    ("googlenet", {}, 6_624_904, 1_498_376_192),
    ("inception_v3", {"resolution": 299}, 23_834_568, 5_713_216_096),
    ("resnet18", {}, 11_689_512, 1_814_073_344),
    ("resnet34", {}, 21_797_672, 3_663_761_408),
    ("resnet50", {}, 25_557_032, 4_089_184_256),
    ("resnet101", {}, 44_549_160, 7_801_405_440),
    ("resnext50_32x4d", {}, 25_028_904, 4_230_479_872),
    ("densenet121", {}, 7_978_856, 2_834_161_664),
    ("xception", {"resolution": 299}, 22_855_952, 8_357_403_496),
    ("squeezenet1_0", {}, 1_248_424, 818_924_576),
    ("mobilenet_v1", {}, 4_231_976, 568_740_352),
    ("mobilenet_v1", {"width_mult": 0.5, "resolution": 160}, 1_331_592, 76_524_800),
    ("mobilenet_v2", {}, 3_504_872, 300_774_272),
    ("shufflenet_v1", {"groups": 3}, 1_865_728, 137_460_672),
]

# `num_params` and `_ops` (10^9 multiply-adds) of the weights that torchvision 0.29 documents;
# inception_v3 less the 3,326,696 parameters of its auxiliary head.
_TORCHVISION = [
    ("alexnet", {"resolution": 224}, 61_100_840, 0.714),
    ("vgg11", {}, 132_863_336, 7.609),
    ("vgg16", {}, 138_357_544, 15.470),
    ("vgg19", {}, 143_667_240, 19.632),
    ("googlenet", {}, 6_624_904, 1.498),
    ("inception_v3", {"resolution": 299}, 27_161_264 - 3_326_696, 5.713),
    ("resnet18", {}, 11_689_512, 1.814),
    ("resnet34", {}, 21_797_672, 3.664),
    ("resnet50", {}, 25_557_032, 4.089),
    ("resnet101", {}, 44_549_160, 7.801),
    ("resnext50_32x4d", {}, 25_028_904, 4.230),
    ("densenet121", {}, 7_978_856, 2.834),
    ("squeezenet1_0", {}, 1_248_424, 0.819),
    ("squeezenet1_1", {}, 1_235_496, 0.349),
    ("mobilenet_v2", {}, 3_504_872, 0.301),
]

# Araujo, Norris and Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill 2019.
_RECEPTIVE_FIELDS = [
    ("alexnet", {}, 195),
    ("vgg16", {}, 212),
    ("mobilenet_v1", {}, 315),
    ("inception_v3", {}, 1311),
    ("resnet50", {"stride_in_1x1": True}, 483),
    ("resnet101", {"stride_in_1x1": True}, 1027),
]

# Width of the last feature map: what each class of the head reads.
_HEAD_FEATURES = {
    "alexnet": 4096, "alexnet_grouped": 4096, "vgg11": 4096, "vgg16": 4096, "vgg19": 4096,
    "googlenet": 1024, "inception_v3": 2048, "resnet18": 512, "resnet34": 512, "resnet50": 2048,
    "resnet101": 2048, "resnext50_32x4d": 2048, "densenet121": 1024,
}  # fmt: skip

# Filters and taps of the first convolution: what each channel of the image adds.
_STEM_WEIGHTS = {
    "alexnet": 64 * 121, "alexnet_grouped": 96 * 121, "vgg11": 64 * 9, "vgg16": 64 * 9,
    "vgg19": 64 * 9, "googlenet": 64 * 49, "inception_v3": 32 * 9, "resnet18": 64 * 49,
    "resnet34": 64 * 49, "resnet50": 64 * 49, "resnet101": 64 * 49, "resnext50_32x4d": 64 * 49,
    "densenet121": 64 * 49,
}  # fmt: skip


@cache
def _alexnet_layers() -> dict[str, LayerCost]:
    return {row.name: row for row in layer_costs(reference_network("alexnet", resolution=227))}


@_needs_file
@pytest.mark.parametrize("entry", _REFERENCE.get("networks", {}))
def test_costs_equal_the_reference_file(entry: str) -> None:
    expected = _REFERENCE["networks"][entry]
    costs = cost(reference_network(entry.split("@")[0], **expected["arguments"]))
    assert (costs.params, costs.flops) == (expected["params"], expected["flops"])


@pytest.mark.parametrize(("name", "arguments", "params", "flops"), _EXACT)
def test_costs_equal_the_counted_ones(
    name: str, arguments: dict[str, Any], params: int, flops: int
) -> None:
    costs = cost(reference_network(name, **arguments))
    assert (costs.params, costs.flops, costs.weight_bytes) == (params, flops, 4 * params)


@pytest.mark.parametrize(("name", "arguments", "params", "gigaflops"), _TORCHVISION)
def test_costs_equal_torchvisions_metadata(
    name: str, arguments: dict[str, Any], params: int, gigaflops: float
) -> None:
    costs = cost(reference_network(name, **arguments))
    assert (costs.params, round(costs.flops / 1e9, 3)) == (params, gigaflops)


@pytest.mark.parametrize("name", _HEAD_FEATURES)
def test_each_class_adds_one_row_to_the_head(name: str) -> None:
    thousand, ten = cost(reference_network(name)), cost(reference_network(name, num_classes=10))
    assert thousand.params - ten.params == 990 * (_HEAD_FEATURES[name] + 1)
    assert thousand.flops - ten.flops == 990 * _HEAD_FEATURES[name]


@pytest.mark.parametrize("name", _STEM_WEIGHTS)
def test_each_image_channel_adds_to_the_first_convolution_only(name: str) -> None:
    colour, grey = reference_network(name), reference_network(name, in_channels=1)
    first = next(row for row in layer_costs(colour) if row.op.kind == "conv")
    positions = first.out_shape[1] * first.out_shape[2]
    assert cost(colour).params - cost(grey).params == 2 * _STEM_WEIGHTS[name]
    assert cost(colour).flops - cost(grey).flops == 2 * _STEM_WEIGHTS[name] * positions


@pytest.mark.parametrize("resolution", [193, 224, 256])
@pytest.mark.parametrize("name", _HEAD_FEATURES)
def test_resolution_changes_no_parameters(name: str, resolution: int) -> None:
    scaled = cost(reference_network(name, resolution=resolution))
    assert scaled.params == cost(reference_network(name)).params


def test_vgg16_has_2_3_times_the_parameters_of_alexnet() -> None:
    """As the lecture says of the two."""
    vgg, alexnet = cost(reference_network("vgg16")), cost(reference_network("alexnet"))
    assert round(vgg.params / alexnet.params, 1) == 2.3


@pytest.mark.parametrize(
    ("layer", "kibibytes", "params", "flops"),
    [
        ("conv1", 784, 23_296, 72_855_552),
        ("pool1", 182.25, 0, 0),
        ("fc6", 16, 37_752_832, 37_748_736),
    ],
)
def test_alexnet_equals_the_lecture_table(
    layer: str, kibibytes: float, params: int, flops: int
) -> None:
    row = _alexnet_layers()[layer]
    assert (row.activation_bytes / 1024, row.params, row.flops) == (kibibytes, params, flops)


@_needs_file
@pytest.mark.parametrize(
    "expected", _REFERENCE.get("layers", {}).get("alexnet", []), ids=lambda row: row["layer"]
)
def test_alexnet_layers_equal_the_reference_file(expected: dict[str, Any]) -> None:
    row = _alexnet_layers()[expected["layer"]]
    assert list(row.in_shape) == expected["in_shape"]
    assert list(row.out_shape) == expected["out_shape"]
    assert (row.params, row.flops) == (expected["params"], expected["flops"])
    assert round(row.activation_bytes / 1024, 3) == expected["out_kib_fp32"]
    window = row.op.window()
    if window is not None:
        found = [list(window.kernel_size), list(window.stride), list(window.padding)]
        assert found == [expected["kernel"], expected["stride"], expected["padding"]]


@pytest.mark.parametrize(("name", "arguments", "size"), _RECEPTIVE_FIELDS)
def test_receptive_field_equals_the_published_one(
    name: str, arguments: dict[str, Any], size: int
) -> None:
    costs = cost(reference_network(name, **arguments))
    assert (costs.receptive_field, costs.receptive_stride) == (size, 32)


@pytest.mark.parametrize(("name", "size"), [("alexnet", 195), ("vgg16", 212)])
def test_receptive_field_of_the_last_pooling(name: str, size: int) -> None:
    rows = {row.name: row for row in layer_costs(reference_network(name))}
    assert rows["pool5"].receptive_field == size


def test_stride_in_the_first_1x1_is_the_cheaper_resnet50_of_the_paper() -> None:
    """Table 1 of arXiv:1512.03385 gives 3.8 · 10^9 FLOPs; the parameters are the same."""
    paper, usual = (cost(reference_network("resnet50", stride_in_1x1=b)) for b in (True, False))
    assert paper.params == usual.params
    assert 3.8e9 <= paper.flops < 3.9e9
