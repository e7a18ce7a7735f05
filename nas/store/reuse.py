"""Which trainings are the same in several studies, and which trials took over what one gave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from nas.store.records import EpochRecord, ReusedTraining, StudyRecord
from nas.store.schema import Base, EpochRow, OwnValueRow, StudyRow, TrialRow, trial_row
from nas.store.transactions import Transactions
from search_spaces.measures import told_beside


class TrainingKeyRow(Base):
    """What a trial's training depends on, as one key: equal keys are the same training."""

    __tablename__ = "nas_training_keys"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    training_key: Mapped[str] = mapped_column(index=True)


class ReusedTrialRow(Base):
    """A trial that took over epochs that a trial of another study had trained."""

    __tablename__ = "nas_reused_trials"

    trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"), primary_key=True)
    source_trial_id: Mapped[int] = mapped_column(ForeignKey("nas_trials.id"))
    epochs: Mapped[int]


@dataclass(frozen=True)
class KnownTraining:
    """What a training with some key gave in another study.

    Attributes:
        study: That study.
        number: Of its trial.
        is_complete: Whether it was trained to the end.
        curve: Its epochs in order.
    """

    study: StudyRecord
    number: int
    is_complete: bool
    curve: tuple[EpochRecord, ...]


class ReuseTables(Transactions):
    """The part of a store that keeps who trained what."""

    def set_training_key(self, study: StudyRecord, number: int, key: str) -> None:
        """Notes what the training of a trial depends on."""
        with self._transaction() as session:
            trial_id = trial_row(session, study.id, number).id
            session.merge(TrainingKeyRow(trial_id=trial_id, training_key=key))

    def known_training(self, key: str, without: StudyRecord) -> tuple[int, int] | None:
        """The longest finished training with a key in another study: ids of study and trial.

        Failed trials are not among them, nor those that took theirs over: the first is named.
        """
        query = (
            select(TrialRow.study_id, TrialRow.number)
            .join(TrainingKeyRow, TrainingKeyRow.trial_id == TrialRow.id)
            .outerjoin(ReusedTrialRow, ReusedTrialRow.trial_id == TrialRow.id)
            .where(
                TrainingKeyRow.training_key == key,
                TrialRow.study_id != without.id,
                # A stopped one as well: its epochs are those with which a longer training begins.
                TrialRow.state.in_(("COMPLETE", "PRUNED")),
            )
            .order_by(TrialRow.epochs.desc(), ReusedTrialRow.trial_id.is_not(None), TrialRow.id)
            .limit(1)
        )
        with self._transaction() as session:
            found = session.execute(query).first()
            return None if found is None else (found[0], found[1])

    def set_reused(
        self, study: StudyRecord, number: int, source: KnownTraining, epochs: int
    ) -> None:
        """Notes that a trial took over so many epochs of another one."""
        with self._transaction() as session:
            trial_id = trial_row(session, study.id, number).id
            source_id = trial_row(session, source.study.id, source.number).id
            session.merge(
                ReusedTrialRow(trial_id=trial_id, source_trial_id=source_id, epochs=epochs)
            )

    def curve(self, study: StudyRecord, number: int) -> tuple[EpochRecord, ...]:
        """The learning curve of one trial, its last epoch with what is told beside."""
        with self._transaction() as session:
            trial_id = trial_row(session, study.id, number).id
            query = select(EpochRow).where(EpochRow.trial_id == trial_id).order_by(EpochRow.epochs)
            epochs = [
                EpochRecord(number, row.epochs, row.accuracy, row.train_loss, row.train_s)
                for row in session.scalars(query)
            ]
            beside = told_beside(study.quality)
            if not epochs or not beside:
                return tuple(epochs)
            values = select(OwnValueRow).where(
                OwnValueRow.trial_id == trial_id, OwnValueRow.measure.in_(beside)
            )
            readings = {row.measure: row.value for row in session.scalars(values)}
            return (*epochs[:-1], replace(epochs[-1], readings=readings))


def reused_trainings(session: Session, study_id: int) -> dict[int, ReusedTraining]:
    """The trials of a study, by number, that took over what another had trained."""
    own, source = aliased(TrialRow), aliased(TrialRow)
    query = (
        select(own.number, StudyRow.name, source.number, ReusedTrialRow.epochs)
        .join(ReusedTrialRow, ReusedTrialRow.trial_id == own.id)
        .join(source, source.id == ReusedTrialRow.source_trial_id)
        .join(StudyRow, StudyRow.id == source.study_id)
        .where(own.study_id == study_id)
    )
    return {
        number: ReusedTraining(name, trial, epochs)
        for number, name, trial, epochs in session.execute(query)
    }
