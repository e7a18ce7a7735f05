"""Devices that train and are measured: whether the wanted one is there, its clock, its memory.

A device goes by PyTorch's name: `cpu`, or `cuda` for the first GPU that this process sees, AMD's
included. Needs neither Ray nor, before a GPU is asked for, PyTorch.
"""

from workers.devices.mps import mps
from workers.devices.presence import missing, missing_in_build, require_device, synchronise
from workers.devices.readings import card_name, others_share, utilisation
from workers.devices.sharing import (
    cap_memory,
    fitting_trials,
    memory_cap,
    processes_for,
    share_of,
    trials_per_gpu,
)

__all__ = [
    "cap_memory",
    "card_name",
    "fitting_trials",
    "memory_cap",
    "missing",
    "missing_in_build",
    "mps",
    "others_share",
    "processes_for",
    "require_device",
    "share_of",
    "synchronise",
    "trials_per_gpu",
    "utilisation",
]
