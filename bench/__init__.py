"""Benchmarks: what the pipeline costs beside the least the machine needs for the same. Not packaged; may import all."""
