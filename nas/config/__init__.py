"""The experiment file as typed objects: what `space.yaml` may say, a file a section."""

from nas.config.experiment import Experiment
from nas.config.file import ExperimentFile

__all__ = ["Experiment", "ExperimentFile"]
