"""A study for notebooks: what a search has found, as pandas frames and PyTorch modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nas.config.training import DEFAULT_EPOCHS, Precision
from nas.store import Store, StudyRecord, TrialRecord, default_url
from nas.store.results import as_json, knee_trial, pareto_front
from nas.store.selection import Selection, best_within, numbered_trial, selected_trial, upper_limits
from nas.store.workspace import DEFAULT_ROOT, Workspace
from nas.study_plots import StudyPlots
from search_spaces.errors import StoreError
from search_spaces.graphs.network import Network
from search_spaces.measures import ACCURACY, LATENCY
from search_spaces.quantities import plural

if TYPE_CHECKING:
    import pandas as pd
    from torch import nn

    from dashboards import Findings
    from nas.export import Exported
    from nas.training import TrainingResult

TRIAL_COLUMNS = (
    "trial", "architecture", "state", ACCURACY, "flops", "params", LATENCY,
    "predicted_latency_ms", "peak_activation_bytes", "weight_bytes", "epochs", "reused_from",
    "feasible", "description", "choices", "train_s", "failure", "measured_latency_ms",
    "measured_low_ms", "measured_high_ms",
)  # fmt: skip
"""Columns of a frame of trials: those of `nas pareto --json` but `confirmed`, seconds, why a trial
failed, and the latency measured end to end with its 95% interval, which networks of the front have.
Measures of one's own follow. The trained measure of segmentation, `miou`, stands in the place of
`accuracy`, and what is told beside it at the end.
"""

_FLOATS = (
    ACCURACY, LATENCY, "predicted_latency_ms", "train_s", "measured_latency_ms",
    "measured_low_ms", "measured_high_ms",
)  # fmt: skip
"""Missing where a trial has none, and numbers all the same."""

CURVE_COLUMNS = ("trial", "epochs", ACCURACY, "train_loss", "train_s")


@dataclass(frozen=True)
class Study(StudyPlots):
    """One study of a database. Each call reads what is there now, also while the search runs.

    Attributes:
        name: Its name.
        storage: Address of the database; that of NAS_STORAGE, else `nas.db`, where none is given.
        folder: Folder of weights, reports and exported code of all studies.
    """

    name: str
    storage: str = field(default_factory=default_url, repr=False)
    folder: Path = Path(DEFAULT_ROOT)

    @property
    def record(self) -> StudyRecord:
        """What the database says about the study itself: state, experiment, data, versions."""
        from nas.runner.lease import as_it_stands

        with self._store() as store:
            return as_it_stands(store, store.study(self.name))

    @property
    def state(self) -> str:
        """RUNNING, INTERRUPTED (killed, too), COMPLETE or FAIL."""
        return self.record.state

    def trials(self) -> pd.DataFrame:
        """All trials, one a row, by number; the columns are `TRIAL_COLUMNS`."""
        return _frame(*self._trials())

    def pareto_front(self) -> pd.DataFrame:
        """The COMPLETE trials that no other dominates, the cheapest first; columns as `trials`.

        Those within the study's limits; where there is none, those that violate them least.
        """
        return _frame(*self._front())

    def curves(self) -> pd.DataFrame:
        """All learning curves, one epoch a row; the columns are `CURVE_COLUMNS`."""
        import pandas as pd

        with self._store() as store:
            study = store.study(self.name)
            epochs = store.epochs(study)
        rows = [(e.number, e.epochs, e.accuracy, e.train_loss, e.train_s) for e in epochs]
        return pd.DataFrame(rows, columns=_of(study, CURVE_COLUMNS)).astype({"train_loss": float})

    def knee(self) -> pd.Series:
        """The front's best compromise, as a row of `pareto_front`.

        Raises:
            StoreError: No trial is COMPLETE yet.
        """
        study, front = self._front()
        return _row(study, knee_trial(front, study.objectives))

    def best(self, **limits: float | str) -> pd.Series:
        """The most accurate COMPLETE trial, the cheapest of equals, as a row of `trials`.

        Args:
            limits: Upper limits of costs, for example `flops="5M", latency_ms=1.5`.

        Raises:
            SearchError: A limit is none.
            StoreError: No COMPLETE trial keeps to the limits.
        """
        study, trials = self._trials()
        return _row(study, best_within(self.name, trials, upper_limits(limits)))

    def network(self, number: int) -> Network:
        """The architecture of a trial. Raises StoreError where there is no such trial."""
        trial = self._trial(number)
        with self._store() as store:
            return store.network(trial.architecture)

    def module(self, number: int, *, weights: bool = True) -> nn.Module:
        """The network of a trial as a PyTorch module in evaluation mode.

        Args:
            weights: Whether it gets the weights that its trial trained; else fresh ones.

        Raises:
            StoreError: There is no such trial, or it left no weights.
            ExportError: The file of weights is damaged.
        """
        from nas.export import load_weights
        from search_spaces.graphs.modules import build_module

        module = build_module(self.network(number)).eval()
        if weights:
            path = self._workspace.weights(self.record, int(number))
            if not path.exists():
                hint = "`weights=False` builds it without"
                raise StoreError(f"trial {number} has no weights at {path}; {hint}")
            module.load_state_dict(load_weights(path))
        return module

    def export(
        self,
        number: int | None = None,
        out: str | Path | None = None,
        *,
        formats: Sequence[str] = (),
        weights: bool | None = None,
        note: str | None = None,
        opset: int | None = None,
    ) -> Exported:
        """Writes a trial's network as one Python file, its weights beside it, as `nas export` does.

        Args:
            number: The trial; the knee by default.
            out: Folder to write to; the study's own by default.
            formats: Others beside code: `onnx`, `torch_export`, `torchscript`.
            weights: Whether trained weights come with it; by default if there are any.
            note: A line for the file's header.
            opset: Version of ONNX's operators, where `formats` has `onnx`; 20 by default.

        Raises:
            ExportError: The code is not the network, a format is none, weights are wanted that are
                not there, or a file cannot be written. Nothing is written then.
        """
        from nas.export import Wishes, export_trials

        folder = self._workspace.export if out is None else Path(out)
        wishes = Wishes(tuple(formats), weights, note, opset=opset)
        with self._store() as store:
            study = store.study(self.name)
            trials = store.trials(study)
            trial = selected_trial(study, trials, Selection(number))
            (found,) = export_trials(store, self._workspace, study, [trial], folder, wishes)
        return found

    def train(
        self,
        number: int | None = None,
        *,
        epochs: int | None = None,
        minutes: float | None = None,
        seed: int = 0,
        device: str = "auto",
        restart: bool = False,
        predictions: str | Path | None = None,
        progress: bool = True,
        precision: Precision = "float32",
        **recipe: object,
    ) -> TrainingResult:
        """Trains a trial's network to the end and measures it on the test images, as `nas train`.

        The same call goes on with a training that was stopped; one that is complete is not done
        again.

        Args:
            number: The trial; the knee by default.
            epochs: Length of the training; 100 by default, 10 in eight bit integers.
            minutes: Instead of `epochs`: as many as fit.
            device: `cpu`, `cuda`, or `auto`.
            restart: Forget what there is of this training.
            predictions: Folder for what the network makes of the test images.
            progress: Whether to show on standard error how it goes on.
            precision: `int8` trains on in eight bit integers, from the weights that there are.
            recipe: Changes of the recipe, for example `mixup=0.2`.

        Raises:
            NasError: An argument, the data set or a file is at fault, or the training diverged.
        """
        from nas.runner.stopping import interruptible
        from nas.training import Settings, source_of_trial, train_source, training_recipe
        from nas.training.progress import Silence, TrainingView
        from workers.training import Budget

        study, front = self._front()
        trial = knee_trial(front, study.objectives) if number is None else self._trial(number)
        length = DEFAULT_EPOCHS[precision] if epochs is None else epochs
        budget = Budget(length) if minutes is None else Budget(None, 60 * minutes)
        changed = training_recipe(recipe, precision)
        folder = None if predictions is None else Path(predictions)
        settings = Settings(changed, budget, seed, device, restart=restart, predictions=folder)
        view = TrainingView() if progress else Silence()
        with self._store() as store, interruptible(view.message) as stop:
            source = source_of_trial(store, study, trial, self._workspace, precision)
            view.quality = source.quality
            return train_source(source, settings, store, view, stop)

    def report(self, out: str | Path | None = None) -> Path:
        """Writes the front as one HTML file, as `nas report` does, and returns its path."""
        from dashboards import write_report

        path = self._workspace.report if out is None else Path(out)
        with self._store() as store:
            write_report(store, self.name, path, workspace=self._workspace)
        return path

    def _repr_html_(self) -> str:
        """The state and the front, for notebooks."""
        study, trials = self._trials()
        front = self.pareto_front()[["trial", *study.objectives, "description"]]
        counts = f"{plural(len(trials), 'trial')}, {len(front)} on the front"
        head = f"<b>{escape(self.name)}</b>: {escape(study.state)}, {counts}"
        return f"<p>{head}</p>{front.to_html(index=False)}"

    def _findings(self) -> Findings:
        from dashboards import Findings

        with self._store() as store:
            return Findings.read(store, self.name)

    @property
    def _workspace(self) -> Workspace:
        return Workspace(self.folder, self.name)

    def _store(self) -> Store:
        # Not made here: a misspelt address is an error and no empty database.
        return Store(self.storage, create=False)

    def _trials(self) -> tuple[StudyRecord, list[TrialRecord]]:
        with self._store() as store:
            study = store.study(self.name)
            return study, store.trials(study)

    def _front(self) -> tuple[StudyRecord, list[TrialRecord]]:
        study, trials = self._trials()
        return study, pareto_front(trials, study.objectives, study.limits)

    def _trial(self, number: int) -> TrialRecord:
        _, trials = self._trials()
        return numbered_trial(self.name, trials, number)


def _frame(study: StudyRecord, trials: list[TrialRecord]) -> pd.DataFrame:
    import pandas as pd

    own = dict.fromkeys(name for trial in trials for name in trial.own)
    interval = [] if study.quality == ACCURACY else [f"{study.quality}_interval"]
    columns = [*_of(study, TRIAL_COLUMNS), *own, *interval]
    frame = pd.DataFrame([_values(study, t) for t in trials], columns=columns)
    # A column of None alone would hold objects, which nothing adds up or draws.
    return frame.astype(dict.fromkeys(_of(study, _FLOATS), float))


def _of(study: StudyRecord, columns: Sequence[str]) -> list[str]:
    """Columns with the trained measure as the study calls it."""
    return [study.quality if name == ACCURACY else name for name in columns]


def _row(study: StudyRecord, trial: TrialRecord) -> pd.Series:
    import pandas as pd

    return pd.Series(_values(study, trial), name=trial.number)


def _values(study: StudyRecord, trial: TrialRecord) -> dict[str, Any]:
    measured, reused = trial.measured, trial.reused
    return {
        **as_json(trial, study.limits),
        "reused_from": None if reused is None else f"{reused.study}:{reused.number}",
        "train_s": trial.train_s,
        "failure": trial.failure,
        "measured_latency_ms": measured.latency_ms if measured else None,
        "measured_low_ms": measured.low_ms if measured else None,
        "measured_high_ms": measured.high_ms if measured else None,
    }
