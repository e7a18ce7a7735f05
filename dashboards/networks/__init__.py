"""One network as people look at it: card, layers, diagram, where it comes from."""
