"""The network as code that needs PyTorch alone."""

from nas.export.code import network_source
from nas.export.export import Exported, export_trial, prove

__all__ = ["Exported", "export_trial", "network_source", "prove"]
