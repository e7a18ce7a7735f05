"""Studies that serve another: networks trained to the end with its recipe, without early stopping.

Calibrations, confirmations, baselines and the neighbours of a network are trained so: by the same
workers as any search. They go on where they were interrupted, and what other studies of the
database have trained is not trained again.
"""
