"""What a machine has, and what of it is in the way of a search."""

from nas.doctor.facts import Cluster, Database, Facts, Folder, Gpus, Memory, gather
from nas.doctor.findings import Finding, findings

__all__ = [
    "Cluster",
    "Database",
    "Facts",
    "Finding",
    "Folder",
    "Gpus",
    "Memory",
    "findings",
    "gather",
]
