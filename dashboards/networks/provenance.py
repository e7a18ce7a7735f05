"""What the report's numbers mean and where they come from."""

from __future__ import annotations

from datetime import datetime

from dashboards.sections.findings import Findings
from dashboards.sections.words import label, time_element
from nas.runner.machine import PACKAGES
from nas.store import StudyRecord
from nas.trust.confirmed import trained_in_words
from search_spaces.graphs.description import classes_in_words, input_in_words
from search_spaces.measures import ACCURACY, LATENCY
from search_spaces.quantities import plural
from workers.tasks import TASKS


def accuracy_meaning(findings: Findings) -> str:
    """What was measured as the quality of networks."""
    epochs, averaging = findings.setting("fidelity", "max_epochs"), _averaging(findings)
    training = f"{plural(epochs, 'epoch')} of training" if epochs else "a short training"
    evaluator, name = findings.study.own_evaluator, label(findings.quality)
    if evaluator:
        return f"{name} is what the evaluator {evaluator} gave after {training}."
    return (
        f"{TASKS[findings.study.task].meaning} after {training}"
        f"{averaging}.{_interval_meaning(findings)} No training sees the validation images, "
        "and the search never reads the test images. It serves to compare: trained fully, networks "
        "reach more."
    )


def _interval_meaning(findings: Findings) -> str:
    number = findings.num_judging_images
    if number is None:
        return ""
    if findings.quality != ACCURACY:
        return (
            " The interval beside it (±) is what so few images leave open: 95% of what is found "
            f"where the {plural(number, 'image')} are drawn anew, with replacement. Networks that "
            "are closer may be equally good."
        )
    return (
        " The interval beside it (±) is what so few images leave open: the exact 95% interval of "
        f"a share of {plural(number, 'image')}. Networks that are closer may be equally good."
    )


def _averaging(findings: Findings) -> str:
    decay = findings.setting("proxy", "averaging")
    return f", measured with its weights averaged over the steps (decay {decay:g})" if decay else ""


def cost_meanings(findings: Findings) -> list[str]:
    """How each cost that is shown was counted or measured."""
    said = [
        "FLOPs are multiply-adds of convolutions and linear layers for one image, counted once (a "
        "tool that counts multiplications and additions apart gives twice as many). Parameters are "
        "those that are trained, batch norm's scale and shift included.",
    ]
    if LATENCY in findings.figure_costs:
        said.append(
            "Predicted latency is the sum over a network's blocks, each "
            f"{findings.study.how_timed} alone{_device(findings)} before training began, corrected "
            "for what whole networks take besides."
        )
        if findings.study.estimated_by:
            said.append(
                "Nothing was measured: the compiler counts the cycles of the NPU and of its "
                "memories, with weights that are drawn at random. Compiled latency is that of the "
                "whole network at the end of the search."
            )
        elif any(trial.measured for trial in findings.front):
            said.append(
                "Measured latency is that of the whole network at the end of the search: the "
                "median of its runs and the median's 95% interval. Networks whose intervals "
                "overlap are tied: equally fast as far as that can be told."
            )
    if {"peak_activation_bytes", "weight_bytes"} & {
        *findings.study.objectives,
        *(limit.quantity for limit in findings.limits),
    }:
        said.append("Memory is that of float32 and one image: the most that feature maps take at "
                    "one moment of inference, and the weights.")  # fmt: skip
    return said


def _device(findings: Findings) -> str:
    if findings.study.estimated_by:
        return f" by {findings.study.estimated_by}"
    device = findings.setting("latency", "device")
    if device is None:
        return ""
    batch = f"batch size {findings.setting('latency', 'batch_size')}"
    threads = findings.setting("latency", "num_threads")
    if device != "cpu":
        return f" on the GPU ({batch})"
    return f" on the CPU ({batch}, {plural(threads, 'thread')})"


def facts(findings: Findings, written_at: datetime) -> list[tuple[str, str]]:
    """Where the study comes from, as pairs of name and value."""
    study = findings.study
    sampler, epochs = findings.setting("search", "sampler"), _fidelity(findings)
    listed = [
        ("Data set", study.dataset),
        ("Images", _images(study)),
        ("Classes", classes_in_words(study.class_names) if study.class_names else ""),
        ("Input of networks", _input(study)),
        ("Data fingerprint", study.dataset_fingerprint),
        ("Seed", str(study.seed)),
        ("Objectives", ", ".join(label(name) for name in study.objectives)),
        ("Sampler", str(sampler) if sampler else ""),
        ("Fidelity", epochs),
        ("Order after short training", _calibration(findings)),
        ("Trained again", _confirmation(findings)),
        ("Evaluator", study.own_evaluator or ""),
        ("Identity", study.identity),
        ("Started", time_element(study.created_at)),
        ("Page written", time_element(written_at)),
        ("Machine", _words(study.hardware)),
        ("Versions", _words(study.versions)),
    ]  # fmt: skip
    return [(name, value) for name, value in listed if value]


def _input(study: StudyRecord) -> str:
    """What is done to images; an evaluator of the user's own may do otherwise."""
    found = study.input_format if study.own_evaluator is None else None
    return input_in_words(found) if found else ""


def _images(study: StudyRecord) -> str:
    channels, *sides = study.in_shape
    pixels = " x ".join(map(str, sides))
    return f"{pixels} pixels, {plural(channels, 'channel')}, {study.num_classes} classes"


def _fidelity(findings: Findings) -> str:
    low, high, factor, scheduler = (
        findings.setting("fidelity", key)
        for key in ("min_epochs", "max_epochs", "reduction_factor", "scheduler")
    )
    if high is None:
        return ""
    if scheduler == "none":
        return f"{plural(high, 'epoch')}; no trial is stopped early"
    brackets = " of its Hyperband bracket" if scheduler == "hyperband" else ""
    return f"{low} to {high} epochs; at each rung{brackets} about one in {factor} goes on"


def _calibration(findings: Findings) -> str:
    """How well the rungs order networks, as `nas calibrate` measured it."""
    from markupsafe import escape

    found = findings.calibration
    if found is None:
        return ""
    named = [
        f"{rung['kendall_tau']:.2f} [{rung['interval'][0]:.2f}, {rung['interval'][1]:.2f}] after "
        f"{plural(rung['epochs'], 'epoch')}"
        for rung in found.result["rungs"]
        if rung["is_rung"] and None not in (rung["kendall_tau"], *rung["interval"])
    ]
    against = plural(found.result["full_epochs"], "epoch")
    networks = plural(len(found.result["architectures"]), "network")
    taus = ", ".join(named) or "not known"
    said = (
        f"Kendall's tau to the order after {against}: {taus} (95% over {networks}; nas calibrate, "
    )
    return escape(said) + time_element(found.calibrated_at) + ")"


def _confirmation(findings: Findings) -> str:
    """What `nas confirm` trained."""
    found = findings.confirmation
    return f"{trained_in_words(found)} (nas confirm)" if found else ""


def _words(values: dict[str, object]) -> str:
    # What results may depend on comes first, the rest by name.
    known = {name: order for order, name in enumerate(("python", *PACKAGES))}
    names = sorted(values, key=lambda name: (known.get(name, len(known)), name))
    return ", ".join(f"{name.removeprefix('num_')} {values[name]}" for name in names)
