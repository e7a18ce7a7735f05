"""The end of an exported file: it prints its layers and checks its own costs."""

from __future__ import annotations

from nas.export.names import NETWORK
from search_spaces.cost import cost
from search_spaces.network import Network
from search_spaces.primitives import Conv

_MAIN = '''def main() -> None:
    """Print the layers, and check parameters and FLOPs against those of the search."""
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
    network(torch.zeros(1, *IN_SHAPE))
    if costs[network] != ({params:_}, {flops:_}):
        raise SystemExit("these are not the costs of the network that was searched")


if __name__ == "__main__":
    main()'''

_TRANSPOSED = """        elif isinstance(layer, nn.ConvTranspose2d):
            flops = layer.weight.numel() * inputs[0][0, 0].numel()
"""


def self_check(network: Network) -> str:
    """The source of `main`, which runs where the file is called as a script."""
    ops = [node.op for _, _, node in network.layers()]
    # a transposed convolution visits each position of its input
    transposed = {op.transposed for op in ops if isinstance(op, Conv)}
    text = _MAIN if True in transposed else _MAIN.replace(_TRANSPOSED, "")
    total = cost(network)
    return text.format(class_name=NETWORK, params=total.params, flops=total.flops)
