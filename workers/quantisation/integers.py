"""Programs in eight bit integers, run by PyTorch: each integer is that of the runtimes.

For many images at once, and without a runtime. The arithmetic is that of the reference kernels of
TensorFlow Lite and of TensorFlow Lite Micro: sums of products are whole numbers, brought to the
scale of their output by a multiplier of 31 bits and a shift (arXiv:1712.05877, section 2.2).
"""

from __future__ import annotations

import torch
from torch import Tensor

from search_spaces.tflite.quantisation import HIGHEST, LOWEST, Scaling, Typed
from workers.quantisation.fixed_point import Reader, scaling_in
from workers.quantisation.kernels import KERNELS, Kernel

_AT_A_TIME = 64


class IntegerNetwork:
    """Maps images `(n, channels, height, width)` to the outputs of a program, channels first.

    Both are numbers, as the module of the network has them: between them everything is integers.
    """

    def __init__(self, typed: Typed) -> None:
        program = typed.program
        self._ends = (program.input, program.output)
        self._scalings = (scaling_in(typed, program.input), scaling_in(typed, program.output))
        self._steps: list[tuple[int, tuple[int, ...], Kernel]] = []
        self._last: dict[int, int] = {}
        for number, operator in enumerate(program.operators):
            reader = Reader(typed, operator)
            self._steps.append((operator.output, reader.maps, KERNELS[operator.kind](reader)))
            self._last |= dict.fromkeys(reader.maps, number)

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        return torch.cat([self._run(part) for part in torch.split(images, _AT_A_TIME)])

    def _run(self, images: Tensor) -> Tensor:
        given, asked = self._scalings
        held = {self._ends[0]: _quantised(images.permute(0, 2, 3, 1), given)}
        for number, (output, inputs, kernel) in enumerate(self._steps):
            held[output] = kernel(*(held[source] for source in inputs))
            for source in inputs:
                if self._last[source] == number:
                    held.pop(source, None)
        found = (held[self._ends[1]] - asked.zero_point) * float(asked.scales[0])
        return found.permute(0, 3, 1, 2) if found.dim() == 4 else found


def _quantised(numbers: Tensor, scaling: Scaling) -> Tensor:
    # By a tensor, in float32, as `Scaling.to_integers` divides.
    steps = torch.round(numbers / torch.from_numpy(scaling.scales)) + scaling.zero_point
    return steps.clamp_(LOWEST, HIGHEST)
