"""What the `space:` section of an experiment file may say, as typed objects.

A scalar is fixed, a list is a choice. Every block that is registered can be named, with the choices
that its function declares.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from search_spaces.graphs.primitives import Shape
from search_spaces.registry import KernelSize, Value, block_types, head_types

T = TypeVar("T")


@dataclass(frozen=True)
class UnknownKey:
    """Stands for the value of a key that a section does not have, so that all of them are told.

    Attributes:
        rule: What is wrong with it.
        near: The key that may be meant.
    """

    rule: str
    near: str | None


class Spec(BaseModel):
    """Base of all sections: unknown keys and loose types are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    other_names: ClassVar[tuple[str, ...]] = ()
    """What keys may be called for short, which a section reads before this."""

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not _is_mapping(data):
            return data
        keys = list(cls.model_fields)
        told = [*keys, *cls.other_names]
        return {key: data[key] if key in keys else _unknown(key, told) for key in data}


def _unknown(key: object, allowed: list[str]) -> UnknownKey:
    near = next(iter(difflib.get_close_matches(str(key), allowed, 1)), None)
    hint = f"; did you mean `{near}`?" if near else ""
    return UnknownKey(f"is not a known key{hint} (allowed: {', '.join(allowed) or 'none'})", near)


def _is_mapping(data: Any) -> bool:
    return isinstance(data, Mapping)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise PydanticCustomError("listed_twice", "lists a value twice")
    return values


Several = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), AfterValidator(_distinct)]
"""A scalar or a list of distinct values, which may be empty; always read as a tuple."""

OneOrMore = Annotated[Several[T], Field(min_length=1)]
"""As `Several`, and not empty."""

Channels = Annotated[int, Field(ge=1, le=65536)]
Stride = Annotated[int, Field(ge=1, le=8)]
Multiplier = Annotated[float, Field(gt=0, le=16)]
ActivationName = Literal["relu", "relu6", "silu", "hard_swish"]


@dataclass(frozen=True)
class BlockSpec:
    """One block type of a stage and what may be chosen within it.

    Attributes:
        name: Name of a registered block.
        choices: For each of its choices the values to search over, in the order of the block.
    """

    name: str
    choices: dict[str, tuple[Value, ...]]


@lru_cache(maxsize=256)
def _entry_model(name: str) -> type[BaseModel]:
    """The model of `{name: {choice: values}}`, made from the block's own annotations.

    A default is checked as what is given is: 4 for a ratio is 4.0, said or not.
    """
    block = block_types()[name]
    fields = _choice_fields(block.annotations, block.defaults)
    options = create_model(f"{name}_choices", __base__=Spec, **fields)
    entry_fields: dict[str, Any] = {name: (options, options())}
    return create_model(f"{name}_entry", __base__=Spec, **entry_fields)


def _choice_fields(annotations: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        choice: (
            OneOrMore[annotation],  # type: ignore[valid-type]
            Field(default=(defaults[choice],), validate_default=True),
        )
        for choice, annotation in annotations.items()
    }


