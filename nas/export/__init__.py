"""The network as code that needs PyTorch alone."""

from nas.export.code import network_source
from nas.export.export import Exported, export_trial, load_weights, prove

__all__ = ["Exported", "export_trial", "load_weights", "network_source", "prove"]
