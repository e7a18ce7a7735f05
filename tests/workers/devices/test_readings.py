"""What a driver's own tool says of a card, read from a stand-in of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from workers.devices import fitting_trials, memory_cap, others_share, share_of, utilisation
from workers.devices import readings as module

GIB = 2**30


def tool(folder: Path, name: str, script: str) -> Path:
    """An executable on its own path that notes how it was called."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$@" >> "{folder}/calls"\n{script}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("script", "share"),
    [
        ("echo 37", 0.37),
        ("echo 0; echo 100", 0.0),  # of several cards the first
        ("echo '[N/A]'", None),  # a part of a card
        ("echo 'No devices were found'; exit 6", None),
        ("echo 37; exit 1", None),
        ("true", None),
    ],
)
def test_how_busy_a_card_is(
    script: str, share: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, "nvidia-smi", script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1")
    assert utilisation() == share
    (called,) = (tmp_path / "calls").read_text().splitlines()
    assert called.endswith("--id=3") and "utilization.gpu" in called


def test_a_process_that_works_on_a_card_asks_for_that_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CUDA counts cards from the fastest on, the tool by their places."""
    tool(tmp_path, "nvidia-smi", "echo 37")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    card = SimpleNamespace(uuid="4f2e8f1c-0e3b-7a51-9d7b-2f1f5c1f8a11")
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    assert utilisation() == 0.37
    (called,) = (tmp_path / "calls").read_text().splitlines()
    assert called.endswith("--id=GPU-4f2e8f1c-0e3b-7a51-9d7b-2f1f5c1f8a11")


def test_without_the_tool_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert utilisation() is None


def test_others_are_looked_for_while_this_process_keeps_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tool tells the mean of a second: what we did before it must have left that."""
    order: list[str] = []
    monkeypatch.setattr(module.time, "sleep", lambda s: order.append(f"still for {s}"))
    monkeypatch.setattr(module, "utilisation", lambda: order.append("look") or 0.25)
    assert others_share() == 0.25
    assert order == ["still for 1.2", "look"]


@pytest.mark.parametrize(
    ("share", "gib", "cap"),
    [(1, 24, 1.0), (2, 24, 1.0), (0.5, 24, 0.5 - 0.5 / 24), (0.05, 80, 0.05 - 0.5 / 80)],
)
def test_what_a_process_may_keep(share: float, gib: int, cap: float) -> None:
    assert memory_cap(share, gib * GIB) == pytest.approx(cap)


@pytest.mark.parametrize("number", range(1, 101))
def test_parts_of_a_card_add_up_to_no_more_than_a_card(number: int) -> None:
    """As Ray counts, in ten-thousandths."""
    assert round(10_000 * share_of(number)) * number <= 10_000
    assert share_of(number) >= 0.0099


@pytest.mark.parametrize(
    ("peak_gib", "busy", "most", "overlaps", "number"),
    [
        (1.5, 1.0, 16, False, 1),  # busy all the time: a second one would only wait
        (1.5, 0.34, 16, False, 3),
        (1.5, 0.1, 16, False, 10),
        (1.5, 0.1, 4, False, 4),  # four processors
        (1.5, 0.0, 99, False, 10),  # of 24 GiB: a fifth more than 1.5, and half a one of its own
        (1.5, None, 99, False, 10),  # nobody tells: by memory alone
        (1.5, 1.0, 16, True, 2),  # side by side
        (1.5, 0.3, 16, True, 7),
        (30.0, 0.1, 16, True, 1),  # at least one, whatever it takes
        (0.1, 0.0, 99, True, 16),
    ],
)
def test_how_many_trials_share_a_card(
    peak_gib: float, busy: float | None, most: int, overlaps: bool, number: int
) -> None:
    peak = int(peak_gib * GIB)
    assert fitting_trials(peak, 24 * GIB, busy, most, overlaps=overlaps) == number
