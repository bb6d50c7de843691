"""Broken files of every format are given to the readers; `python -m tests.fuzz READER SECONDS` does it for longer."""
