"""What a network in eight bit integers takes of a device, known before its training."""

from __future__ import annotations

from collections import OrderedDict
from importlib.util import find_spec

from search_spaces.errors import SearchError
from search_spaces.graphs.network import Network
from search_spaces.tflite.arena import arena
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.quantisation import blank_program

_MOST_KNOWN = 4096
_FLASH: OrderedDict[str, int] = OrderedDict()


def ram_bytes(network: Network) -> int:
    """Bytes of the arena that TensorFlow Lite Micro needs, see `Arena`.

    Raises:
        GraphError: TensorFlow Lite has no counterpart of a layer.
    """
    return arena(lowered(network)).total


def flash_bytes(network: Network) -> int:
    """Bytes of the file, which is as large whatever the weights are.

    Raises:
        GraphError: TensorFlow Lite has no counterpart of a layer.
        SearchError: A package that files are written with is not installed.
    """
    # A file takes many times as long as all other costs of a network together.
    if network.id not in _FLASH:
        if len(_FLASH) >= _MOST_KNOWN:
            _FLASH.popitem(last=False)
        _FLASH[network.id] = _file_bytes(network)
    return _FLASH[network.id]


def _file_bytes(network: Network) -> int:
    for package in ("tflite", "flatbuffers"):
        if find_spec(package) is None:
            rule = f"`flash_bytes` needs the package {package}, which is not installed"
            raise SearchError(f"{rule}: pip install 'conv-nas[tflite]'")
    from search_spaces.tflite.model_file import model_bytes

    return len(model_bytes(blank_program(lowered(network))))
