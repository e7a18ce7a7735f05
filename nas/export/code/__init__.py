"""Graphs as readable Python classes."""
