"""What kernels of eight bit integers are made with: factors in fixed point, and what they read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from search_spaces.tflite.program import Array, Operator, Role
from search_spaces.tflite.quantisation import HIGHEST, LOWEST, Scaling, Typed

RELU, RELU6 = 1, 3
"""Activations that are part of an operator, by their numbers in the schema."""


class Multiplier(NamedTuple):
    """A positive factor: `mantissa / 2**31 * 2**shift`."""

    mantissa: int
    shift: int

    @classmethod
    def of(cls, factor: float) -> Multiplier:
        """The nearest one; nothing where that would move all bits out."""
        fraction, shift = math.frexp(factor)
        mantissa = round(fraction * 2**31)
        if mantissa == 2**31:
            mantissa, shift = mantissa // 2, shift + 1
        return cls(mantissa, shift) if shift >= -31 else cls(0, 0)

    def over(self, number: int) -> Multiplier:
        """A part of it, as the mean of so many numbers takes it: cut off, not rounded."""
        bits = min(number.bit_length() - 1, 32, 31 + self.shift)
        return Multiplier((self.mantissa << bits) // number, self.shift - bits)


class Rescaling:
    """Brings whole numbers to another scale; rounded twice, as the runtimes do.

    To a number of 32 bits, halves upwards; then by the shift, halves away from zero.
    """

    def __init__(self, by: Sequence[Multiplier]) -> None:
        self._mantissas = torch.tensor([each.mantissa for each in by])
        self._left = torch.tensor([1 << max(each.shift, 0) for each in by])
        self._right = torch.tensor([max(-each.shift, 0) for each in by])
        self._half = (1 << self._right) >> 1
        self._is_half = (self._right > 0).long()

    def __call__(self, values: Tensor) -> Tensor:
        """Along the last axis each has its own factor where there are several."""
        found = values.long().mul_(self._left * self._mantissas).add_(1 << 30)
        found.bitwise_right_shift_(31)
        # Minus one for what is negative: so its halves go down.
        down = (found >> 63).mul_(self._is_half)
        return found.add_(self._half).add_(down).bitwise_right_shift_(self._right)


class Reader:
    """What a kernel is made of: an operator, and the constants and scales of what it reads.

    Attributes:
        maps: Numbers of the maps that it reads; numbers that are constant are none.
    """

    def __init__(self, typed: Typed, operator: Operator) -> None:
        self._typed, self.operator = typed, operator
        tensors = typed.program.tensors
        self.maps = tuple(i for i in operator.inputs if tensors[i].role == "map")
        self._by_role = {tensors[i].role: i for i in operator.inputs}

    @property
    def options(self) -> Mapping[str, int]:
        return self.operator.options

    @property
    def out(self) -> Scaling:
        return scaling_in(self._typed, self.operator.output)

    @property
    def inputs(self) -> list[Scaling]:
        """Of what is no weight, in order."""
        roles = ("map", "scalar")
        tensors = self._typed.program.tensors
        return [
            scaling_in(self._typed, i) for i in self.operator.inputs if tensors[i].role in roles
        ]

    def shape(self, number: int) -> tuple[int, ...]:
        return self._typed.program.tensors[number].shape

    @property
    def out_shape(self) -> tuple[int, ...]:
        return self.shape(self.operator.output)

    def constant(self, role: Role) -> Array:
        return self._array(self._by_role[role])

    def index(self) -> Array:
        """The first of its whole numbers."""
        return self._array(self.operator.inputs[1])

    def _array(self, number: int) -> Array:
        array = self._typed.arrays[number]
        assert array is not None, "a constant has values"
        return array

    def has(self, role: Role) -> bool:
        return role in self._by_role

    def weights(self) -> tuple[Array, Array, list[Multiplier]]:
        """Weight, bias, and what brings their sums to the scale of the output."""
        scales = scaling_in(self._typed, self._by_role["weight"]).scales.astype(np.float64)
        factors = scales * float(self.inputs[0].scales[0]) / float(self.out.scales[0])
        by = [Multiplier.of(factor) for factor in factors.tolist()]
        return self.constant("weight"), self.constant("bias"), by

    def ends(self) -> tuple[int, int]:
        """The least and the most that the output may be, by the activation that is part of it."""
        return ends_of(self.out, self.options.get("FusedActivationFunction", 0))


def scaling_in(typed: Typed, number: int) -> Scaling:
    found = typed.scalings[number]
    assert found is not None, "a map has a scale"
    return found


def ends_of(scaling: Scaling, function: int) -> tuple[int, int]:
    zero = scaling.zero_point
    low = zero if function in (RELU, RELU6) else LOWEST
    six = zero + math.floor(6.0 / float(scaling.scales[0]) + 0.5)
    return max(low, LOWEST), min(six if function == RELU6 else HIGHEST, HIGHEST)
