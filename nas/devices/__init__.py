"""Boards that networks may have to fit.

Bytes are those of the chip, or of the board where flash is a chip of its own; what the rest of a
program needs is taken away from them, see `device:` in the experiment file.
"""

from nas.devices.boards import BOARDS, Board

__all__ = ["BOARDS", "Board"]
