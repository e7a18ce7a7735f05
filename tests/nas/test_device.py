"""Budgets of a device: RAM and flash of networks in eight bit integers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod

import numpy as np
import pytest
from pydantic import ValidationError

from nas.config import ExperimentFile
from nas.config.device import DeviceSpec
from nas.config.document import Document
from nas.devices import BOARDS
from nas.trust.device_fit import device_fit
from search_spaces import registry
from search_spaces.errors import ExperimentFileError
from search_spaces.graphs import primitives as ops
from search_spaces.graphs.builder import Builder, Tensor
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.registry import block_types, head_types
from search_spaces.spaces.enumeration import least_size
from search_spaces.spaces.problem import Limit, SpaceProblem
from search_spaces.tflite.arena import arena
from search_spaces.tflite.lowering import lowered
from search_spaces.tflite.model_file import model_bytes
from search_spaces.tflite.quantisation import blank_program
from workers.quantisation import Asked, post_training_quantised, run_files

SPACE = """
name: small
dataset: {name: cluttered_digits}
space:
  width_mult: [0.5, 1.0]
  stages:
    - {out_channels: 16, stride: 2, block: [{separable: {kernel_size: [3, 5]}}, {standard: {}}]}
    - {out_channels: [16, 32], stride: 2, block: {shuffle: {groups: [2, 4]}}}
"""


WIDE_OR_DEEP = """
name: small
dataset: {name: cluttered_digits}
space:
  stages:
    - {out_channels: 32, stride: 1, num_blocks: 1, block: [standard, separable]}
    - {out_channels: 64, stride: 2, block: separable}
