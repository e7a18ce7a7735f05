"""Which trial is trained next: one that was interrupted, a new one, or none any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nas.config import Experiment
from nas.runner.optuna_study import IN_WORDS, OptunaStudy
from nas.runner.reuse import Reuse
from nas.runner.trials import NO_CHOICES, Trials, Writing
from nas.samplers.joint import feasible_architectures
from nas.store import Store, StudyRecord, TrialRecord
from nas.store.records import own_and_interval
from search_spaces.errors import NoFeasibleError
from search_spaces.graphs.cost import cost
from search_spaces.graphs.network import Network
from search_spaces.measures import LATENCY, own_of
from search_spaces.quantities import plural
from search_spaces.spaces.problem import Candidate, SpaceProblem


class Proposal(NamedTuple):
    """A trial to be trained."""

    number: int
    network: Network


class Proposals:
    """Proposes the trials of a run until it ends: by their number, the clock, or a wish to stop.

    Attributes:
        is_stopped: Whether nothing more may start.
    """

    def __init__(
        self,
        trials: Trials,
        store: Store,
        study: StudyRecord,
        optuna_study: OptunaStudy,
        experiment: Experiment,
        problem: SpaceProblem,
        clock: Callable[[], float],
        notify: Callable[[str, str, int], None],
        writing: Writing,
    ) -> None:
        """The clock of a time limit begins now."""
        self._trials = trials
        self._store = store
        self._study = study
        self._optuna = optuna_study
        self._experiment = experiment
        self._problem = problem
        self._clock = clock
        self._notify = notify
        self._writing = writing
        self._started_at = clock()
        self._feasible = feasible_architectures(problem)
        self._reuse: Reuse | None = None
        self.is_stopped = False

    def stop(self, reason: str) -> None:
        """Lets nothing more start."""
        self.is_stopped = True
        progress = self._trials.progress
        progress.ended = progress.ended or reason

    def reuse_from(self, reuse: Reuse) -> None:
        """Lets trials end with what other studies have trained."""
        self._reuse = reuse

    def has_work(self) -> bool:
        """Whether there is anything to train."""
        if self._trials.pending:
            return True
        progress = self._trials.progress
        progress.ended = self._end_reason()
        if progress.ended is None and self._nothing_left():
            progress.ended = self._all_known()
        return progress.ended is None

    def is_over(self) -> bool:
        """Whether nothing can come any more, not even a trial that is tried again."""
        if self.is_stopped:
            return True
        trials = self._trials
        return trials.progress.ended is not None and not trials.pending and not trials.unfinished

    def next(self) -> Proposal | None:
        """The next trial to train: an interrupted or a new one; None where there is none now."""
        while (proposal := self._next()) is not None:
            if not self._is_known(proposal):
                return proposal
        return None

    def _next(self) -> Proposal | None:
        if self.is_stopped:
            return None
        if self._trials.pending:
            # Before any new one: with one worker the search is as if it had not been interrupted.
            number = self._trials.pending.popleft()
            self._trials.unfinished.add(number)
            return Proposal(number, self._store.network(self._trials.records[number].architecture))
        progress = self._trials.progress
        progress.ended = progress.ended or self._end_reason()
        if progress.ended:
            return None
        try:
            return self._new_trial()
        except NoFeasibleError as error:
            self._abandon_unknown()
            # Nothing was ever within the budgets: no end of a search, but an error of the file.
            if not self._trials.records:
                raise
            progress.ended = str(error)
            return None

    def _is_known(self, proposal: Proposal) -> bool:
        """Whether a trial has ended with what another study trained.

        One that goes on beyond that takes over what is known, and is trained from its start.
        """
        number, trials = proposal.number, self._trials
        if self._reuse is None:
            return False
        trial = trials.records[number]
        found = self._reuse.take_over(trial, proposal.network, trials.judge, self._writing)
        if found is None:
            return False
        last = found.curve[-1]
        own, interval = own_and_interval(last.readings, trial.quality)
        trials.update(
            number, state=found.state, epochs=last.epochs, accuracy=last.accuracy,
            reused=found.source, own={**trial.own, **own}, interval=interval,
        )  # fmt: skip
        trials.replace_curve(number, found.curve)
        if found.state == "RUNNING":
            # The curve can be taken over; the state of its optimiser went when that trial ended.
            trials.restarted.add(number)
            return False
        if not trials.progress.num_reused:
            where = f"study {found.source.study!r} (trial {found.source.number})"
            text = f"trial {number} was trained in {where}: not again (`search.reuse`)"
            self._notify("reused", text, number)
        trials.end(number)
        return True

    def _new_trial(self) -> Proposal:
        if self._nothing_left():
            raise NoFeasibleError(self._all_known())
        stray = self._trials.strays.popleft() if self._trials.strays else None
        known = self._trials.architectures()
        number, values = self._optuna.ask(self._problem, stray, known)
        candidate = self._problem.candidate(values)
        network = self._problem.space.network(values)
        description = self._problem.space.in_words(values)
        facts = {"architecture": candidate.architecture, IN_WORDS: description}
        self._optuna.annotate(number, {**facts, **candidate.costs})
        # Optuna has it by now: a kill in between leaves a stray, which the next run proposes again.
        with self._writing():
            self._store.add_trial(
                self._study, number, network, cost(network), choices=values,
                description=description, latency_ms=candidate.costs.get(LATENCY),
                own=own_of(candidate.costs),
            )  # fmt: skip
        self._trials.records[number] = _record(number, candidate, self._study.quality)
        self._trials.unfinished.add(number)
        return Proposal(number, network)

    def _abandon_unknown(self) -> None:
        """Ends the trials that Optuna has begun and for which there is no network."""
        for number in self._optuna.running():
            if number not in self._trials.records:
                self._optuna.abandon(number)

    def _end_reason(self) -> str | None:
        search, records = self._experiment.search, self._trials.records
        # Failed ones are replaced by others, so that so many results come of a search.
        if sum(trial.state != "FAIL" for trial in records.values()) >= search.num_trials:
            return plural(search.num_trials, "trial")
        elapsed = self._clock() - self._started_at
        if search.time_limit is not None and elapsed >= search.time_limit:
            return "the time limit"
        return None

    def _nothing_left(self) -> bool:
        if not self._feasible:
            return False
        return self._feasible <= self._trials.architectures()

    def _all_known(self) -> str:
        return f"all {len(self._feasible or ())} architectures within the budgets are known"


def _record(number: int, candidate: Candidate, quality: str) -> TrialRecord:
    costs = candidate.costs
    return TrialRecord(
        number=number, architecture=candidate.architecture, choices=NO_CHOICES,
        description="", state="WAITING", epochs=0, accuracy=None,
        flops=int(costs["flops"]), params=int(costs["params"]),
        weight_bytes=int(costs["weight_bytes"]),
        peak_activation_bytes=int(costs["peak_activation_bytes"]),
        latency_ms=costs.get(LATENCY), train_s=0.0, failure=None,
        predicted_latency_ms=costs.get(LATENCY), own=own_of(costs),
        quality=quality,
    )  # fmt: skip
