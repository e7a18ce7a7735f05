"""Functions of one eight bit integer as the runtimes work them out: a value for each of the 256."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from search_spaces.tflite.quantisation import HIGHEST, LOWEST, Scaling

Integers = NDArray[np.int64]

_INPUTS = np.arange(LOWEST, HIGHEST + 1)
_LEAST, _MOST = -(2**15), 2**15 - 1
_HIRES_BITS = 7
"""By so much hard swish moves its input up: the distance to a zero point takes nine bits of 16."""


def logistic_table(given: Scaling, asked: Scaling) -> Integers:
    """`1 / (1 + exp(-x))`; the runtimes calculate it in 31 bits, which are rounded alike."""
    numbers = (_INPUTS - given.zero_point) * float(given.scales[0])
    steps = 1 / (1 + np.exp(-numbers)) / float(asked.scales[0])
    return _cut(np.floor(steps + 0.5).astype(np.int64) + asked.zero_point)


def hard_swish_table(given: Scaling, asked: Scaling) -> Integers:
    """`x * relu6(x + 3) / 6`, in fixed point of 16 bits, rounded at each of its steps."""
    hires = (_INPUTS - given.zero_point) << _HIRES_BITS
    hires_scale = float(given.scales[0]) / 2**_HIRES_BITS
    mantissa, shift = _short_multiplier(hires_scale / float(asked.scales[0]))
    unscaled = _rounding_product(hires, mantissa)
    mantissa, bits = _short_multiplier(hires_scale / (3 / 2**15))
    gate = hires
    if bits > 0:
        gate = _saturated(gate << (bits - 1))
    gate = _rounding_product(gate, mantissa)
    # Its last bit comes behind the product, so that nothing is cut off before that must not be.
    gate = _saturated(gate << 1) if bits > 0 else _rounded_shift(gate, -bits)
    gate = (gate + 2**15) >> 1
    product = gate * unscaled
    # Cut off towards zero: so the bias of the gate, which is a little below, is made good.
    high = np.sign(product) * (np.abs(product) >> 15)
    return _cut(_rounded_shift(high, -shift) + asked.zero_point)


def _short_multiplier(factor: float) -> tuple[int, int]:
    """A factor as `mantissa / 2**15 * 2**shift`, shortened from 31 bits as the runtimes do."""
    fraction, shift = math.frexp(factor)
    long = round(fraction * 2**31)
    if long == 2**31:
        long, shift = long // 2, shift + 1
    return min((long + 2**15) >> 16, _MOST), shift


def _rounding_product(values: Integers, mantissa: int) -> Integers:
    return (values * mantissa + 2**14) >> 15


def _rounded_shift(values: Integers, bits: int) -> Integers:
    """Halves away from zero; to the left where there are less than no bits."""
    if bits <= 0:
        return values << -bits
    half = 1 << (bits - 1)
    return (values + half - (values < 0)) >> bits


def _saturated(values: Integers) -> Integers:
    return np.clip(values, _LEAST, _MOST)


def _cut(values: Integers) -> Integers:
    return np.clip(values, LOWEST, HIGHEST)
