"""How long blocks and networks take on this device, as they are deployed and measured alone.

Nothing here needs Ray, a database or the rest of the service, and only the chosen backend is
imported: a board with PyTorch alone, or with ONNX Runtime alone, can run it.
"""

from workers.latency.here import processor_name, setting_here
from workers.latency.measurement import OF_NETWORKS, Measurement, measure, usual
from workers.latency.noise import MedianInterval, median_interval
from workers.latency.rounds import Effort
from workers.latency.setting import LatencySetting
from workers.latency.subject import Subject
from workers.latency.table_file import MeasuredNetwork, TableFile, read_table, write_table

__all__ = [
    "OF_NETWORKS",
    "Effort",
    "LatencySetting",
    "MeasuredNetwork",
    "Measurement",
    "MedianInterval",
    "Subject",
    "TableFile",
    "measure",
    "median_interval",
    "processor_name",
    "read_table",
    "setting_here",
    "usual",
    "write_table",
]
