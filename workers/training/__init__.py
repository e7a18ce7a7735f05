"""Training a chosen network to the end: long, exactly resumable, on one process or several.

Needs torch and numpy, neither Ray nor a database. The parts that the short training has as well
(augmentation, averaging, layers that train faster) are those of `workers.proxy`.
"""

from workers.training.checkpoint import Checkpoint, read_checkpoint
from workers.training.deployed import Deployed
from workers.training.job import Budget, Job, TrainingRecipe
from workers.training.loop import EpochRecord, Outcome, Watcher
from workers.training.processes import train
from workers.training.subject import FileSubject, Int8Subject, NetworkSubject, Subject

__all__ = [
    "Budget",
    "Checkpoint",
    "Deployed",
    "EpochRecord",
    "FileSubject",
    "Int8Subject",
    "Job",
    "NetworkSubject",
    "Outcome",
    "Subject",
    "TrainingRecipe",
    "Watcher",
    "read_checkpoint",
    "train",
]
