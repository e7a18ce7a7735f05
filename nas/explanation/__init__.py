"""What would change if one choice of a network were another."""
