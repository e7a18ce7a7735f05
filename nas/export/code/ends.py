"""Beginning and end of an exported file: bytes made into its input, and the check of itself."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nas.export.code.layout import NARROW, printable
from nas.export.code.names import NETWORK
from search_spaces.graphs.cost import cost
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.network import Network
from search_spaces.graphs.primitives import Conv

CLASSES = ".classes.txt"
"""What follows a network's name in that of a file of names, one a line, by label."""

MOST_LINES = 4
"""Names that take more of them stand in a file beside the code, one a line."""

_PREPROCESS = '''def preprocess(images: Tensor) -> Tensor:
    """Make input of bytes (batch, channels, height, width), or channels last: {channels}."""
    if images.dtype != torch.uint8 or images.dim() != 4:
        raise TypeError(f"not four dimensions of uint8: {{images.shape}}, {{images.dtype}}")
    if images.shape[1] != IN_SHAPE[0]:
        images = images.permute(0, 3, 1, 2)
    mean, std = torch.tensor([MEAN, STD], device=images.device)[..., None, None]
    x = (images - mean) / std
    return F.interpolate(x, IN_SHAPE[1:], mode="bilinear", antialias=True)'''


def constants(input_format: InputFormat | None, class_names: Sequence[str] | None) -> list[str]:
    """The lines of `MEAN`, `STD` and `CLASS_NAMES`, as far as they are known."""
    lines = []
    if input_format is not None:
        mean, std = list(input_format.mean), list(input_format.std)
        lines.append(f"MEAN, STD = {mean}, {std}")
    if class_names is not None and not stands_beside(class_names):
        lines += _names(class_names)
    return lines


def preprocess(input_format: InputFormat) -> str:
    """The source of the function that maps bytes to what the network is given."""
    return _PREPROCESS.format(channels=input_format.channels)


def stands_beside(class_names: Sequence[str]) -> bool:
    """Whether names are too many for the code."""
    return len(_names(class_names)) > MOST_LINES


def _names(class_names: Sequence[str]) -> list[str]:
    # JSON quotes as formatters do; `repr` takes single quotes, which these would turn.
    quoted = [printable(json.dumps(name, ensure_ascii=False)) for name in class_names]
    rows = ["CLASS_NAMES = ["]
    for name in quoted:
        if len(f"{rows[-1]}{name}, ") > NARROW:
            rows.append("    ")
        rows[-1] += f"{name}, "
    rows = [row.rstrip() for row in rows]
    return [*rows[:-1], f"{rows[-1].removesuffix(',')}]  # fmt: skip"]


_MAIN = '''def main() -> None:
    """Print the layers, and check {checked} against the search."""
    network = {class_name}().eval()
    names = {{layer: name or "total" for name, layer in network.named_modules()}}
    flops: dict[nn.Module, int] = {{}}

    def show(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        params = sum(parameter.numel() for parameter in layer.parameters())
        if isinstance(layer, nn.Conv2d | nn.Linear):
            flops[layer] = layer.weight.numel() * output[0, 0].numel()
        elif isinstance(layer, nn.ConvTranspose2d):
            flops[layer] = layer.weight.numel() * inputs[0][0, 0].numel()
        total = sum(flops.get(part, 0) for part in layer.modules())
        print(f"{{names[layer]:32}} {{[*output[0].shape]!s:>16}} {{params:14,}} {{total:16,}}")

    for layer in names:
        layer.register_forward_hook(show)
    network({zeros})
    params = sum(parameter.numel() for parameter in network.parameters())
    if (params, sum(flops.values())) != ({params:_}, {flops:_}):
        raise SystemExit("these are not the costs of the network that was searched"){images}


if __name__ == "__main__":
    main()'''

_IMAGES = """
    try:
        state, stored = (torch.load(__file__[:-2] + end) for end in ("pt", "images.pt"))
    except FileNotFoundError as error:
        print(f"not tried on images: {error.filename} is not there")
        return
    network = Network().eval()
    network.load_state_dict(state)
    labels = network(preprocess(stored["images"])).argmax(1)
{judged}
    if (labels != stored["answers"]).any():
        raise SystemExit("images were labelled otherwise when this file was made")"""

_OF_IMAGES = """    right = int((labels == stored["labels"]).sum())
    print(f"{right} of {len(labels)} stored validation images labelled rightly")"""

_OF_PIXELS = """    known = stored["labels"] != 255
    right = int((labels == stored["labels"])[known].sum())
    print(f"{right} of {int(known.sum())} pixels of stored images labelled rightly")"""

_BYTES = "torch.zeros(1, *IN_SHAPE, dtype=torch.uint8)"

_TRANSPOSED = """        elif isinstance(layer, nn.ConvTranspose2d):
            flops[layer] = layer.weight.numel() * inputs[0][0, 0].numel()
"""


def self_check(network: Network, *, has_preprocess: bool = False, has_images: bool = False) -> str:
    """The source of `main`, which runs where the file is called as a script.

    Args:
        has_images: Whether weights and labelled images lie beside the file.
    """
    ops = [node.op for _, _, node in network.layers()]
    # a transposed convolution visits each position of its input
    transposed = {op.transposed for op in ops if isinstance(op, Conv)}
    text = _MAIN if True in transposed else _MAIN.replace(_TRANSPOSED, "")
    total = cost(network)
    judged = _OF_PIXELS if len(network.out_shape) == 3 else _OF_IMAGES
    return text.format(
        class_name=NETWORK, params=total.params, flops=total.flops,
        checked="costs and labels of images" if has_images else "parameters and FLOPs",
        zeros=f"preprocess({_BYTES})" if has_preprocess else "torch.zeros(1, *IN_SHAPE)",
        images=_IMAGES.replace("{judged}", judged) if has_images else "",
    )  # fmt: skip
