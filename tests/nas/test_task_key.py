"""The task of an experiment: said, by default that of the data set, and what follows from it."""

from __future__ import annotations

import pytest
from search_kit import experiment_file

from nas.config import ExperimentFile
from search_spaces.errors import ExperimentFileError
from search_spaces.measures import QUALITIES

TEXT = """\
name: small
dataset: {{name: {data}}}
space:
  stages: [{{out_channels: 8, stride: 2, block: standard}}]
{more}
"""


def read(data: str, more: str = "") -> ExperimentFile:
    return experiment_file(TEXT.format(data=data, more=more))


@pytest.mark.parametrize(
    ("data", "task"), [("cluttered_digits", "classification"), ("digit_scenes", "segmentation")]
)
def test_the_data_set_says_what_is_maximised(data: str, task: str) -> None:
    for more in ("", f"task: {task}", f"objectives: [{QUALITIES[task]}, flops]"):
        file = read(data, more)
        assert file.task == task
        assert file.experiment.objectives == (QUALITIES[task], "flops")


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        ("digit_scenes", "task: detection", "5: `task` must be 'classification' or 'segmentation'"),
        (
            "digit_scenes", "objectives: [flops]",
            "5: `objectives` must contain accuracy or miou, since costs alone",
        ),
        (
            "digit_scenes", "objectives: [miou, accuracy]",
            "5: `objectives` must contain one of miou and accuracy",
        ),
        (
            "digit_scenes", "objectives: [miou, boundary_iou]",
            "5: `objectives[1]` must be one of accuracy, miou, flops",
        ),
        (
            "digit_scenes", "constraints: {accuracy: '>= 0.5'}",
            "5: `constraints.accuracy` has no meaning for segmentation: use miou",
        ),
        (
            "cluttered_digits", "constraints: {miou: '>= 0.5'}",
            "5: `constraints.miou` has no meaning for classification: use accuracy",
        ),
        (
            "digit_scenes", "objectives: [accuracy, flops]\nconstraints: {miou: '>= 0.5'}",
            "6: `constraints.miou` has no meaning for classification: use accuracy, as",
        ),
        (
            "digit_scenes", "proxy: {augmentation: {mixup: 0.2}}",
            "5: `proxy.augmentation.mixup` has no meaning for segmentation",
        ),
        (
            "digit_scenes", "task: segmentation\nobjectives: [accuracy, flops]",
            "6: `objectives` must contain miou, the measure of segmentation",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_task_is_one_line(data: str, more: str, said: str) -> None:
    with pytest.raises(ExperimentFileError) as caught:
        read(data, more)
    (line,) = str(caught.value).splitlines()
    assert line.partition(":")[2].startswith(said)


def test_a_task_that_is_not_that_of_the_data_set_is_told_with_its_key() -> None:
    file = read("cluttered_digits", "task: segmentation")
    with pytest.raises(ExperimentFileError, match=r"5: `task` \(=segmentation\) must be that of"):
        file.space((1, 32, 32), 10, "classification")
    file = read("digit_scenes", "objectives: [accuracy, flops]")
    with pytest.raises(ExperimentFileError, match="5: `objectives` must contain miou: the data"):
        file.space((1, 64, 64), 11, "segmentation")


def test_a_study_knows_its_task_where_the_data_set_is_gone() -> None:
    file = read("image_folder, root: /nowhere")
    assert file.task == "classification"
    begun = {"objectives": ["miou", "flops"]}
    text = TEXT.format(data="image_folder, root: /nowhere", more="")
    again = ExperimentFile(experiment_file(text).document, "segmentation").as_begun(begun)
    assert again.experiment.objectives == ("miou", "flops")


def test_the_task_is_in_no_digest() -> None:
    assert read("cluttered_digits").experiment.identity() == (
        read("cluttered_digits", "task: classification").experiment.identity()
    )
