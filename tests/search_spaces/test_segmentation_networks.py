"""The segmentation networks of the literature: published costs, and torch modules by hand."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from search_spaces.graphs.cost import cost
from search_spaces.graphs.modules import build_module
from search_spaces.graphs.network import Network
from search_spaces.networks import reference_network

# Parameters and FLOPs of torchvision's models without auxiliary heads at 21 classes and 520 x 520;
# of MobileNet v3 at 224; of U-Net as published.
EXACT = [
    ("fcn_resnet50", 32_957_013, 142_725_772_800),
    ("deeplabv3_resnet50", 39_638_869, 168_731_205_888),
    ("lraspp_mobilenet_v3_large", 3_221_538, 2_086_219_688),
    ("unet", 31_030_658, 150_428_424_448),
    ("mobilenet_v3_large", 5_483_032, 216_589_760),
    ("mobilenet_v3_small", 2_542_856, 56_510_400),
]


@pytest.mark.parametrize(("name", "params", "flops"), EXACT)
def test_costs_are_exact(name: str, params: int, flops: int) -> None:
    found = cost(reference_network(name))
    assert (found.params, found.flops) == (params, flops)


# torchvision documents `num_params` with the auxiliary head, which has 3x3 to a quarter of the
# channels of the tapped stage, batch norm and a classifier with bias.
WITH_AUXILIARY = [
    ("fcn_resnet101", 54_314_346, 1024),
    ("deeplabv3_resnet101", 60_996_202, 1024),
    ("deeplabv3_mobilenet_v3_large", 11_029_328, 40),
]


@pytest.mark.parametrize(("name", "documented", "tapped"), WITH_AUXILIARY)
def test_parameters_are_those_documented(name: str, documented: int, tapped: int) -> None:
    inner = tapped // 4
    auxiliary = 9 * tapped * inner + 2 * inner + inner * 21 + 21
    assert cost(reference_network(name)).params == documented - auxiliary


def test_unet_maps_572_to_388_pixels() -> None:
    """Figure 1 of the paper."""
    assert reference_network("unet").out_shape == (2, 388, 388)


def conv_norm(c_in: int, c_out: int, k: int, *act: nn.Module, **more: Any) -> nn.Sequential:
    padding = more.get("dilation", 1) * (k - 1) // 2
    conv = nn.Conv2d(c_in, c_out, k, padding=padding, bias=False, **more)
    return nn.Sequential(conv, nn.BatchNorm2d(c_out), *act)


def eight(channels: float) -> int:
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8


class Bottleneck(nn.Module):
    def __init__(self, c_in: int, c_out: int, stride: int, dilation: int) -> None:
        super().__init__()
        width, relu = c_out // 4, nn.ReLU()
        self.body = nn.Sequential(
            conv_norm(c_in, width, 1, relu),
            conv_norm(width, width, 3, relu, stride=stride, dilation=dilation),
            conv_norm(width, c_out, 1),
        )
        same = stride == 1 and c_in == c_out
        self.short = nn.Identity() if same else conv_norm(c_in, c_out, 1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.short(x))


def dilated_resnet(depths: tuple[int, ...], width: float, c_in: int) -> tuple[nn.Module, int]:
    layers: list[nn.Module] = [
        conv_norm(c_in, eight(64 * width), 7, nn.ReLU(), stride=2), nn.MaxPool2d(3, 2, 1),
    ]  # fmt: skip
    channels, dilation = eight(64 * width), 1
    for stage, depth in enumerate(depths):
        before, stride = dilation, 2 if stage == 1 else 1
        if stage > 1:  # replace_stride_with_dilation = [False, True, True]
            dilation *= 2
        for index in range(depth):
            out = eight((256 << stage) * width)
            layers.append(
                Bottleneck(
                    channels, out, stride if index == 0 else 1, dilation if index else before
                )
            )
            channels = out
    return nn.Sequential(*layers), channels


class Pyramid(nn.Module):
    def __init__(self, c_in: int, width: int, num_classes: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            [conv_norm(c_in, width, 1, nn.ReLU())]
            + [conv_norm(c_in, width, 3, nn.ReLU(), dilation=r) for r in (12, 24, 36)]
        )
        self.mean = conv_norm(c_in, width, 1, nn.ReLU())
        self.project = conv_norm(5 * width, width, 1, nn.ReLU())
        self.last = nn.Sequential(
            conv_norm(width, width, 3, nn.ReLU()), nn.Conv2d(width, num_classes, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        parts = [branch(x) for branch in self.branches]
        mean = self.mean(x.mean((2, 3), keepdim=True))
        parts.append(F.interpolate(mean, size=x.shape[2:], mode="bilinear"))
        return self.last(self.project(torch.cat(parts, 1)))


class Bneck(nn.Module):
    def __init__(
        self, c_in: int, k: int, exp: int, out: int, se: bool, hs: bool, stride: int, dilation: int
    ) -> None:
        super().__init__()
        act = nn.Hardswish() if hs else nn.ReLU()
        self.expand = conv_norm(c_in, exp, 1, act) if exp != c_in else nn.Identity()
        step = 1 if dilation > 1 else stride
        self.depthwise = conv_norm(exp, exp, k, act, stride=step, dilation=dilation, groups=exp)
        inner = eight(exp // 4)
        self.gate = (
            nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(exp, inner, 1), nn.ReLU(),
                          nn.Conv2d(inner, exp, 1), nn.Hardsigmoid()) if se else None
        )  # fmt: skip
        self.project = conv_norm(exp, out, 1)
        self.skip = stride == 1 and c_in == out

    def forward(self, x: Tensor) -> Tensor:
        y = self.depthwise(self.expand(x))
        y = y if self.gate is None else y * self.gate(y)
        y = self.project(y)
        return x + y if self.skip else y


# Kernel, expansion, output, squeeze-and-excite, h-swish, stride: table 1 of arXiv:1905.02244.
LARGE = [
    (3, 16, 16, 0, 0, 1), (3, 64, 24, 0, 0, 2), (3, 72, 24, 0, 0, 1), (5, 72, 40, 1, 0, 2),
    (5, 120, 40, 1, 0, 1), (5, 120, 40, 1, 0, 1), (3, 240, 80, 0, 1, 2), (3, 200, 80, 0, 1, 1),
    (3, 184, 80, 0, 1, 1), (3, 184, 80, 0, 1, 1), (3, 480, 112, 1, 1, 1), (3, 672, 112, 1, 1, 1),
    (5, 672, 160, 1, 1, 2), (5, 960, 160, 1, 1, 1), (5, 960, 160, 1, 1, 1),
]  # fmt: skip


def mobilenet(width: float, c_in: int) -> tuple[nn.ModuleList, int]:
    channels = eight(16 * width)
    layers: list[nn.Module] = [conv_norm(c_in, channels, 3, nn.Hardswish(), stride=2)]
    for number, (k, exp, out, se, hs, stride) in enumerate(LARGE):
        dilation = 2 if number >= 12 else 1
        out_width = eight(out * width)
        layers.append(
            Bneck(channels, k, eight(exp * width), out_width, bool(se), bool(hs), stride, dilation)
        )
        channels = out_width
    layers.append(conv_norm(channels, 6 * channels, 1, nn.Hardswish()))
    return nn.ModuleList(layers), 6 * channels


class Dense(nn.Module):
    """Layers in a row, a head, and interpolation to the image's size."""

    def __init__(self, layers: Any, head: nn.Module) -> None:
        super().__init__()
        self.layers, self.head = nn.Sequential(*layers), head

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(self.head(self.layers(x)), size=x.shape[2:], mode="bilinear")


