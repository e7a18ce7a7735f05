"""Keys of an experiment file that are about GPUs: parts of one, and batches that suit it."""

from __future__ import annotations

from typing import Any

import pytest
from search_kit import IN_SHAPE, SIX, experiment_file

from nas.config.proxy import gpu_batch_size
from nas.config.search import WorkersSpec
from nas.runner.cluster import num_slots
from nas.trust.companions import study_file, variant_of
from search_spaces.errors import ExperimentFileError
from workers.devices import trials_per_gpu


def _workers(gpus: str) -> WorkersSpec:
    return experiment_file(f"{SIX}workers: {{gpus_per_trial: {gpus}}}\n").experiment.workers


@pytest.mark.parametrize("gpus", ["1.5", "2.25", "-1", "-0.5", "0.001", ".inf", "half", "true"])
def test_a_trial_has_a_part_of_a_gpu_or_whole_ones(gpus: str) -> None:
    rule = r"space\.yaml:10: `workers\.gpus_per_trial` must be a whole number, a part of one GPU "
    with pytest.raises(ExperimentFileError, match=rule + r"from 0\.01 below 1, or auto, got ") as e:
        _workers(gpus)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("gpus", "device", "number", "shares"),
    [
        ("0", "cpu", 0, False),
        ("0.0", "cpu", 0, False),
        ("0.25", "cuda", 0.25, True),
        ("1", "cuda", 1, False),
        ("2.0", "cuda", 2, False),
        ("auto", "cuda", 1, True),  # a whole one until a trial was measured
    ],
)
def test_the_number_of_gpus_decides_the_device(
    gpus: str, device: str, number: float, shares: bool
) -> None:
    workers = _workers(gpus)
    assert (workers.device, workers.gpus, workers.shares_gpus) == (device, number, shares)


@pytest.mark.parametrize(
    ("share", "number"),
    [(0.5, 2), (0.4, 2), (0.34, 2), (0.3333, 3), (0.3, 3), (0.25, 4), (0.1, 10), (0.7, 1)],
)
def test_a_card_holds_whole_trials(share: float, number: int) -> None:
    assert trials_per_gpu(share) == number


@pytest.mark.parametrize(
    ("gpus", "cpus", "slots"),
    [
        (0.4, 1, 4),  # two on each of two cards, not five on both
        (0.6, 1, 2),  # not three
        (0.3, 1, 6),
        (0.1, 0.1, 20),
        (0, 0.3, 26),
        (2, 1, 1),
        (1, 8, 1),
    ],
)
def test_parts_of_two_cards_make_no_trial(
    gpus: float, cpus: float, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray

    node = {"Alive": True, "Resources": {"CPU": 8.0, "GPU": 2.0}}
    monkeypatch.setattr(ray, "nodes", lambda: [node])
    assert num_slots(WorkersSpec(gpus_per_trial=gpus, cpus_per_trial=cpus)) == slots


# Batches


@pytest.mark.parametrize(
    ("num_images", "side", "batch_size"),
    [
        (45_000, 32, 512),  # CIFAR: 87 steps an epoch
        (25_600, 32, 512),  # fifty steps exactly
        (25_599, 32, 256),
        (4_000, 40, 64),
        (1_599, 40, 32),
        (20, 16, 32),  # as on a CPU
        (1_000_000, 224, 128),  # 2^23 / 224^2 = 167
        (1_000_000, 2048, 32),
    ],
)
def test_the_batch_of_a_gpu_follows_from_the_images(
    num_images: int, side: int, batch_size: int
) -> None:
    assert gpu_batch_size(num_images, side * side) == batch_size


def _proxy(text: str, workers: str = "0") -> Any:
    return experiment_file(f"{SIX}proxy: {text}\nworkers: {{gpus_per_trial: {workers}}}\n")


def test_auto_is_settled_once_for_the_device_and_the_images() -> None:
    on_cpu = _proxy("{batch_size: auto}").with_batch_size(45_000, (3, 32, 32)).experiment.proxy
    on_gpu = _proxy("{batch_size: auto}", "1").with_batch_size(45_000, (3, 32, 32))
    assert (on_cpu.batch_size, on_cpu.learning_rate, on_cpu.averaging) == (32, 0.1, 0.98)
    proxy = on_gpu.experiment.proxy
    # What follows the batch follows the number, as where it stands in the file.
    said = _proxy("{batch_size: 512}", "1")
    assert proxy == said.experiment.proxy
    assert (proxy.learning_rate, proxy.averaging) == (pytest.approx(1.6), pytest.approx(0.98**16))
    assert on_gpu.experiment.identity() == said.experiment.identity()
    same = on_gpu.with_batch_size(100, IN_SHAPE)
    assert same.experiment.proxy == proxy


def test_what_is_said_beside_auto_is_taken() -> None:
    text = "{batch_size: auto, learning_rate: 0.3, augmentation: {crop: 2}}"
    proxy = _proxy(text, "1").with_batch_size(45_000, (3, 32, 32)).experiment.proxy
    assert (proxy.batch_size, proxy.learning_rate, proxy.augmentation.crop) == (512, 0.3, 2)


@pytest.mark.parametrize("batch_size", ["0", "-1", "1.5", "many", "true", "3000000000"])
def test_a_batch_is_a_number_or_auto(batch_size: str) -> None:
    rule = r"space\.yaml:10: `proxy\.batch_size` must be a whole number from 1 to \d+, or auto, got"
    with pytest.raises(ExperimentFileError, match=rule):
        _proxy(f"{{batch_size: {batch_size}}}")


def test_a_study_keeps_what_auto_meant_where_it_began() -> None:
    """On another device the study goes on, and what serves it trains as it did."""
    began = _proxy("{batch_size: auto}").with_batch_size(45_000, (3, 32, 32)).experiment
    values = began.model_dump(mode="json")
    assert values["proxy"]["batch_size"] == 32
    now = _proxy("{batch_size: auto}", "1").as_begun(values)
    assert now.with_batch_size(45_000, (3, 32, 32)).experiment.identity() == began.identity()
    assert now.experiment.proxy.batch_size == 32


def test_studies_that_serve_one_have_its_batch(hand_made: Any) -> None:
    from dataclasses import replace

    text = f"{SIX}proxy: {{batch_size: auto}}\nworkers: {{gpus_per_trial: 1}}\n"
    values = {**hand_made.experiment, "proxy": {"batch_size": 64}}
    study = replace(hand_made, experiment_file=text, experiment=values)
    file = study_file(study)
    assert file.experiment.proxy.batch_size == 64
    served = variant_of(file, [{"width_mult": 1.0}], 3, 0, "confirmation")
    assert served.experiment.proxy.batch_size == 64
    plain = variant_of(experiment_file(text), [{"width_mult": 1.0}], 3, 0, "calibration")
    assert plain.experiment.proxy.batch_size == "auto"
