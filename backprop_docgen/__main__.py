"""``python -m backprop_docgen``."""

from .cli import main

main(prog_name="backprop-docgen")
