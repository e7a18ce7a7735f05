"""What a study's trials teach: which choices matter, and how fast the search found its front."""
