"""Who proposes the next architecture."""

from nas.samplers.registry import SAMPLERS

__all__ = ["SAMPLERS"]
