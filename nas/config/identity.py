"""What must not change within a study, as values that keys of later versions leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any

from pydantic import BaseModel

from search_spaces.registry import block_types
from search_spaces.spaces.space_spec import BlockSpec

IDENTITY = ("dataset", "space", "objectives", "fidelity", "evaluator", "proxy", "seed")
"""The keys whose values must not change within a study."""


def _keys(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split())


_BLOCKS = {
    "asymmetric": _keys("kernel_size dilation groups residual"),
    "bottleneck": _keys("kernel_size dilation groups squeeze_ratio residual stride_in_1x1"),
    "dense": _keys("growth_rate num_layers kernel_size dilation groups expand_ratio"),
    "depthwise": _keys("kernel_size dilation residual"),
    "fire": _keys("squeeze_ratio wide_share kernel_size dilation groups bypass norm"),
    "grouped": _keys("kernel_size dilation groups residual"),
    "inception": _keys("kernel_size wide_kernel_size dilation groups squeeze_ratio"),
    "inception_factorised": _keys("kernel_size dilation groups squeeze_ratio factorisation"),
    "inverted_residual": _keys("kernel_size dilation expand_ratio residual"),
    "pointwise": _keys("groups residual"),
    "residual_basic": _keys("kernel_size dilation groups residual"),
    "resnext": _keys("kernel_size dilation groups group_width residual"),
    "separable": _keys("kernel_size dilation residual"),
    "shuffle": _keys("kernel_size dilation groups residual"),
    "shuffle_unit": _keys("kernel_size dilation groups squeeze_ratio group_first"),
    "standard": _keys("kernel_size dilation groups residual"),
    "xception": _keys("num_convs kernel_size dilation residual grow_first pre_activation"),
}

FIRST: dict[str, Any] = {
    "dataset": _keys("name variant size channels flip train_size validation_size seed"),
    "space": {
        **_keys("width_mult resolution_mult activation channel_multiple"),
        "input": _keys("channels resolution num_classes"),
        "stem": _keys("out_channels kernel_size stride num_convs pool"),
        "stages": {**_keys("out_channels num_blocks stride"), "block": _BLOCKS},
        "head": _keys("conv_channels dropout"),
    },
    "objectives": None,
    "fidelity": _keys("scheduler max_epochs min_epochs reduction_factor num_brackets"),
    "evaluator": None,
    "proxy": {
        **_keys("batch_size learning_rate schedule warmup_epochs momentum weight_decay"),
        **_keys("label_smoothing averaging execution"),
        "augmentation": _keys("flip crop cutout mixup"),
    },
    "seed": None,
}
"""The keys of the first digests, whose values are in every digest. Nothing is ever added here.

A key that came later counts where it differs from its default alone, which therefore has to mean
what there was before it. The first ones count always: by what differs from defaults alone, two
searches would be one as soon as a default changed between them.
"""


def identity_values(experiment: BaseModel, known: Mapping[str, Any] = FIRST) -> dict[str, Any]:
    """The values of an experiment by which a study is told from others.

    Where the data lie may change; that they are the same ones, their fingerprint tells.

    Args:
        known: The keys that count whatever their values are: the first ones for a digest, those
            that it has for a study that goes on.
    """
    values = lasting(experiment, known)
    values["dataset"].pop("root", None)
    return {name: value for name, value in values.items() if name in IDENTITY}


def lasting(section: BaseModel, known: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON values of the known keys of a section, and of others that differ from a default."""
    kept = {}
    for name, written in section.model_dump(mode="json").items():
        value = getattr(section, name)
        if name in known or value != _default(section, name):
            kept[name] = _lasting(value, written, known.get(name))
    return kept


def _lasting(value: Any, written: Any, known: Any) -> Any:
    """Of one value; known are the keys in it, or those of each of its parts, or a list of such."""
    if isinstance(value, BaseModel):
        return lasting(value, known or {})
    if isinstance(value, BlockSpec):
        return _of_block(value, written, known or {})
    if isinstance(value, tuple):
        each = chain(known, repeat(None)) if isinstance(known, list) else repeat(known)
        # Not strict: what is known of every part is repeated without end.
        return [_lasting(*part) for part in zip(value, written, each, strict=False)]
    return written


def _of_block(block: BlockSpec, written: dict[str, Any], known: Mapping[str, Any]) -> Any:
    """A user's own block has no list of first choices: all count that nobody knows better."""
    choices, defaults = known.get(block.name), block_types()[block.name].defaults
    if choices is None:
        return written
    kept = {
        name: values
        for name, values in written[block.name].items()
        if name in choices or block.choices[name] != (defaults[name],)
    }
    return {block.name: kept}


def _default(section: BaseModel, name: str) -> Any:
    field = type(section).model_fields[name]
    # Some defaults follow other values, as the learning rate does the batch.
    return field.get_default(call_default_factory=True, validated_data=dict(section))
