"""Channel counts for a width multiplier."""


def scale_channels(out_channels: int, width_mult: float, multiple: int) -> int:
    """Channels times `width_mult`, rounded to the nearest `multiple` but never below nine tenths.

    A multiplier of 1 changes nothing (MobileNet v2, arXiv:1801.04381, and its code).
    """
    if width_mult == 1:
        return out_channels
    exact = out_channels * width_mult
    rounded = max(multiple, int(exact + multiple / 2) // multiple * multiple)
    return rounded if rounded >= 0.9 * exact else rounded + multiple
