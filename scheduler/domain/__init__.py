"""Decides. Facts in, decisions out; no clock, no chance, no I/O, no framework."""
