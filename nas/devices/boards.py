"""The boards that we know, each with its source."""

from __future__ import annotations

from typing import NamedTuple

_KIB, _MIB = 1 << 10, 1 << 20


class Board(NamedTuple):
    """What a board has.

    Attributes:
        ram: Bytes of memory that one piece of the program may take.
        flash: Bytes of read-only memory.
        chip: What is on it.
        source: Where the figures are from.
    """

    ram: int
    flash: int
    chip: str
    source: str


BOARDS: dict[str, Board] = {
    "arduino_nano_33_ble_sense": Board(
        256 * _KIB, _MIB, "nRF52840", "Nordic, nRF52840 product specification"
    ),
    "nrf52840_dk": Board(256 * _KIB, _MIB, "nRF52840", "Nordic, nRF52840 product specification"),
    "raspberry_pi_pico": Board(
        264 * _KIB, 2 * _MIB, "RP2040", "Raspberry Pi, Pico datasheet and RP2040 datasheet"
    ),
    "raspberry_pi_pico_2": Board(
        520 * _KIB, 4 * _MIB, "RP2350", "Raspberry Pi, Pico 2 datasheet and RP2350 datasheet"
    ),
    "stm32f746g_disco": Board(
        320 * _KIB, _MIB, "STM32F746NG", "STMicroelectronics, STM32F746xx datasheet (system SRAM)"
    ),
}
"""By the name that an experiment file gives."""