"""


def _file(more: str = "", space: str = SPACE) -> ExperimentFile:
    return ExperimentFile(Document("space.yaml", space + more))


@pytest.mark.parametrize(
    "more",
    [
        "constraints: {ram: 96KiB, flash: 256KiB}",
        "constraints: {ram_bytes: 96KiB, flash_bytes: '<= 256KiB'}",
        "device: {ram: 112KiB, flash: 300KiB, ram_overhead: 16KiB, flash_overhead: 44KiB}",
        "device: {name: raspberry_pi_pico}\nconstraints: {ram: 96KiB, flash: 256KiB}",
        "device: raspberry_pi_pico\nconstraints: {ram: 96KiB, flash: 256KiB}",
    ],
)
def test_budgets_are_limits(more: str) -> None:
    wanted = {Limit("ram_bytes", 98304.0), Limit("flash_bytes", 262144.0)}
    assert set(_file(more).experiment.constraints.limits()) == wanted


def test_without_a_runtime_maps_and_weights_of_float32_are_limited() -> None:
    more = "device: {ram: 1MiB, flash: 2MiB, ram_overhead: 1KiB, runtime: none, precision: float32}"
    assert set(_file(more).experiment.constraints.limits()) == {
        Limit("peak_activation_bytes", 1023 * 1024.0), Limit("weight_bytes", 2 * 1024.0**2),
    }  # fmt: skip
    assert not _file(more).experiment.needs_operators


@pytest.mark.parametrize("name", BOARDS)
def test_boards_have_budgets(name: str) -> None:
    limits = {
        limit.quantity: limit.value
        for limit in _file(f"device: {{name: {name}}}").experiment.constraints.limits()
    }
    assert limits == {"ram_bytes": BOARDS[name].ram, "flash_bytes": BOARDS[name].flash}


def test_figures_of_a_board() -> None:
    """Raspberry Pi Pico datasheet: 264 kB of SRAM, 2 MB of flash."""
    pico = DeviceSpec(name="raspberry_pi_pico").budgets()
    assert pico == {"ram_bytes": 264 * 1024, "flash_bytes": 2 * 1024**2}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("device: {name: picco}", r"space.yaml:9: `device.name` must be one of arduino"),
        ("device: {ram: 1KiB}", r"space.yaml:9: `device.name` must be .*beside it; got none"),
        ("device: {ram: 1KiB, flash: 1KiB, ram_overhead: 2KiB}", "`device.ram_overhead` must leav"),
        ("device: {ram: much, flash: 1KiB}", r"`device.ram` must be a number, optionally with KiB"),
        ("device: {ram: 1KiB, flash: 1KiB, runtime: onnx}", r"`device.runtime` must be"),
        (
            "device: pico",
            r"space.yaml:9: `device.name` must be one of .* got pico \(near: raspberry_pi_pico, ",
        ),
        (
            "device: {name: nrf52840_dk, precision: float32}",
            r"space.yaml:9: `device.precision` must be int8 with `runtime: tflite_micro`, whose",
        ),
        (
            "device: {name: nrf52840_dk, runtime: none}",
            r"space.yaml:9: `device.precision` must be float32 with `runtime: none`, which counts",
        ),
        ("device: [1]", r"space.yaml:9: `device` must be a mapping of keys to values"),
        (
            "constraints: {ram: 1KiB, ram_bytes: 1KiB}",
            "`constraints.ram` is `ram_bytes` for sh",
        ),
        (
            "constraints: {flahs: 1KiB}",
            r"space.yaml:9: .*; did you mean `flash`\? .*, ram, flash\)",
        ),
        ("constraints: {ram: -1}", r"`constraints.ram_bytes.*must be greater than 0"),
    ],
)
def test_wrong_budgets_are_one_line(more: str, said: str) -> None:
    with pytest.raises(ExperimentFileError, match=said) as caught:
        _file(more)
    assert "\n" not in str(caught.value)


def test_no_budget_of_a_device_changes_no_digest() -> None:
    plain = _file().experiment.identity()
    assert _file("device: {name: raspberry_pi_pico}").experiment.identity() == plain
    assert _file("constraints: {ram: 96KiB}").experiment.identity() == plain


def test_sizes_are_costs_where_they_are_asked_for() -> None:
    space = _file().space((1, 32, 32), 10)
    values = space.sample(np.random.default_rng(0))
    assert "ram_bytes" not in SpaceProblem(space, ("accuracy", "flops"), ()).candidate(values).costs
    limited = SpaceProblem(space, ("accuracy", "flash_bytes"), (Limit("ram_bytes", 1.0),))
    assert {"ram_bytes", "flash_bytes"} <= set(limited.candidate(values).costs)


def test_sizes_are_those_of_the_written_file_in_the_runtime() -> None:
    space = _file().space((1, 32, 32), 10)
    problem = SpaceProblem(space, ("accuracy", "ram_bytes", "flash_bytes"), ())
    costs, asked, models = [], [], []
    for seed in range(3):
        values = space.sample(np.random.default_rng(seed))
        costs.append(problem.candidate(values).costs)
        network = space.network(values)
        module = build_module(network).eval()
        models.append(post_training_quantised(network, module, None, InputFormat((99.0,), (50.0,))))
        images = np.zeros((1, 32, 32, 1), np.int8)
        asked.append(Asked(models[-1].data, images, 1, 1 << 22))
    for cost, model, ran in zip(costs, models, run_files(asked), strict=True):
        assert cost["flash_bytes"] == len(model.data)
        assert cost["ram_bytes"] == ran.arena["total"]


def test_share_that_fits() -> None:
    """Half of the networks are within their median, by its definition; none within a byte."""
    loose = device_fit(_file("constraints: {ram: 1GiB}"), _file().space((1, 32, 32), 10))
    assert loose is not None and loose.share.value == 1.0
    middle = f"constraints: {{ram: {loose.medians['ram_bytes']:.0f}}}"
    half = device_fit(_file(middle), _file().space((1, 32, 32), 10))
    assert half is not None and 0.5 <= half.share.value < 1


@pytest.mark.parametrize(("short", "name"), [("ram", "ram_bytes"), ("flash", "flash_bytes")])
def test_what_nothing_can_fit_is_one_line_at_once(short: str, name: str) -> None:
    space = _file().space((1, 32, 32), 10)
    said = (
        rf"space.yaml:9: `constraints.{name}` \(=1 B\) cannot be met: every architecture .* least"
    )
    with pytest.raises(ExperimentFileError, match=said):
        device_fit(_file(f"constraints: {{{short}: 1}}"), space)
    # What is said to be needed at least is needed by each.
    problem = SpaceProblem(space, (), (Limit(name, 1.0),))
    least = least_size(space, name)
    for seed in range(20):
        assert problem.candidate(space.sample(np.random.default_rng(seed))).costs[name] > least


def test_budgets_that_are_met_one_by_one_but_not_together_name_the_one_that_blocks() -> None:
    """The RAM of the network with least, and the flash of the one with least, are of two."""
    space = _file(space=WIDE_OR_DEEP).space((1, 32, 32), 10)
    problem = SpaceProblem(space, (), (Limit("ram_bytes", 1.0), Limit("flash_bytes", 1.0)))
    costs = [problem.candidate(values).costs for values in ({"stage1.block": "standard"},
             {"stage1.block": "separable"})]  # fmt: skip
    ram, flash = (min(cost[name] for cost in costs) for name in ("ram_bytes", "flash_bytes"))
    assert (ram, flash) not in [(cost["ram_bytes"], cost["flash_bytes"]) for cost in costs]
    together = f"constraints: {{ram: {ram:.0f}, flash: {flash:.0f}}}"
    with pytest.raises(ExperimentFileError, match=r"_bytes` .* blocks: no architecture within all"):
        device_fit(_file(together, WIDE_OR_DEEP), space)


def test_where_no_random_network_fits_one_that_does_is_found() -> None:
    """One of 3^8 networks: 0.015% of them."""
    many = ", ".join("{out_channels: [16, 64, 96], block: separable}" for _ in range(8))
    text = f"name: rare\ndataset: {{name: cluttered_digits}}\nspace: {{stages: [{many}]}}\n"
    space = ExperimentFile(Document("rare.yaml", text)).space((1, 32, 32), 10)
    least = {choice.name: 16 for choice in space.choices}
    problem = SpaceProblem(space, (), (Limit("flash_bytes", 1.0),))
    flash = problem.candidate(least).costs["flash_bytes"]
    file = ExperimentFile(Document("rare.yaml", text + f"constraints: {{flash: {flash:.0f}}}\n"))
    found = device_fit(file, space)
    assert found is not None and found.share.value == 0 and found.example == space.in_words(least)


@pytest.mark.parametrize("block", block_types())
def test_every_block_of_ours_runs_there(block: str) -> None:
    """With every activation, at each stride; heads of segmentation below."""
    stage = f"{{out_channels: 32, stride: [1, 2], num_blocks: 2, block: {block}}}"
    space = f"{{activation: [relu, relu6, silu, hard_swish], stages: [{stage}]}}"
    text = f"{SPACE.split('space:')[0]}space: {space}\nconstraints: {{ram: 1MiB}}\n"
    ExperimentFile(Document("space.yaml", text)).space((3, 15, 14), 10)


def test_every_head_of_ours_runs_there() -> None:
    text = f"""
