"""Benchmarks: the pipeline's cost beside the least that the same work needs. Not packaged; may import every room."""
