"""Finds the header of a table, and what each of its words means. Reads no number."""