name: dense
dataset: {{name: digit_scenes}}
space:
  stages: [{{out_channels: 16, stride: 2, block: separable}}, {{out_channels: 24, stride: 2, block: fire}}]
  head: [{", ".join(head_types())}]
constraints: {{ram: 1MiB}}
"""  # noqa: E501
    ExperimentFile(Document("space.yaml", text)).space((1, 30, 34), 11)


class Sorted(ops.Primitive):
    """A layer of a user's own that no runtime of ours has."""

    kind = "sorted"

    def out_shape(self, *in_shapes: ops.Shape) -> ops.Shape:
        return in_shapes[0]


def sorting(net: Builder, x: Tensor, out_channels: int, stride: int) -> Tensor:
    return net.emit("order", Sorted(), net.conv_norm_act(x, out_channels, 3, stride=stride))


def growing(net: Builder, x: Tensor, out_channels: int, stride: int) -> Tensor:
    small = net.conv(x, out_channels, 3, stride=2 * stride)
    op = ops.Conv(out_channels, out_channels, (4, 4), (2, 2), (1, 1), groups=2, transposed=True)
    return net.emit("grow", op, small)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (sorting, "layer `order`: TensorFlow Lite has no operator for `sorted`"),
        (growing, "layer `grow`: TensorFlow Lite has no transposed convolution with groups"),
    ],
)
@pytest.mark.parametrize("more", ["device: raspberry_pi_pico", "constraints: {flash: 1MiB}"])
def test_a_block_that_the_runtime_lacks_is_refused_before_training(
    function: Callable[..., Tensor], reason: str, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its line, wherever the space is made; without a device it is a block like any other."""
    block_types()
    monkeypatch.setattr(registry, "_BLOCKS", dict(registry._BLOCKS))
    registry.block(function)
    text = SPACE.replace("{shuffle: {groups: [2, 4]}}", f"[standard, {function.__name__}]")
    ExperimentFile(Document("space.yaml", text)).space((1, 32, 32), 10)
    place = rf"space.yaml:8: `space.stages\[1\].block\[1\].{function.__name__}` has no counterpart"
    with pytest.raises(ExperimentFileError, match=f"{place} in .*: {reason}"):
        ExperimentFile(Document("space.yaml", text + more)).space((1, 32, 32), 10)


def test_device_spec_refuses_a_device_of_nothing() -> None:
    with pytest.raises(ValidationError):
        DeviceSpec.model_validate({"ram": "0KiB", "flash": "1KiB"})


def test_the_share_is_that_of_written_files() -> None:
    """All 24 networks are written once; what `nas validate` samples has their share inside."""
    ram, flash = 30 * 1024, 9 * 1024
    file = _file(f"constraints: {{ram: {ram}, flash: {flash}}}")
    space = file.space((1, 32, 32), 10)
    share, met = 0.0, 0
    for chosen in product(*((*choice.values, None) for choice in space.choices)):
        values = {}
        for choice, value in zip(space.choices, chosen, strict=True):
            if (value is not None) != choice.is_active(values):
                break  # no value of its own, or one that has no meaning
            values |= {} if value is None else {choice.name: value}
        else:
            typed = blank_program(lowered(space.network(values)))
            fits = arena(typed.program).total <= ram and len(model_bytes(typed)) <= flash
            # Drawn choice by choice: a kind of block is as frequent as another one.
            share += fits / prod(len(c.values) for c in space.choices if c.name in values)
            met += 1
    assert met == space.num_combinations() == 24
    told = device_fit(file, space)
    assert told is not None and 0.1 < share < 0.9
    assert told.share.low <= share <= told.share.high
