"""Spaces of networks: from YAML to architectures, counted, listed, limited and described."""
