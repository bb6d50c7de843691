"""A program for each peer, run with the Python of its own environment. Imports nothing of the project but `load`."""
