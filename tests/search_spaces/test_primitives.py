"""Each primitive's output shape is that of the PyTorch call which runs it."""

from typing import Any

import pytest
import torch
from torch import nn

from search_spaces.errors import GraphError
from search_spaces.graphs import primitives as ops
from search_spaces.graphs.primitives import Primitive, Shape

_FUNCTIONS = {"F": nn.functional, "torch": torch}

_SIZES = [(7, 7), (8, 8), (11, 6)]


def _run(op: Primitive, *in_shapes: Shape) -> torch.Size:
    call = op.torch_call()
    space, name = call.target.split(".")
    inputs: list[Any] = [torch.empty((2, *shape), device="meta") for shape in in_shapes]
    if call.is_module:
        with torch.device("meta"):
            return getattr(nn, name)(**call.kwargs)(*inputs).shape
    if call.target == "torch.cat":
        inputs = [inputs]
    return getattr(_FUNCTIONS[space], name)(*inputs, **call.kwargs).shape


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("kernel_size", [(1, 1), (3, 3), (1, 5), (4, 2)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2), (3, 1)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
@pytest.mark.parametrize("dilation", [(1, 1), (1, 2)])
def test_conv(
    size: tuple[int, int],
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
) -> None:
    op = ops.Conv(4, 6, kernel_size, stride, padding, dilation, groups=2)
    if size[1] + 2 * padding[1] <= dilation[1] * (kernel_size[1] - 1):
        with pytest.raises(GraphError, match="leaves nothing"):
            op.out_shape((4, *size))
    else:
        assert (2, *op.out_shape((4, *size))) == _run(op, (4, *size))


# PyTorch wants an output padding that is below the stride or the dilation.
_STRIDE_DILATION_OUTPUT_PADDING = [
    (1, 1, 0), (2, 1, 0), (2, 1, 1), (3, 1, 0), (3, 1, 2), (1, 2, 1), (2, 2, 1), (3, 2, 1),
]  # fmt: skip


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("kernel_size", [2, 3, 4, 5])
@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize(("stride", "dilation", "output_padding"), _STRIDE_DILATION_OUTPUT_PADDING)
def test_transposed_conv(
    size: tuple[int, int],
    kernel_size: int,
    stride: int,
    padding: int,
    output_padding: int,
    dilation: int,
) -> None:
    op = ops.Conv(
        4, 6, (kernel_size,) * 2, (stride,) * 2, (padding,) * 2, (dilation,) * 2, groups=2,
        transposed=True, output_padding=(output_padding,) * 2,
    )  # fmt: skip
    assert (2, *op.out_shape((4, *size))) == _run(op, (4, *size))


@pytest.mark.parametrize("function", ["max", "avg"])
@pytest.mark.parametrize("size", [(2, 3), (7, 7), (8, 8), (11, 6)])
@pytest.mark.parametrize(("kernel_size", "padding"), [(1, 0), (2, 0), (2, 1), (3, 1), (3, 0)])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pool(
    function: str,
    size: tuple[int, int],
    kernel_size: int,
    padding: int,
    stride: int,
    ceil_mode: bool,
) -> None:
    op = ops.Pool(function, (kernel_size,) * 2, (stride,) * 2, (padding,) * 2, ceil_mode)
    if size[0] + 2 * padding < kernel_size:
        if not ceil_mode:
            with pytest.raises(GraphError, match="leaves nothing"):
                op.out_shape((4, *size))
    else:
        assert (2, *op.out_shape((4, *size))) == _run(op, (4, *size))


@pytest.mark.parametrize(
    ("op", "in_shapes"),
    [
        (ops.BatchNorm(6), [(6, 5, 7)]),
        (ops.ChannelShuffle(3), [(6, 5, 7)]),
        (ops.Concat(), [(6, 5, 7), (3, 5, 7), (1, 5, 7)]),
        (ops.Add(), [(6, 5, 7), (6, 5, 7)]),
        (ops.Multiply(), [(6, 5, 7), (6, 1, 1)]),
        (ops.AdaptiveAvgPool(1), [(6, 5, 7)]),
        (ops.AdaptiveAvgPool(3), [(6, 5, 7)]),
        (ops.AdaptiveAvgPool(8), [(6, 5, 7)]),
        (ops.Upsample(2), [(6, 5, 7)]),
        (ops.Upsample(3), [(6, 5, 7)]),
        (ops.Flatten(), [(6, 5, 7)]),
        (ops.Linear(10, 4), [(10,)]),
        (ops.Linear(10, 4, bias=False), [(10,)]),
        (ops.Dropout(0.5), [(6, 5, 7)]),
        (ops.Dropout(0.5), [(10,)]),
        *[(ops.Activation(function), [(6, 5, 7)]) for function in ops.ACTIVATIONS],
    ],
    ids=str,
)
def test_other_primitives(op: Primitive, in_shapes: list[Shape]) -> None:
    assert (2, *op.out_shape(*in_shapes)) == _run(op, *in_shapes)


def test_every_primitive_is_known_by_its_kind() -> None:
    assert all(primitive.kind == kind for kind, primitive in ops.PRIMITIVES.items())
    known = (p for p in Primitive.__subclasses__() if p.__module__.startswith(ops.__name__))
    assert set(ops.PRIMITIVES) == {primitive.kind for primitive in known}


@pytest.mark.parametrize(
    ("op", "in_shapes", "message"),
    [
        (ops.Conv(3, 8, (3, 3)), [(4, 8, 8)], r"`in_channels` \(=3\) must equal .* \(=4\)"),
        (ops.Conv(3, 8, (9, 9)), [(3, 8, 8)], "leaves nothing of its input"),
        (ops.Conv(3, 8, (3, 3)), [(3,)], "conv needs a feature map"),
        (ops.ChannelShuffle(4), [(6, 8, 8)], r"`channels` \(=6\) must be divisible by `groups`"),
        (ops.Concat(), [(3, 8, 8), (3, 8, 7)], "one height and width"),
        (ops.Add(), [(3, 8, 8), (4, 8, 8)], "one shape"),
        (ops.Multiply(), [(3, 8, 8), (3, 8, 8)], r"gate of \(3, 1, 1\)"),
        (ops.Linear(10, 4), [(11,)], "vector of 10"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    op: Primitive, in_shapes: list[Shape], message: str
) -> None:
    with pytest.raises(GraphError, match=message):
        op.out_shape(*in_shapes)


def test_arguments_that_mean_nothing_are_refused() -> None:
    with pytest.raises(
        GraphError, match=r"`out_channels` \(=6\) must be divisible by `groups` \(=4"
    ):
        ops.Conv(8, 6, (1, 1), groups=4)
    with pytest.raises(GraphError, match="at least 1"):
        ops.Conv(8, 0, (1, 1))
    with pytest.raises(GraphError, match="must be one of relu"):
        ops.Activation("rulu")
    with pytest.raises(GraphError, match="max or avg"):
        ops.Pool("min", (2, 2), (2, 2))
