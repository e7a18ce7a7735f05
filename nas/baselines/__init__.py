"""What a front is compared with: networks of the literature, and a random search."""
