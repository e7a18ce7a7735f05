"""Images with a mask each, a class a pixel: a file for each layout, and what they share."""

from workers.datasets.masks.camvid import CamVid
from workers.datasets.masks.cityscapes import Cityscapes
from workers.datasets.masks.loading import MaskFiles
from workers.datasets.masks.mask_folder import MaskFolder
from workers.datasets.masks.pairs import Layout
from workers.datasets.masks.voc import Voc

LAYOUTS: dict[str, Layout] = {
    "mask_folder": MaskFolder(),
    "voc_segmentation": Voc(),
    "cityscapes": Cityscapes(),
    "camvid": CamVid(),
}

WITH_OWN_CLASSES = ("cityscapes", "camvid")
"""Those whose classes no experiment file changes."""

__all__ = ["LAYOUTS", "WITH_OWN_CLASSES", "Layout", "MaskFiles"]
