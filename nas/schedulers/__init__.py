"""Who goes on training: rules of early stopping for several objectives."""
