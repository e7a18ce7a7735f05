"""The default sampler: it models accuracy alone, because everything else is known beforehand."""
