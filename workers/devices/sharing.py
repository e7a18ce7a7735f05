"""A card that several trainings share: how many fit, and what each may keep of its memory."""

from __future__ import annotations

from math import ceil

from search_spaces.errors import DeviceError

CONTEXT_BYTES = 512 * 2**20
"""What a process takes of a card beside its tensors: kernels, libraries and their handles."""

MAX_PER_GPU = 16
"""Beyond so many processes a card gains little, and each keeps its copy of the images."""

HEADROOM = 1.2
"""Of memory, over what was measured: a network that is larger still may come."""

OVERLAP = 2
"""With MPS kernels of two processes run side by side, where they would take turns."""


def trials_per_gpu(share: float) -> int:
    """How many trials with a part of a GPU, below 1, one card holds; 0.3 is three of them."""
    # In the ten-thousandths that Ray counts in: 1 / 0.1 and such have no last digit.
    return 10_000 // max(1, round(10_000 * share))


def share_of(num_trials: int) -> float:
    """The part of a GPU of one of so many trials, as Ray counts it; all of them fit."""
    return 1.0 if num_trials == 1 else (10_000 // num_trials) / 10_000


def memory_cap(share: float, total_bytes: int) -> float:
    """The part of a card's memory that a process may keep in tensors.

    Cards are shared alike: what `share` leaves over is divided among the trials as well.

    Args:
        share: `workers.gpus_per_trial`, above 0; from 1 on all is the process's own.

    Raises:
        DeviceError: Nothing would be left beside what each process needs for itself.
    """
    if share >= 1:
        return 1.0
    num_trials = trials_per_gpu(share)
    cap = 1 / num_trials - CONTEXT_BYTES / total_bytes
    if cap <= 0:
        gib = total_bytes / 2**30
        rule = f"{num_trials} trials on a GPU of {gib:.0f} GiB leave none of them any memory"
        raise DeviceError(f"{rule}; raise `workers.gpus_per_trial`")
    return cap


def cap_memory(share: float) -> None:
    """Keeps this process to its part of the first GPU: beyond it PyTorch is out of memory.

    Raises:
        DeviceError: The part is too small for anything.
    """
    import torch

    if 0 < share < 1:
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(memory_cap(share, total))


def processes_for(num_gpus: int, batch_size: int) -> int:
    """The most processes, one a GPU, that share a batch evenly."""
    return max(n for n in range(1, max(1, num_gpus) + 1) if batch_size % n == 0)


def fitting_trials(
    peak_bytes: int, total_bytes: int, busy: float | None, most: int, *, overlaps: bool
) -> int:
    """How many trials like a measured one share a card; at least one.

    As many as its memory holds, with some to spare, and no more than keep it busy: a trial that
    leaves it idle for two thirds of the time has room for two more beside it.

    Args:
        peak_bytes: Of the trial's tensors.
        busy: Share of the trial's time in which the card did anything; None where unknown, when
            memory alone decides.
        most: What else limits the number, as processors do.
        overlaps: Whether kernels of several processes run side by side.
    """
    by_memory = int(total_bytes / (HEADROOM * peak_bytes + CONTEXT_BYTES))
    by_time = MAX_PER_GPU
    if busy is not None:
        by_time = ceil((OVERLAP if overlaps else 1) / max(busy, 1 / MAX_PER_GPU))
    return max(1, min(by_memory, by_time, most, MAX_PER_GPU))
