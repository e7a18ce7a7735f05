"""`gpus_per_trial: auto`: which network is tried, what is read meanwhile, and what is said."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from search_kit import IN_SHAPE, NUM_CLASSES, SIX, experiment_file

import nas.runner.gpu_share as module
import workers.trial_needs as needs_module
from nas.runner.gpu_share import demanding_network, with_measured_share
from search_spaces.errors import SearchError
from search_spaces.graphs.cost import cost
from search_spaces.spaces.problem import Limit, NetworkList, SpaceProblem
from workers.trial_needs import Looking, TrialNeeds, measured_trial

GIB = 2**30


def _problem(text: str = SIX, *limits: Limit) -> SpaceProblem:
    file = experiment_file(text)
    return SpaceProblem(file.space(IN_SHAPE, NUM_CLASSES), ("accuracy", "flops"), limits)


def _file(gpus: str) -> Any:
    return experiment_file(f"{SIX}workers: {{gpus_per_trial: {gpus}, cpus_per_trial: 2}}\n")


def _shared(gpus: str, needs: TrialNeeds, patch: pytest.MonkeyPatch, **how: bool) -> Any:
    patch.setattr(module, "_measured_by_ray", lambda *_: needs)
    patch.setattr(module, "_cpus_of_a_gpu", lambda: 16.0)
    told: list[str] = []
    file = with_measured_share(
        _file(gpus), _problem(), object(), lambda task: None, told.append, **how  # type: ignore[arg-type]
    )  # fmt: skip
    return file.experiment.workers.gpus_per_trial, told


@pytest.mark.parametrize(
    ("needs", "has_mps", "share"),
    [
        (TrialNeeds(5 * GIB, 24 * GIB, 0.4), False, 0.3333),
        (TrialNeeds(4 * GIB, 24 * GIB, 0.4), True, 0.25),  # five by time, four by memory
        (TrialNeeds(GIB, 80 * GIB, 0.05), False, 0.125),  # eight by two processors of sixteen
        (TrialNeeds(20 * GIB, 24 * GIB, 1.0), True, 1.0),
    ],
)
def test_a_measured_trial_decides(
    needs: TrialNeeds, has_mps: bool, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, told = _shared("auto", needs, monkeypatch, has_mps=has_mps)
    assert found == share
    assert told[0] == "measuring what part of a GPU a trial needs"
    assert f"gpus_per_trial {share:g}" in told[1]


def test_a_number_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = TrialNeeds(5 * GIB, 24 * GIB, 0.4)
    assert _shared("0.5", needs, monkeypatch, has_mps=False) == (0.5, [])


def test_the_network_with_the_most_activations_within_the_budgets_is_tried() -> None:
    space = _problem().space
    networks = [
        space.network({"width_mult": w, "stage1.standard.kernel_size": k})
        for w in (1.0, 2.0, 3.0) for k in (1, 3)
    ]  # fmt: skip
    largest = max(cost(network).peak_activation_bytes for network in networks)
    assert cost(demanding_network(_problem(), 0)).peak_activation_bytes == largest
    limit = Limit("peak_activation_bytes", largest - 1)
    smaller = cost(demanding_network(_problem(SIX, limit), 0)).peak_activation_bytes
    assert smaller == max(c for n in networks if (c := cost(n).peak_activation_bytes) < largest)
    listed = NetworkList({"one": networks[0], "other": networks[-1]})
    assert demanding_network(SpaceProblem(listed, ("accuracy",), ()), 0) == networks[-1]


def test_the_second_epoch_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    class Evaluator:
        def train_epoch(self) -> float:
            order.append("epoch")
            time.sleep(0.05)
            return 0.5

    def read() -> float:
        order.append("read")
        return 0.5

    monkeypatch.setattr(needs_module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(needs_module, "require_device", lambda name: order.append(f"is {name}"))
    monkeypatch.setattr(needs_module, "synchronise", lambda _: order.append("wait"))
    monkeypatch.setattr(needs_module, "Looking", lambda: Looking(read))
    card = SimpleNamespace(total_memory=24 * GIB)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda: 5 * GIB)
    task: Any = SimpleNamespace(device="cuda")
    assert measured_trial(task, lambda _: Evaluator()) == TrialNeeds(5 * GIB, 24 * GIB, 0.5)  # type: ignore[arg-type, return-value]
    assert order[:4] == ["is cuda", "epoch", "wait", "epoch"]
    assert order.index("read") > 3 and order.count("epoch") == 2


def test_a_driver_that_does_not_tell_is_asked_once() -> None:
    asked: list[None] = []
    with Looking(lambda: asked.append(None)) as looking:
        time.sleep(0.6)
    assert (looking.busy, len(asked)) == (None, 1)


def test_a_trial_that_cannot_be_measured_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    class Remote:
        def remote(self, *_: object) -> None: ...

    def fails(_: object) -> None:
        cause = RuntimeError("CUDA out of memory.\nTried to allocate 20 GiB")
        raise ray.exceptions.RayTaskError("measured_trial", "Traceback ...", cause)

    monkeypatch.setattr(ray, "remote", lambda **_: lambda function: Remote())
    monkeypatch.setattr(ray, "get", fails)
    rule = (
        r"`workers\.gpus_per_trial` is auto, but no trial could be measured: CUDA out of memory\. T"
    )
    with pytest.raises(SearchError, match=rule) as caught:
        with_measured_share(
            _file("auto"), _problem(), object(), lambda task: None, lambda _: None, has_mps=False  # type: ignore[arg-type]
        )  # fmt: skip
    assert "\n" not in str(caught.value)
