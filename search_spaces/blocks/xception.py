"""The separable convolutions of Xception, with their residual."""

from typing import Annotated

from pydantic import Field

from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.registry import Dilation, KernelSize, Residual, block

NumConvs = Annotated[int, Field(ge=1, le=8)]


@block
def xception(
    net: Builder,
    x: Tensor,
    out_channels: int,
    stride: int,
    *,
    num_convs: NumConvs = 2,
    kernel_size: KernelSize = 3,
    dilation: Dilation = 1,
    residual: Residual = "projection",
    grow_first: bool = True,
    pre_activation: bool = True,
) -> Tensor:
    """Separable convolutions in Xception's order: activation, depthwise, pointwise, batch norm.

    M·K² + M·N weights for each from M to N channels; nothing stands between depthwise and
    pointwise. The first convolution changes the number of channels, or the last one where
    `grow_first` is false. A stride is a 3x3 max pool at the end. `pre_activation: false` leaves out
    the first activation, for an input that has just had one (arXiv:1610.02357, figure 5).
    """
    y = x
    for index in range(num_convs):
        if index or pre_activation:
            y = net.act(y)
        last = index == num_convs - 1
        y = net.conv(
            y, y.channels, kernel_size, dilation=dilation, groups=y.channels, name="depthwise"
        )
        y = net.conv_norm(y, out_channels if grow_first or last else x.channels, name="pointwise")
    if stride > 1:
        y = net.max_pool(y, 3, stride=stride, padding=1)
    return net.residual(x, y, residual, stride)
