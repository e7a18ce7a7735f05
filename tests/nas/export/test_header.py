"""What the header of an exported file says, and what it holds where a study is hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from export_kit import NO_LATENCY

from nas.export import Exported, network_source, subject_of_trial
from nas.store import Store, StudyRecord


def test_header_says_what_the_figures_mean(
    export_2: Callable[..., Exported], weights: Path
) -> None:
    text = " ".join(export_2(replace(NO_LATENCY, note="for the camera")).code.read_text().split())
    for said in (
        '"""5.75k parameters, 387k FLOPs, accuracy 0.7500: a network found by conv-nas.',
        "Study: hand-made, trial 2, architecture ",
        "Accuracy: 0.75 on the validation split of cluttered_digits after 2 of 2 epochs of proxy "
        "training",
        "Costs: 387,312 FLOPs (multiply-adds, counted once, of one image), 5,746 parameters",
        "Latency: not measured",
        "Data: cluttered_digits (seed 0), fingerprint 0123456789abcdef",
        "Input: float32 (1, 16, 16), each channel of mean 0 and variance 1 over the training "
        "images",
        "Weights: the search's proxy training, 2 epochs, "
        'load_state_dict(torch.load("trial_2.pt"))',
        "Note: for the camera",
        "Versions: python 3.11",
        "Licence: this file is yours, under any licence you choose",
    ):
        assert said in text


HOSTILE = 'x"""\nimport os\nos.abort()\\'


def test_hostile_study_stays_in_the_header(store: Store, hand_made: StudyRecord) -> None:
    import ast

    experiment = {
        **hand_made.experiment,
        "dataset": {"name": "image_folder", "root": HOSTILE},
        "evaluator": HOSTILE,
    }
    study = replace(
        hand_made, name=HOSTILE, dataset=HOSTILE, dataset_fingerprint=HOSTILE,
        experiment=experiment, versions={HOSTILE: HOSTILE},
    )  # fmt: skip
    trial = replace(store.trials(hand_made)[2], description=HOSTILE)
    network = store.network(trial.architecture)
    plain, hostile = (
        subject_of_trial(network, s, t, None, note=note)
        for s, t, note in ((hand_made, trial, "plain"), (study, trial, HOSTILE))
    )
    bodies = [
        ast.parse(network_source(network, subject.facts, subject.title)).body
        for subject in (plain, hostile)
    ]
    assert ast.dump(ast.Module(bodies[0][1:], [])) == ast.dump(ast.Module(bodies[1][1:], []))
    source = network_source(network, hostile.facts, hostile.title)
    assert source.count("os.abort()") >= 6
    exec(compile(source, "network.py", "exec"), {"__name__": "exported"})
