"""Stands on top and only wires: the command, the demo. No rules."""

__version__ = "0.1.0"
