"""Images to train on, as arrays in memory."""

from workers.datasets.base import Dataset, DatasetInfo, FreshImages, Split
from workers.datasets.contents import Contents, input_format
from workers.datasets.registry import (
    check_test,
    dataset_contents,
    dataset_info,
    dataset_task,
    fresh_images,
    load_dataset,
    load_test,
    loaders,
)

__all__ = [
    "Contents",
    "Dataset",
    "DatasetInfo",
    "FreshImages",
    "Split",
    "check_test",
    "dataset_contents",
    "dataset_info",
    "dataset_task",
    "fresh_images",
    "input_format",
    "load_dataset",
    "load_test",
    "loaders",
]
