"""A process that keeps a card busy until it is killed: `python -m workers.gpu_checks.neighbour`."""

from __future__ import annotations

import sys

import torch


def main(device: str) -> None:
    """Multiplies matrices for ever; says `busy` once it does."""
    matrix = torch.randn(2048, 2048, device=device)
    matrix @ matrix
    torch.cuda.synchronize()
    sys.stdout.write("busy\n")
    sys.stdout.flush()
    while True:
        for _ in range(10):
            matrix @ matrix
        torch.cuda.synchronize()  # else launches would pile up without end


if __name__ == "__main__":
    main(sys.argv[1])
