"""Budgets of a device: RAM and flash of networks in eight bit integers."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from nas.config import ExperimentFile
from nas.config.device import DeviceSpec
from nas.config.document import Document
from nas.devices import BOARDS
from nas.trust.device_fit import device_fit
from search_spaces.errors import ExperimentFileError
from search_spaces.graphs.inference import InputFormat
from search_spaces.graphs.modules import build_module
from search_spaces.spaces.problem import Limit, SpaceProblem
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


def _file(more: str = "") -> ExperimentFile:
    return ExperimentFile(Document("space.yaml", SPACE + more))


@pytest.mark.parametrize(
    "more",
    [
        "constraints: {ram: 96KiB, flash: 256KiB}",
        "constraints: {ram_bytes: 96KiB, flash_bytes: '<= 256KiB'}",
        "device: {ram: 112KiB, flash: 300KiB, ram_overhead: 16KiB, flash_overhead: 44KiB}",
        "device: {name: raspberry_pi_pico}\nconstraints: {ram: 96KiB, flash: 256KiB}",
    ],
)
def test_budgets_are_limits(more: str) -> None:
    wanted = {Limit("ram_bytes", 98304.0), Limit("flash_bytes", 262144.0)}
    assert set(_file(more).experiment.constraints.limits()) == wanted


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
            "constraints: {ram: 1KiB, ram_bytes: 1KiB}",
            "`constraints.ram` is `ram_bytes` for sh",
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
    with pytest.raises(ExperimentFileError, match=r"is met by none of 100 random networks; the sm"):
        device_fit(_file("constraints: {ram: 1}"), _file().space((1, 32, 32), 10))


def test_device_spec_refuses_a_device_of_nothing() -> None:
    with pytest.raises(ValidationError):
        DeviceSpec.model_validate({"ram": "0KiB", "flash": "1KiB"})
