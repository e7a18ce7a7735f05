"""What a network in eight bit integers takes of a device, known before its training."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

from search_spaces.errors import SearchError
from search_spaces.graphs.network import Network
from search_spaces.tflite.arena import arena
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.program import Program
from search_spaces.tflite.quantisation import blank_program


def ram_bytes(network: Network) -> int:
    """Bytes of the arena that TensorFlow Lite Micro needs, see `Arena`.

    Raises:
        GraphError: TensorFlow Lite has no counterpart of a layer.
    """
    return arena(_program(network)).total


def flash_bytes(network: Network) -> int:
    """Bytes of the file, which is as large whatever the weights are.

    Raises:
        GraphError: TensorFlow Lite has no counterpart of a layer.
        SearchError: A package that files are written with is not installed.
    """
    for package in ("tflite", "flatbuffers"):
        if find_spec(package) is None:
            rule = f"`flash_bytes` needs the package {package}, which is not installed"
            raise SearchError(f"{rule}: pip install 'conv-nas[tflite]'")
    from search_spaces.tflite.file_size import file_bytes

    return file_bytes(blank_program(_program(network)))


# Both are mostly asked of the same network, one after the other.
@lru_cache(maxsize=16)
def _program(network: Network) -> Program:
    return lowered(network)