def _named(value: Any, kind: str, known: Mapping[str, object]) -> tuple[str, Any]:
    """The one name of an entry, and the choices behind it."""
    entry = {value: {}} if isinstance(value, str) else value
    if not isinstance(entry, Mapping) or len(entry) != 1:
        rule = f"must be a {kind} name, or one {kind} name with its choices"
        raise PydanticCustomError("entry", "{rule}", {"rule": rule})
    (name, options) = next(iter(entry.items()))
    if name not in known:
        near = difflib.get_close_matches(str(name), known, 1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        rule = f"is not a known {kind}{hint} (there are {', '.join(known)})"
        # As a value: within a template, braces of its own would be read.
        raise PydanticCustomError("unknown_key", "{rule}", {"rule": rule, "key": str(name)})
    # `fire:` with nothing behind it is None in YAML.
    return str(name), {} if options is None else options


def _read_block(value: Any) -> BlockSpec:
    if isinstance(value, BlockSpec):
        return value
    name, options = _named(value, "block", block_types())
    checked = _entry_model(name).model_validate({name: options})
    return BlockSpec(name, dict(getattr(checked, name)))


def _write_block(block: BlockSpec) -> dict[str, dict[str, tuple[Value, ...]]]:
    return {block.name: block.choices}


def _distinct_blocks(blocks: tuple[BlockSpec, ...]) -> tuple[BlockSpec, ...]:
    names = [block.name for block in blocks]
    if len(set(names)) < len(names):
        rule = "names a block twice; list its values in one entry"
        raise PydanticCustomError("block_twice", rule)
    return blocks


Blocks = Annotated[
    tuple[Annotated[BlockSpec, PlainValidator(_read_block), PlainSerializer(_write_block)], ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
    AfterValidator(_distinct_blocks),
]


Side = Annotated[int, Field(ge=1, le=8192)]


def _read_sides(value: Any) -> int | tuple[int, int]:
    """The side of a square, or height and width."""
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise PydanticCustomError("sides", "must be a side, or height and width")
        height, width = TypeAdapter(tuple[Side, Side]).validate_python(tuple(value), strict=True)
        return (height, width)
    return TypeAdapter(Side).validate_python(value, strict=True)


class InputSpec(Spec):
    """The images that a space is made for, where that is not to be read off the data set.

    With it a space can be checked and described before its data set is there. A search still takes
    both, and they must agree.

    Attributes:
        resolution: The side of a square, or height and width.
    """

    channels: Annotated[int, Field(ge=1, le=1024)] = 3
    resolution: Annotated[
        int | tuple[int, int], PlainValidator(_read_sides), PlainSerializer(lambda sides: sides)
    ]
    num_classes: Annotated[int, Field(ge=2, le=1_000_000)]

    @property
    def in_shape(self) -> Shape:
        """`(channels, height, width)` of one image."""
        sides = self.resolution
        return (self.channels, *(sides if isinstance(sides, tuple) else (sides, sides)))


class StemSpec(Spec):
    """The first convolutions.

    Attributes:
        stride: Of the first of them.
        num_convs: How many stand in a row; all but the last have half the channels (three 3x3 in
            place of one 7x7, arXiv:1812.01187).
        pool: Whether 3x3 max pooling with stride 2 follows, as in the networks for 224 pixels.
    """

    out_channels: OneOrMore[Channels] = (16,)
    kernel_size: OneOrMore[KernelSize] = (3,)
    stride: OneOrMore[Stride] = (1,)
    num_convs: OneOrMore[Annotated[int, Field(ge=1, le=4)]] = (1,)
    pool: OneOrMore[bool] = (False,)


class StageSpec(Spec):
    """Blocks in a row at one resolution; the first one has the stride."""

    out_channels: OneOrMore[Channels]
    num_blocks: OneOrMore[Annotated[int, Field(ge=1, le=64)]] = (1,)
    stride: OneOrMore[Stride] = (1,)
    block: Blocks


class HeadSpec(Spec):
    """Global average pooling and the classifier.

    Attributes:
        conv_channels: Output channels of a 1x1 convolution before the pooling; 0 leaves it out.
        dropout: Probability of dropout before the classifier.
    """

    conv_channels: OneOrMore[Annotated[int, Field(ge=0, le=65536)]] = (0,)
    dropout: OneOrMore[Annotated[float, Field(ge=0, lt=1)]] = (0.0,)


OutputStride = Literal[4, 8, 16, 32, 64]


@dataclass(frozen=True)
class DenseHead:
    """One head that makes a class of each pixel, and what may be chosen within it.

    Attributes:
        name: Name of a registered head.
        choices: For each of its own choices the values to search over, in the order of the head.
        blocks: What it may be made of; empty where it is of layers of its own.
    """

    name: str
    choices: dict[str, tuple[Value, ...]]
    blocks: tuple[BlockSpec, ...]


@lru_cache(maxsize=64)
def _head_model(name: str) -> type[BaseModel]:
    head = head_types()[name]
    fields = _choice_fields(head.annotations, head.defaults)
    if head.takes_blocks:
        fields["block"] = (
            Blocks,
            Field(default=(head.defaults["block"].name,), validate_default=True),
        )
    options = create_model(f"{name}_choices", __base__=Spec, **fields)
    entry_fields: dict[str, Any] = {name: (options, options())}
    return create_model(f"{name}_entry", __base__=Spec, **entry_fields)


def _read_heads(value: Any) -> HeadSpec | tuple[DenseHead, ...]:
    """A classifier is a mapping of its keys; a head, or a list of heads, is named as blocks are."""
    if isinstance(value, HeadSpec):
        return value
    named = isinstance(value, str) or (isinstance(value, Mapping) and {*value} & {*head_types()})
    if not named and not isinstance(value, list | tuple):
        return HeadSpec.model_validate({} if value is None else value)
    heads = TypeAdapter(Heads).validate_python(value)
    if len({head.name for head in heads}) < len(heads):
        raise PydanticCustomError("block_twice", "names a head twice; list its values in one entry")
    return heads


def _read_head(value: Any) -> DenseHead:
    if isinstance(value, DenseHead):
        return value
    name, options = _named(value, "head", head_types())
    checked = getattr(_head_model(name).model_validate({name: options}), name)
    found = dict(checked)
    blocks = found.pop("block", ())
    return DenseHead(name, found, blocks)


def _write_head(head: DenseHead) -> dict[str, dict[str, Any]]:
    blocks = {"block": tuple(map(_write_block, head.blocks))} if head.blocks else {}
    return {head.name: {**head.choices, **blocks}}


Heads = Annotated[
    tuple[Annotated[DenseHead, PlainValidator(_read_head), PlainSerializer(_write_head)], ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
]
Head = Annotated[HeadSpec | Heads, BeforeValidator(_read_heads)]


class SpaceSpec(Spec):
    """The whole `space:` section.

    Attributes:
        output_stride: By how much the last map of a network that makes a class of each pixel is
            smaller than its images, at most: later strides become dilations (arXiv:1606.00915).
        head: The classifier, or the heads that make a class of each pixel.
        width_mult: MobileNet's alpha: scales the channels of stem and stages, which are then
            rounded to a multiple of `channel_multiple`.
        resolution_mult: MobileNet's rho: scales height and width of the input.
    """

    input: InputSpec | None = None
    stem: StemSpec = StemSpec()
    width_mult: OneOrMore[Multiplier] = (1.0,)
    resolution_mult: OneOrMore[Multiplier] = (1.0,)
    activation: OneOrMore[ActivationName] = ("relu",)
    channel_multiple: Annotated[int, Field(ge=1, le=256)] = 8
    stages: Annotated[
        tuple[StageSpec, ...], BeforeValidator(_as_tuple), Field(min_length=1, max_length=32)
    ]
    output_stride: OneOrMore[OutputStride] | None = None
    head: Head = HeadSpec()

    @property
    def heads(self) -> tuple[DenseHead, ...]:
        """The heads that make a class of each pixel; none where images are classified."""
        return self.head if isinstance(self.head, tuple) else ()

    @model_validator(mode="after")
    def _strides_are_of_dense_heads(self) -> SpaceSpec:
        if self.output_stride is not None and not self.heads:
            rule = "is for a `head` that makes a class of each pixel (there are {heads})"
            names = ", ".join(head_types())
            raise PydanticCustomError(
                "output_stride", rule, {"heads": names, "key": "output_stride"}
            )
        return self
