"""Writes a table of counts in every way units are known to write. Shares no code with the readers."""

from tests.writers.render import write
from tests.writers.table import Entry, Table
from tests.writers.way import Way, fitted

__all__ = ["Entry", "Table", "Way", "fitted", "write"]
