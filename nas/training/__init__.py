"""Full training of a network that a search has found, or of an exported file."""

from nas.training.recipe import training_recipe
from nas.training.run import Settings, train_source
from nas.training.source import Source, TrainingResult, source_of_file, source_of_trial

__all__ = [
    "Settings",
    "Source",
    "TrainingResult",
    "source_of_file",
    "source_of_trial",
    "train_source",
    "training_recipe",
]
