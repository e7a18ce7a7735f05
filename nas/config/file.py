"""An experiment together with the file that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

from nas.config.document import Document
from nas.config.experiment import Experiment, experiment_type
from nas.config.search import MAX_GRID, PROXY, WorkersSpec
from nas.config.values import check_name
from search_spaces.errors import (
    DataError,
    DataOptionError,
    ExperimentFileError,
    Location,
    NasError,
    SpaceError,
    UserCodeError,
)
from search_spaces.graphs.primitives import Shape
from search_spaces.measures import QUALITIES, TaskName, quality_of, task_with
from search_spaces.networks import num_axes
from search_spaces.plugins import load_function
from search_spaces.registry import head_types
from search_spaces.spaces.enumeration import distinct_blocks, located_blocks
from search_spaces.spaces.space import Space
from search_spaces.tflite.lowering import lacking
from workers.datasets import dataset_task
from workers.tasks import MIXES_LABELS, TASKS


class ExperimentFile:
    """An experiment together with the file that it came from, so that errors can name a line.

    Attributes:
        document: The file.
        experiment: What it says.
        task: What its networks are trained for.
    """

    def __init__(self, document: Document, task: TaskName | None = None) -> None:
        """Checks a document.

        Args:
            task: Of a study that is known; else it is what the file says, or what the data set is.
        """
        self.document = document
        self.experiment = document.validate(experiment_type())
        self.task = task or self._said_task() or dataset_task(self.experiment.dataset)
        self.experiment = self._of_task()

    @classmethod
    def read(cls, path: str | Path) -> ExperimentFile:
        """Reads and checks a file. Raises ExperimentFileError with file, line and key."""
        return cls(Document.read(path))

    def _said_task(self) -> TaskName | None:
        experiment = self.experiment
        if experiment.task is None and "objectives" in experiment.model_fields_set:
            return task_with(experiment.quality)
        return experiment.task

    def _of_task(self) -> Experiment:
        """The experiment with the objectives that it leaves to its task.

        Raises:
            ExperimentFileError: It says something that has no meaning for the task.
        """
        experiment, task, quality = self.experiment, self.task, QUALITIES[self.task]
        if "objectives" not in experiment.model_fields_set:
            experiment = experiment.model_copy(update={"objectives": (quality, "flops")})
        if experiment.quality != quality:
            rule = f"must contain {quality}, the measure of {task}, in place of"
            raise self.error(("objectives",), f"{rule} {experiment.quality}")
        for name in QUALITIES.values():
            if name != quality and getattr(experiment.constraints, name) is not None:
                # Where the task is guessed from the objectives, these may be what is wrong.
                said = ", as `objectives` do" if "objectives" in experiment.model_fields_set else ""
                rule = f"has no meaning for {task}: use {quality}{said}"
                raise self.error(("constraints", name), rule)
        if not TASKS[task].may_mix and experiment.proxy.augmentation.mixup:
            raise self.error(("proxy", "augmentation", "mixup"), MIXES_LABELS.format(task))
        return experiment

    def _require_task(self, task: TaskName) -> None:
        """Raises ExperimentFileError where the file is for another task than the data set."""
        if task == self.task:
            return
        if self.experiment.task is not None:
            raise self.error(("task",), f"(={self.task}) must be that of the data set, {task}")
        rule = f"must contain {QUALITIES[task]}: the data set is for {task}"
        raise self.error(("objectives",), rule)

    def _require_head(self) -> None:
        """Raises ExperimentFileError where the space's head is not one for the task."""
        has_head, task = bool(self.experiment.space.heads), TASKS[self.task]
        if has_head == task.has_heads:
            return
        heads = ", ".join(head_types())
        rule = f"must be one that makes {task.answer} ({heads}), as the data set has"
        if has_head:
            rule = f"must be the classifier's (or left out): {heads} are for data sets with masks"
        raise self.error(("space", "head"), rule)

    def _require_baselines(self) -> None:
        """Raises ExperimentFileError where a baseline makes classes of another kind."""
        task = TASKS[self.task]
        made = len(task.out_shape((1, 1, 1), num_classes=2))
        for index, baseline in enumerate(self.experiment.baselines):
            if num_axes(baseline.name) != made:
                rule = f"(={baseline.name}) must be a network that makes {task.answer}"
                raise self.error(("baselines", index), rule)

    def with_name(self, name: str) -> ExperimentFile:
        """The same file for a study of another name. Raises ValueError where that is none."""
        return self._with("name", check_name(name))

    def with_num_trials(self, num_trials: int) -> ExperimentFile:
        """The same file with another budget of trials."""
        return self._with_search("num_trials", num_trials)

    def with_sampler(self, name: str) -> ExperimentFile:
        """The same file with another sampler, or with the name of one that is passed in."""
        return self._with_search("sampler", name)

    def with_evaluator(self, name: str) -> ExperimentFile:
        """The same file with the name of an evaluator that is passed in."""
        return self._with("evaluator", name)

    def with_workers(self, workers: WorkersSpec) -> ExperimentFile:
        """The same file with what each trial gets of the machine."""
        return self._with("workers", workers)

    def with_batch_size(self, num_images: int, in_shape: Shape) -> ExperimentFile:
        """The same file with a number for `proxy.batch_size: auto`, for training images."""
        device = self.experiment.workers.device
        return self._with("proxy", self.experiment.proxy.settled(device, num_images, in_shape))

    def as_begun(self, values: Mapping[str, Any]) -> ExperimentFile:
        """The same file, what it does not say as it was meant when a study began.

        Args:
            values: The experiment of the study.
        """
        fidelity = self.experiment.fidelity.as_begun(values.get("fidelity") or {})
        proxy = self.experiment.proxy.as_begun(values.get("proxy") or {})
        begun = self._with("fidelity", fidelity)._with("proxy", proxy)
        if "objectives" in self.experiment.model_fields_set or "objectives" not in values:
            return begun
        # Also where the data set is not there, which says what the objectives are by default.
        return begun._with("objectives", (quality_of(values["objectives"]), "flops"))

    def _with_search(self, key: str, value: Any) -> ExperimentFile:
        return self._with("search", self.experiment.search.model_copy(update={key: value}))

    def _with(self, key: str, value: Any) -> ExperimentFile:
        changed = copy(self)
        changed.experiment = self.experiment.model_copy(update={key: value})
        return changed

    def evaluator(self) -> Any:
        """The evaluator that the file names; None for the built-in one.

        A module is looked for in the folder of the file first.

        Raises:
            ExperimentFileError: It cannot be loaded; with file, line and key.
        """
        name = self.experiment.evaluator
        if name == PROXY:
            return None
        try:
            return load_function(name, Path(self.document.path).parent)
        except UserCodeError as error:
            raise self.error(("evaluator",), f"(={name}): {error}") from error

    def error(self, location: Location, message: str) -> ExperimentFileError:
        """An error that names file, line and key of a place in the file."""
        return self.document.error(location, message)

    def data_error(self, error: DataError) -> NasError:
        """What to raise for an error of the data set: with file, line and key where those know."""
        if isinstance(error, DataOptionError):
            return self.error(("dataset", error.key), error.rule)
        return error

    def space(self, in_shape: Shape, num_classes: int, task: TaskName | None = None) -> Space:
        """The space for images of a data set, every one of its blocks checked to be buildable.

        Args:
            task: Of the data set; that of the file where it is not there.

        Raises:
            ExperimentFileError: A choice cannot be built, such as groups that divide no channels;
                the space says that it is made for other images, or its head for another task; it is
                too large for the sampler; or the file is for another task; or the runtime of the
                device lacks what a block needs.
        """
        self._require_task(task or self.task)
        self._require_head()
        self._require_baselines()
        declared = self.experiment.space.input
        if declared and (declared.in_shape, declared.num_classes) != (in_shape, num_classes):
            said = _images(declared.in_shape, declared.num_classes)
            came = _images(in_shape, num_classes)
            raise self.error(("space", "input"), f"(={said}) must agree with the data set ({came})")
        space = Space(self.experiment.space, in_shape, num_classes)
        try:
            # Built for their errors alone, which know the place of the choice at fault.
            list(distinct_blocks(space))
        except SpaceError as error:
            raise self.error(("space", *error.location), str(error)) from error
        self._require_operators(space)
        self._require_listable(space)
        return space

    def _require_operators(self, space: Space) -> None:
        """Raises ExperimentFileError where the runtime of the device cannot run a block."""
        if not self.experiment.needs_operators:
            return
        for location, graph in located_blocks(space):
            reason = lacking(graph)
            if reason is not None:
                rule = "has no counterpart in TensorFlow Lite Micro, whose RAM and flash are asked"
                raise self.error(("space", *location), f"{rule}: {reason}")

    def _require_listable(self, space: Space) -> None:
        number = space.num_combinations()
        if self.experiment.search.sampler == "grid" and number > MAX_GRID:
            rule = f"takes spaces of at most {MAX_GRID:,} sets of values; this one has {number:,}"
            raise self.error(("search", "sampler"), f"(=grid) {rule}")


def _images(in_shape: Shape, num_classes: int) -> str:
    return f"{'x'.join(map(str, in_shape))} in {num_classes} classes"
