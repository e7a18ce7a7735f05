"""The section `proxy`: the recipe of the short training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from nas.config.values import MAX_INT, Positive
from search_spaces.measures import QUALITIES, int8_of
from search_spaces.spaces.space_spec import Spec

DEFAULT_BATCH_SIZE = 32
DEFAULT_LEARNING_RATE = 0.1
# Averaged weights tell the end earlier: accuracy .60 after 2 of 6 epochs, raw ones .40, both .84
# at the end (benchmarks/results/rung_order.md).
DEFAULT_AVERAGING = 0.98
"""The defaults at the default batch; at another one they follow it."""

Pixels = Annotated[int, Field(ge=0, le=1024)]
Scale = Annotated[float, Field(ge=0, le=3)]


AUTO = "auto"

MOST_AT_ONCE = 512
"""Images in a step on a GPU at most; with more of them short trainings have too few steps."""

LEAST_STEPS = 50
"""Steps of an epoch, at least, for which the batch of a GPU becomes smaller."""

MOST_PIXELS = 2**23
"""Of a step's images together: 512 of 32 x 32 are far below it, 128 of 224 x 224 just so."""


def gpu_batch_size(num_images: int, num_pixels: int) -> int:
    """Images in a step on a GPU: a power of two, as many as leave an epoch enough steps.

    The default of a CPU where a data set is too small for more.

    Args:
        num_images: To train on.
        num_pixels: Of one image, height times width.
    """
    fitting = min(MOST_AT_ONCE, num_images // LEAST_STEPS, MOST_PIXELS // num_pixels)
    return max(DEFAULT_BATCH_SIZE, 1 << max(0, fitting.bit_length() - 1))


def _batch_size(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if value != AUTO and not (is_number and 1 <= value <= MAX_INT):
        rule = f"must be a whole number from 1 to {MAX_INT}, or {AUTO}"
        raise PydanticCustomError("batch_size", "{rule}", {"rule": rule})
    return value


def _relative_batch(known: dict[str, Any]) -> float:
    given = known.get("batch_size", DEFAULT_BATCH_SIZE)
    # What follows `auto` is worked out again once that is a number.
    return 1.0 if given == AUTO else float(given) / DEFAULT_BATCH_SIZE


def _learning_rate(known: dict[str, Any]) -> float:
    """In proportion to the batch (arXiv:1706.02677, section 2.1)."""
    return DEFAULT_LEARNING_RATE * _relative_batch(known)


def _averaging(known: dict[str, Any]) -> float:
    """The same average over images, whatever the batch (arXiv:2307.13813, definition 1.2)."""
    return float(DEFAULT_AVERAGING ** _relative_batch(known))


class AugmentationSpec(Spec):
    """How training images are changed; sizes in pixels of the data set's images.

    Attributes:
        flip: Mirror half of them, where the data set says that a mirrored image keeps its label.
        crop: Shift by up to so many pixels in each direction; the mean comes in at the border.
        cutout: Side of a square that is set to the mean.
        mixup: Both parameters of the beta distribution that shares are drawn from; 0 mixes none.
            Not for segmentation.
        scale: Enlarge or shrink by a factor from 1 / (1 + scale) to 1 + scale, drawn evenly in its
            logarithm; to the nearest pixel, about the centre.
    """

    flip: bool = True
    crop: Pixels = 0
    cutout: Pixels = 0
    mixup: Annotated[float, Field(ge=0)] = 0.0
    scale: Scale = 0.0


class ProxySpec(Spec):
    """The recipe of the short training.

    Attributes:
        batch_size: `auto` until a search begins with it; then the number that it means there.
        learning_rate: The highest of the schedule. Where not said, 0.1 for a batch of 32 and in
            proportion for others.
        averaging: Share of the averaged weights kept at each step. Where not said, 0.98 for a batch
            of 32 and the same span of images for others.
        execution: `auto` trains in bfloat16 where timings say that it is faster, on a GPU by
            autocast. On a GPU each step is replayed as one graph; `cuda_graphs` is `auto` that
            asks for a GPU.
        precision: In which number type a network is judged after each epoch, and so what guides the
            search: `int8` quantises it first, as for a device.
    """

    batch_size: Annotated[int | Literal["auto"], BeforeValidator(_batch_size)] = DEFAULT_BATCH_SIZE
    learning_rate: Positive = Field(default_factory=_learning_rate)
    schedule: Literal["cosine", "one_cycle"] = "cosine"
    warmup_epochs: Annotated[float, Field(ge=0)] = 0.5
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    averaging: Annotated[float, Field(ge=0, lt=1)] = Field(default_factory=_averaging)
    augmentation: AugmentationSpec = AugmentationSpec()
    execution: Literal["auto", "float32", "cuda_graphs"] = "auto"
    precision: Literal["float32", "int8"] = "float32"

    @property
    def images_per_step(self) -> int:
        """The batch size of a search that has begun."""
        assert isinstance(self.batch_size, int), "it is settled where a search begins"
        return self.batch_size

    def settled(self, device: str, num_images: int, in_shape: tuple[int, ...]) -> ProxySpec:
        """With a number for `auto`: 32 on a CPU, on a GPU `gpu_batch_size`.

        Args:
            num_images: To train on.
            in_shape: Of one image, `(channels, height, width)`.
        """
        _, height, width = in_shape
        on_gpu = gpu_batch_size(num_images, height * width)
        return self._with_auto(on_gpu if device == "cuda" else DEFAULT_BATCH_SIZE)

    def as_begun(self, begun: Mapping[str, Any]) -> ProxySpec:
        """With the number that `auto` meant when a study began, on whatever device that was.

        Args:
            begun: This section as the study has it.
        """
        return self._with_auto(begun.get("batch_size", AUTO))

    def _with_auto(self, batch_size: Any) -> ProxySpec:
        if self.batch_size != AUTO:
            return self
        # Anew, since what is not said follows the batch.
        given = {**self.model_dump(exclude_unset=True), "batch_size": batch_size}
        return type(self).model_validate(given)


def with_precision(data: Any) -> Any:
    """A file with `proxy.precision` for an objective in int8: that is what it means.

    Raises:
        PydanticCustomError: It is beside the same objective in float32, or the key says otherwise.
    """
    if not isinstance(data, Mapping):
        return data
    objectives, proxy = data.get("objectives"), data.get("proxy", {})
    names = [objectives] if isinstance(objectives, str) else objectives
    plain = {int8_of(quality): quality for quality in QUALITIES.values()}
    if not isinstance(names, list | tuple) or not isinstance(proxy, Mapping):
        return data
    named = [name for name in names if isinstance(name, str) and name in plain]
    if not named:
        return data
    rule = None
    if plain[named[0]] in names:
        rule = f"must contain one of {plain[named[0]]} and {named[0]}: the other follows at the end"
    elif proxy.get("precision", "int8") != "int8":
        rule = f"must not contain {named[0]} where `proxy.precision` is {proxy['precision']}"
    if rule is not None:
        raise PydanticCustomError("twice", "{rule}", {"rule": rule, "key": "objectives"})
    objectives = [plain[name] if name in named else name for name in names]
    return {**data, "objectives": objectives, "proxy": {**proxy, "precision": "int8"}}
