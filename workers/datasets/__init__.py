"""Images to train on, as arrays in memory."""

from workers.datasets.base import Dataset, DatasetInfo, FreshImages, Split
from workers.datasets.registry import dataset_info, fresh_images, load_dataset, load_test, loaders

__all__ = [
    "Dataset",
    "DatasetInfo",
    "FreshImages",
    "Split",
    "dataset_info",
    "fresh_images",
    "load_dataset",
    "load_test",
    "loaders",
]
