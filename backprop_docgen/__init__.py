"""A step-by-step backpropagation tutorial whose every number is computed."""

__version__ = "0.1.0"
