"""How a space is explored: samplers, halving, sessions, and the run on Ray Tune."""
