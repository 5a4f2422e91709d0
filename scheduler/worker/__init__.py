"""Rings the bells. Knows when a step runs, never what it decides."""
