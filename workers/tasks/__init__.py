"""What a network is trained for: a module a task, which knows labels, loss and score of it alone.

Everything else asks: the stepper for loss and changed labels, an evaluation for counts, a study for
the name of what it maximises.
"""

from workers.datasets.base import DatasetInfo
from workers.tasks.base import MIXES_LABELS, Difference, Score, Task, TaskName
from workers.tasks.classification import Classification
from workers.tasks.segmentation import Segmentation

TASKS: dict[TaskName, Task] = {
    "classification": Classification(),
    "segmentation": Segmentation(),
}


def task_of(info: DatasetInfo) -> Task:
    """The task of a data set."""
    return TASKS[info.task]


__all__ = ["MIXES_LABELS", "TASKS", "Difference", "Score", "Task", "TaskName", "task_of"]
