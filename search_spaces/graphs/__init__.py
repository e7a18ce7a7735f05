"""Graphs of primitive layers: what every block and network lowers to, and what follows from it."""
