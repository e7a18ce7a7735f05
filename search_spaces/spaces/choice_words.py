"""An architecture's choices on one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from search_spaces.registry import Value
from search_spaces.spaces.space_spec import DenseHead, SpaceSpec, StageSpec

Values = Mapping[str, Value]

_SHORT = {"kernel_size": "k", "dilation": "d", "groups": "g", "squeeze_ratio": "s"}
"""One letter for the choices that every reader knows."""


def in_words(spec: SpaceSpec, values: Values, full: Values) -> str:
    """An architecture's open choices, for example `width 0.5; 2 separable k5`.

    Args:
        values: Of the open choices.
        full: Of all.
    """
    words = {"width_mult": "width", "resolution_mult": "resolution", "activation": ""}
    spoken = [f"{word} {full[name]}".strip() for name, word in words.items() if name in values]
    parts = [_stage(f"stage{number}", stage, full) for number, stage in enumerate(spec.stages, 1)]
    parts += [_head(head, full) for head in spec.heads if head.name == full["head.kind"]]
    if "output_stride" in values:
        parts[-1] += f" /{values['output_stride']}"
    return "; ".join([", ".join(spoken), *parts] if spoken else parts)


def _stage(name: str, stage: StageSpec, full: Values) -> str:
    block = next(block for block in stage.block if block.name == full[f"{name}.block"])
    words = [str(full[f"{name}.num_blocks"]), block.name]
    if len(stage.out_channels) > 1:
        words.append(f"c{full[f'{name}.out_channels']}")
    if len(stage.stride) > 1:
        words.append(f"/{full[f'{name}.stride']}")
    return " ".join([*words, *_open(f"{name}.{block.name}", block.choices, full)])


def _head(head: DenseHead, full: Values) -> str:
    name = f"head.{head.name}"
    words = [head.name, *_open(name, head.choices, full)]
    for block in head.blocks:
        if block.name == full[f"{name}.block"]:
            words += [block.name, *_open(f"{name}.{block.name}", block.choices, full)]
    return " ".join(words)


def _open(prefix: str, choices: Mapping[str, tuple[Value, ...]], full: Values) -> Iterator[str]:
    """The open ones of some choices."""
    for choice, allowed in choices.items():
        if len(allowed) > 1:
            value, short = full[f"{prefix}.{choice}"], _SHORT.get(choice)
            yield f"{short}{value}" if short else f"{choice}={value}"
