"""Searches of tables of known results, in simulated time: which sampler suits me?"""
