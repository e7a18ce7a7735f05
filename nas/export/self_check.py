"""The end of an exported file: it prints its layers and checks its own costs."""

from __future__ import annotations

from nas.export.names import NETWORK
from search_spaces.cost import cost
from search_spaces.network import Network
from search_spaces.primitives import Conv

_MAIN = '''def main() -> None:
    """Print the layers, and check {checked} against the search."""
    network = {class_name}().eval()
    names = {{layer: name or "total" for name, layer in network.named_modules()}}
    costs: dict[nn.Module, tuple[int, int]] = {{}}

    def show(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        params = sum(parameter.numel() for parameter in layer.parameters())
        flops = sum(costs[part][1] for part in layer.children())
        if isinstance(layer, nn.Conv2d | nn.Linear):
            flops = layer.weight.numel() * output[0, 0].numel()
        elif isinstance(layer, nn.ConvTranspose2d):
            flops = layer.weight.numel() * inputs[0][0, 0].numel()
        costs[layer] = params, flops
        print(f"{{names[layer]:32}} {{[*output[0].shape]!s:>16}} {{params:14,}} {{flops:16,}}")

    for layer in names:
        layer.register_forward_hook(show)
    network({zeros})
    if costs[network] != ({params:_}, {flops:_}):
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
    right = int((labels == stored["labels"]).sum())
    print(f"{right} of {len(labels)} stored validation images labelled rightly")
    if not torch.equal(labels, stored["answers"]):
        raise SystemExit("images were labelled otherwise when this file was made")"""

_BYTES = "torch.zeros(1, *IN_SHAPE, dtype=torch.uint8)"

_TRANSPOSED = """        elif isinstance(layer, nn.ConvTranspose2d):
            flops = layer.weight.numel() * inputs[0][0, 0].numel()
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
    return text.format(
        class_name=NETWORK, params=total.params, flops=total.flops,
        checked="costs and labels of images" if has_images else "parameters and FLOPs",
        zeros=f"preprocess({_BYTES})" if has_preprocess else "torch.zeros(1, *IN_SHAPE)",
        images=_IMAGES if has_images else "",
    )  # fmt: skip
