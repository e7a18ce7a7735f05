"""The network as code that needs PyTorch alone, and in other formats, each proven first."""

from nas.export.code.source import network_source
from nas.export.files import SUFFIXES, Exported, export_subjects, subject_source
from nas.export.of_study import Wishes, export_trials, missing_weights, subjects_of_trials
from nas.export.onnx_int8 import OnnxInt8Proof
from nas.export.proof import Case, LatencyOf, Proof, examine, fresh_state, prove
from nas.export.subject import Subject, subject_of_reference, subject_of_trial
from nas.export.tflite_files import TfliteProof
from nas.store.weights import Weights, find_weights, last_training, load_weights

__all__ = [
    "SUFFIXES",
    "Case",
    "Exported",
    "LatencyOf",
    "OnnxInt8Proof",
    "Proof",
    "Subject",
    "TfliteProof",
    "Weights",
    "Wishes",
    "examine",
    "export_subjects",
    "export_trials",
    "find_weights",
    "fresh_state",
    "last_training",
    "load_weights",
    "missing_weights",
    "network_source",
    "prove",
    "subject_of_reference",
    "subject_of_trial",
    "subject_source",
    "subjects_of_trials",
]
