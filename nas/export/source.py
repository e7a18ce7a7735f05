"""A network as one readable Python file that imports torch alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nas.export.classes import BlockClasses
from nas.export.feeding_code import constants, preprocess
from nas.export.layout import docstring
from nas.export.network_class import network_class
from nas.export.self_check import self_check
from search_spaces.input_format import InputFormat
from search_spaces.network import Network


def network_source(
    network: Network,
    facts: Mapping[str, object],
    title: str = "A convolutional network.",
    *,
    input_format: InputFormat | None = None,
    class_names: Sequence[str] | None = None,
    has_images: bool = False,
) -> str:
    """The source of one file: a class for each distinct kind of block, and the network.

    Args:
        facts: Provenance for the header, by name; any text is safe there.
        title: First line of the header.
        input_format: What `preprocess` does; None leaves it out.
        class_names: By label; None where they are not known.
        has_images: Whether weights and labelled images lie beside the file, to check it with.
    """
    classes = BlockClasses(network)
    header = docstring(0, [[title], *([[f"{k}: {v}" for k, v in facts.items()]] if facts else [])])
    parts = [
        *classes.functions(),
        *classes.sources(),
        network_class(network, classes),
        *([preprocess(input_format)] if input_format else []),
        self_check(network, has_preprocess=input_format is not None, has_images=has_images),
    ]
    code = "\n\n\n".join(parts)
    functional = "import torch.nn.functional as F\n" if re.search(r"\bF\.", code) else ""
    imports = f"import torch\n{functional}from torch import Tensor, nn"
    top = "\n".join(header)
    shape = f"IN_SHAPE = {network.in_shape}"  # of one image; `nas train` reads it
    known = "\n".join([shape, *constants(input_format, class_names)])
    return f"{top}\n\n{imports}\n\n{known}\n\n\n{code}\n"
