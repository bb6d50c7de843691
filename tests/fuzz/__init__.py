"""Broken files of every format thrown at the readers. `python -m tests.fuzz READER SECONDS` does it for long."""