class LiteReduced(nn.Module):
    def __init__(self, width: float, num_classes: int, c_in: int) -> None:
        super().__init__()
        self.layers, high = mobilenet(width, c_in)
        inner = eight(128 * width)
        self.conv = conv_norm(high, inner, 1, nn.ReLU())
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(high, inner, 1, bias=False), nn.Sigmoid()
        )
        self.low = nn.Conv2d(eight(40 * width), num_classes, 1)
        self.high = nn.Conv2d(inner, num_classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        x = image
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number == 4:  # the first block at an eighth
                low = x
        x = self.scale(x) * self.conv(x)
        x = self.high(F.interpolate(x, size=low.shape[2:], mode="bilinear")) + self.low(low)
        return F.interpolate(x, size=image.shape[2:], mode="bilinear")


class UNet(nn.Module):
    def __init__(self, width: int, num_classes: int, c_in: int, padding: int) -> None:
        super().__init__()

        def pair(a: int, b: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(a, b, 3, padding=padding), nn.ReLU(),
                                 nn.Conv2d(b, b, 3, padding=padding), nn.ReLU())  # fmt: skip

        widths = [width << level for level in range(5)]
        self.down = nn.ModuleList(map(pair, [c_in, *widths], widths))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, 2) for w in widths[3::-1])
        self.join = nn.ModuleList(pair(2 * w, w) for w in widths[3::-1])
        self.last = nn.Conv2d(width, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for level, down in enumerate(self.down):
            x = down(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for up, join, skip in zip(self.up, self.join, skips[3::-1], strict=True):
            x = up(x)
            top, left = ((skip.shape[i] - x.shape[i]) // 2 for i in (2, 3))
            skip = skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]
            x = join(torch.cat([skip, x], 1))
        return self.last(x)


def fcn(depths: tuple[int, ...], width: float, num_classes: int, c_in: int) -> nn.Module:
    layers, channels = dilated_resnet(depths, width, c_in)
    head = conv_norm(
        channels, channels // 4, 3, nn.ReLU(), nn.Conv2d(channels // 4, num_classes, 1)
    )
    return Dense([layers], head)


def deeplab(depths: tuple[int, ...], width: float, num_classes: int, c_in: int) -> nn.Module:
    layers, channels = dilated_resnet(depths, width, c_in)
    return Dense([layers], Pyramid(channels, eight(256 * width), num_classes))


def deeplab_mobile(width: float, num_classes: int, c_in: int) -> nn.Module:
    layers, channels = mobilenet(width, c_in)
    return Dense(layers, Pyramid(channels, eight(256 * width), num_classes))


SHALLOW, DEEP = (3, 4, 6, 3), (3, 4, 23, 3)
CASES: list[tuple[str, dict[str, Any], Callable[[], nn.Module]]] = [
    ("fcn_resnet50", {"width_mult": 0.25, "num_classes": 7, "in_channels": 1},
     lambda: fcn(SHALLOW, 0.25, 7, 1)),
    ("fcn_resnet101", {"width_mult": 0.25}, lambda: fcn(DEEP, 0.25, 21, 3)),
    ("deeplabv3_resnet50", {"width_mult": 0.25, "num_classes": 2},
     lambda: deeplab(SHALLOW, 0.25, 2, 3)),
    ("deeplabv3_resnet101", {"width_mult": 0.125}, lambda: deeplab(DEEP, 0.125, 21, 3)),
    ("deeplabv3_mobilenet_v3_large", {"num_classes": 11}, lambda: deeplab_mobile(1.0, 11, 3)),
    ("deeplabv3_mobilenet_v3_large", {"width_mult": 0.35}, lambda: deeplab_mobile(0.35, 21, 3)),
    ("lraspp_mobilenet_v3_large", {"in_channels": 1}, lambda: LiteReduced(1.0, 21, 1)),
    ("lraspp_mobilenet_v3_large", {"width_mult": 0.5, "num_classes": 3},
     lambda: LiteReduced(0.5, 3, 3)),
    # So narrow that the first dilated block would have as many channels out as in.
    ("lraspp_mobilenet_v3_large", {"width_mult": 0.05}, lambda: LiteReduced(0.05, 21, 3)),
]  # fmt: skip
SIZE = (65, 33)
OTHER_SIZES = [(520, 390), (96, 161)]


@pytest.mark.parametrize(("name", "arguments", "module"), CASES)
def test_the_same_as_a_module_by_hand(
    name: str, arguments: dict[str, Any], module: Callable[[], nn.Module]
) -> None:
    network = reference_network(name, resolution=SIZE, **arguments)
    compare_costs(network, module)
    compare_outputs(network, module)


@pytest.mark.parametrize("size", OTHER_SIZES)
@pytest.mark.parametrize(("name", "arguments", "module"), CASES)
def test_the_same_costs_at_other_sizes(
    name: str, arguments: dict[str, Any], module: Callable[[], nn.Module], size: tuple[int, int]
) -> None:
    compare_costs(reference_network(name, resolution=size, **arguments), module)


UNETS = [
    ({"resolution": (188, 220), "width": 8, "num_classes": 4, "in_channels": 3}, (8, 4, 3, 0)),
    ({"resolution": (96, 64), "width": 16, "padding": "same"}, (16, 2, 1, 1)),
]


@pytest.mark.parametrize(("arguments", "by_hand"), UNETS)
def test_unet_as_by_hand(arguments: dict[str, Any], by_hand: tuple[int, int, int, int]) -> None:
    network = reference_network("unet", **arguments)
    compare_costs(network, lambda: UNet(*by_hand))
    compare_outputs(network, lambda: UNet(*by_hand))


@pytest.mark.parametrize("size", [(65, 97), (50, 46), (31, 16)])
def test_unet_of_same_padding_scores_every_pixel(size: tuple[int, int]) -> None:
    network = reference_network("unet", resolution=size, width=8, padding="same", num_classes=5)
    assert network.out_shape == (5, *size)
    assert build_module(network)(torch.zeros(1, *network.in_shape)).shape == (1, 5, *size)


def test_batch_norm_takes_the_place_of_biases() -> None:
    """Of each of 18 convolutions of 3x3 the channels once more: scale and shift for one bias."""
    plain, normed = (
        cost(reference_network("unet", norm=norm, padding="same")) for norm in (False, True)
    )
    widths = [64, 128, 256, 512, 1024]
    assert normed.params - plain.params == 2 * (sum(widths) + sum(widths[:4]))
    assert normed.flops == plain.flops


def compare_costs(network: Network, by_hand: Callable[[], nn.Module]) -> None:
    with torch.device("meta"):
        module, image = by_hand().eval(), torch.empty(1, *network.in_shape)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        wanted = module(image)
    found = cost(network)
    assert network.out_shape == tuple(wanted.shape[1:])
    assert found.params == sum(p.numel() for p in module.parameters())
    assert 2 * found.flops == counter.get_total_flops()


def compare_outputs(network: Network, by_hand: Callable[[], nn.Module]) -> None:
    """Where the weights are carried over in order."""
    torch.manual_seed(0)
    module, ours = by_hand().eval(), build_module(network).eval()
    image = torch.randn(1, *network.in_shape)
    carry_over(module, ours, image)
    with torch.no_grad():
        assert torch.allclose(ours(image), module(image), atol=1e-5)


def carry_over(source: nn.Module, target: nn.Module, image: Tensor) -> None:
    """The weights of one module into another whose layers run in the same order."""
    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)

    def in_order(module: nn.Module) -> list[nn.Module]:
        called: list[nn.Module] = []
        hooks = [
            layer.register_forward_hook(lambda layer, *_: called.append(layer))
            for layer in module.modules() if isinstance(layer, kinds)
        ]  # fmt: skip
        with torch.no_grad():
            module(image)
        for hook in hooks:
            hook.remove()
        return called

    for layer, own in zip(in_order(source), in_order(target), strict=True):
        own.load_state_dict(layer.state_dict())
