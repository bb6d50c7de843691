"""Rewrites a SQLite catalog without what was deleted from it. Run as `python -m warehouse.care.shrink FILE`.

In a process of its own: two SQLite libraries in one process undo each other's locks, and DuckDB brings its own.
Imports nothing of the project. Exits with 1 when a reader kept the file for too long; the next run does it.
"""

import sqlite3
import sys

_PATIENCE = 2  # seconds a reader is waited for


def shrink(file: str) -> bool:
    """Rewrite the file and empty its log; false when a reader stood in the way."""
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise
    finally:
        connection.close()
    return not busy


if __name__ == "__main__":
    sys.exit(not shrink(sys.argv[1]))
