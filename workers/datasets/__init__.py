"""Images to train on, as arrays in memory."""

from workers.datasets.base import Dataset, DatasetInfo, Split
from workers.datasets.registry import dataset_info, load_dataset, load_test, loaders

__all__ = [
    "Dataset",
    "DatasetInfo",
    "Split",
    "dataset_info",
    "load_dataset",
    "load_test",
    "loaders",
]
