"""Architecture search for convolutional networks that must fit a device's budget."""

__version__ = "0.1.0"
