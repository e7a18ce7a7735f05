"""Images to train on, as arrays in memory."""

from workers.datasets.base import Dataset, DatasetInfo, dataset_info, load_dataset

__all__ = ["Dataset", "DatasetInfo", "dataset_info", "load_dataset"]
