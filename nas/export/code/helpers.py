"""The functions of an exported file that make its usual convolutions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from nas.export.code.layout import call_lines, shortest, signature
from nas.export.code.loops import Rolled
from nas.export.code.units import MODULES, ConvUnit
from search_spaces.graphs.primitives import Conv, Primitive

CONV = "conv"
"""Makes a usual convolution."""

CONV_NORM = "conv_bn"
"""Makes a usual convolution and the batch norm behind it."""

CONV_NORM_ACT = "conv_bn_act"
"""Makes these and the activation behind them."""

HELPERS = (CONV, CONV_NORM, CONV_NORM_ACT)

LEAST_UNITS = 3
"""Convolutions with batch norm that are worth a function."""

LEAST_ALONE = 8
"""Convolutions without that are worth one besides."""

KEPT = ("in_channels", "out_channels", "kernel_size", "stride", "dilation", "groups")
"""Arguments of these functions, in order."""


def is_usual(op: Primitive | None) -> bool:
    """Whether this is a convolution without bias, of a unit or not, that keeps the size."""
    if isinstance(op, ConvUnit):
        op = op.conv
    if not isinstance(op, Conv) or op.transposed or op.bias:
        return False
    is_square = len(set(op.kernel_size)) == len(set(op.dilation)) == 1
    if not is_square and op.dilation != (1, 1):
        return False
    kept = tuple(d * (k // 2) for k, d in zip(op.kernel_size, op.dilation, strict=True))
    # An even kernel with this padding changes the size by one.
    return all(k % 2 for k in op.kernel_size) and op.padding == kept


def worthwhile(blocks: Iterable[tuple[str, Rolled]]) -> frozenset[str]:
    """The functions that some blocks, each with its type, are worth: one class a type counts."""
    units, alone = Counter[str](), Counter[str]()
    of_units = CONV_NORM
    for block_type, block in blocks:
        usual = [node.op for node in block.graph.nodes if is_usual(node.op)]
        in_units = [op for op in usual if isinstance(op, ConvUnit)]
        units[block_type] = max(units[block_type], len(in_units))
        alone[block_type] = max(alone[block_type], len(usual) - len(in_units))
        of_units = CONV_NORM_ACT if any(op.act for op in in_units) else of_units
    if units.total() < LEAST_UNITS:
        return frozenset({CONV} if units.total() + alone.total() >= LEAST_UNITS else ())
    return frozenset({CONV, of_units} if alone.total() >= LEAST_ALONE else {of_units})


Call = tuple[str, list[str]]
"""The function that is called, and its arguments as they are written."""


def functions(calls: Iterable[Call], act: str) -> Iterator[str]:
    """The source of the functions that are among these calls, with the arguments that they take.

    Args:
        act: The activation of units, as PyTorch calls it.
    """
    written = [call for call in calls if call[0] in HELPERS]
    called = {name for name, _ in written}
    if CONV in called:
        yield "\n".join(_conv(written))
    of_units = [call for call in written if call[0] != CONV]
    if of_units:
        yield "\n".join(_unit(of_units, act, has_conv=CONV in called))


def _conv(calls: list[Call]) -> list[str]:
    return [
        *signature(0, f"def {CONV}(", _parameters(calls), ") -> nn.Conv2d:"),
        '    """A convolution that keeps height and width at stride 1; it has no bias."""',
        *_conv2d("return", calls),
    ]


def _unit(calls: list[Call], act: str, *, has_conv: bool) -> list[str]:
    name, parameters = calls[0][0], _parameters(calls)
    what, layers = "and its batch norm", ["conv", "norm"]
    if name == CONV_NORM_ACT:
        what = f"its batch norm and {MODULES[act].removeprefix('nn.')}"
        layers.append(f"{MODULES[act]}()")
        if any(argument.startswith("act=") for _, given in calls for argument in given):
            parameters.append("act: bool = True")
            layers[-1] += " if act else nn.Identity()"
    given = [*KEPT[:3], *(f"{name}={name}" for name in _options(calls))]
    own = call_lines(4, f"conv = {CONV}(", given, ")")
    return [
        *signature(0, f"def {name}(", parameters, ") -> nn.Sequential:"),
        f'    """A convolution that keeps height and width at stride 1, {what}."""',
        *(own if has_conv else _conv2d("conv =", calls)),
        "    norm = nn.BatchNorm2d(out_channels)",
        f"    return nn.Sequential({', '.join(layers)})",
    ]


def _options(calls: list[Call]) -> list[str]:
    """The arguments that some of the calls give, of those that have a default."""
    written = " ".join(" ".join(arguments) for _, arguments in calls)
    return [name for name in KEPT[3:] if name in written]


def _parameters(calls: list[Call]) -> list[str]:
    pairs = {
        "kernel_size": any(arguments[2].startswith("(") for _, arguments in calls),
        "stride": any("stride=(" in argument for _, given in calls for argument in given),
    }
    types = {name: "int | tuple[int, int]" if is_pair else "int" for name, is_pair in pairs.items()}
    needed = [f"{name}: {types.get(name, 'int')}" for name in KEPT[:3]]
    return [*needed, *(f"{name}: {types.get(name, 'int')} = 1" for name in _options(calls))]


def _conv2d(begin: str, calls: list[Call]) -> list[str]:
    """The lines that make the layer, with the padding computed before or within."""
    call, is_spread = f"{begin} nn.Conv2d(", "dilation" in _options(calls)
    if any(arguments[2].startswith("(") for _, arguments in calls):
        size = "(kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size"
        spread = "dilation * (size[{}] // 2)" if is_spread else "size[{}] // 2"
        return [
            f"    size = {size}",
            f"    padding = ({spread.format(0)}, {spread.format(1)})",
            *call_lines(4, call, _arguments(calls, kernel_size="size"), ")"),
        ]
    padding = "dilation * (kernel_size // 2)" if is_spread else "kernel_size // 2"
    before = [f"    padding = {padding}", *call_lines(4, call, _arguments(calls), ")")]
    return shortest(before, call_lines(4, call, _arguments(calls, padding=padding), ")"))


def _arguments(calls: list[Call], **written: str) -> list[str]:
    """Those of `nn.Conv2d`, in the order of PyTorch; unnamed as far as none is left out.

    Args:
        written: What is written for some of them, instead of their own name.
    """
    options = _options(calls)
    unnamed = list(KEPT[:3])
    if "stride" in options and "padding" not in written:
        unnamed += ["stride", "padding"]
        unnamed += [n for n in options if "dilation" in options and n != "stride"]
    elif "stride" in options:
        unnamed.append("stride")
    named = [f"{n}={written.get(n, n)}" for n in ("padding", *options) if n not in unnamed]
    return [*(written.get(n, n) for n in unnamed), *named, "bias=False"]
