"""Writes a training into the database while it runs, beside the trial that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from nas.runner.machine import hardware, package_versions
from nas.runner.stopping import StopRequest
from nas.store import Store, TrainingEpochRecord, TrainingRecord
from nas.training.recipe import differences
from nas.training.source import Source, TrainingResult
from workers.datasets import Dataset, input_format
from workers.tasks import Score, task_of
from workers.training import Checkpoint, EpochRecord, Watcher


class Audience(Watcher, Protocol):
    """Who is told how a training goes on, in words as well."""

    def message(self, text: str) -> None:
        """One line about what happens now."""
        ...


class Recorder:
    """Watches a training: writes each epoch, hands everything on to who looks at it, and stops it.

    A row of `nas_trainings` belongs to one set of conditions; the one that is RUNNING goes on.

    Attributes:
        source: What is trained.
    """

    def __init__(
        self,
        store: Store,
        source: Source,
        conditions: Mapping[str, Any],
        dataset: Dataset,
        audience: Audience,
        stop: StopRequest,
    ) -> None:
        self.source = source
        self._store, self._conditions, self._audience = store, dict(conditions), audience
        self._dataset = dataset
        self._checkpoint = str(source.checkpoint(int(conditions["seed"])).resolve())
        # Of a training by minutes this is known when its first steps were timed, see `planned`.
        self._max_epochs = int(conditions.get("epochs", 0))
        self._id = 0
        self._stop = stop

    def completed(self) -> TrainingResult | None:
        """What the same training came to, where it is complete."""
        done = [training for training in self._same() if training.state == "COMPLETE"]
        return self._result(done[-1]) if done else None

    def begin(self, begun: Checkpoint | None) -> None:
        """Finds the row that goes on, or adds one; its curve becomes that of the checkpoint."""
        running = [
            training
            for training in self._same()
            if training.state == "RUNNING" and training.checkpoint == self._checkpoint
        ]
        if begun is not None and running:
            self._id = running.pop().id
        else:
            self._id = self._store.add_training(
                self.source.architecture, recipe=self._conditions,
                seed=int(self._conditions["seed"]), max_epochs=self._max_epochs,
                hardware=hardware(), versions=package_versions(),
                input_format=input_format(self._dataset),
                class_names=self._dataset.info.class_names,
                study=self.source.study, number=self.source.number,
            )  # fmt: skip
        for training in running:
            self._store.fail_training(training.id, "given up: begun anew")
        # Epochs that were written after the last checkpoint are trained again.
        curve = [TrainingEpochRecord(**values) for values in begun.curve] if begun else []
        self._store.rewind_training(self._id, curve, self._checkpoint)

    def planned(self, epochs: int) -> None:
        self._max_epochs = epochs
        self._store.plan_training(self._id, epochs)
        self._audience.planned(epochs)

    def stepped(self, progress: float, trained_s: float) -> None:
        self._audience.stepped(progress, trained_s)

    def epoch(self, record: EpochRecord) -> None:
        self._store.report_training(self._id, TrainingEpochRecord(**vars(record)))
        self._audience.epoch(record)

    def stop_requested(self) -> bool:
        return self._stop.is_asked or self._audience.stop_requested()

    def fail(self, error: Exception) -> None:
        """Notes why the training failed."""
        self._store.fail_training(self._id, str(error))

    def interrupted(self) -> TrainingResult:
        """What a training that was stopped has come to so far."""
        return self._result(self._store.training(self._id), "INTERRUPTED")

    def complete(self, score: Score | None, num_test_images: int) -> TrainingResult:
        """Ends the training well; the file of its weights is there.

        Args:
            score: On the test images; None where there are none.
        """
        self._store.finish_training(
            self._id, test_accuracy=score and score.value,
            num_test_images=None if score is None else num_test_images,
            weights_sha256=self.source.weights_digest(), readings=score and score.readings,
        )  # fmt: skip
        return self._result(self._store.training(self._id))

    def _same(self) -> list[TrainingRecord]:
        """Earlier trainings under the same conditions, the latest last."""
        source = self.source
        return [
            training
            for training in self._store.trainings(source.study)
            if training.number == source.number
            and not differences(training.recipe, self._conditions)
            and (training.study is None) == (source.study is None)
        ]

    def _result(self, training: TrainingRecord, state: str | None = None) -> TrainingResult:
        source, digest = self.source, training.weights_sha256
        has_weights = digest is not None and digest == source.weights_digest()
        return TrainingResult(
            name=source.name, study=training.study, trial=training.number,
            architecture=training.architecture, state=state or training.state,
            epochs=training.epochs, max_epochs=training.max_epochs,
            validation_accuracy=training.validation_accuracy,
            test_accuracy=training.test_accuracy, num_test_images=training.num_test_images,
            train_s=training.train_s, weights=str(source.weights) if has_weights else None,
            weights_sha256=digest, recipe=training.recipe,
            input_format=training.input_format, class_names=training.class_names,
            quality=task_of(self._dataset.info).measure, readings=training.readings,
        )  # fmt: skip
