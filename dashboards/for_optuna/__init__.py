"""What Optuna's own dashboard shows of a study beside its trials: notes, figures and files."""

from dashboards.for_optuna.during_search import shown_in_optuna
from dashboards.for_optuna.files import ARTIFACTS, attach_files, detach_files
from dashboards.for_optuna.fresh import kept_fresh, refresh
from nas.runner.optuna_tables import closed, optuna_storage

__all__ = [
    "ARTIFACTS", "attach_files", "closed", "detach_files", "kept_fresh", "optuna_storage",
    "refresh", "shown_in_optuna",
]  # fmt: skip
