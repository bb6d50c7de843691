"""Reads files that hold several units: tables with the text that names each row's unit. Knows no unit."""
