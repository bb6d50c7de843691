"""Copies a SQLite catalog as of one moment. Run as `python -m warehouse.care.copy_catalog FROM TO`.

In a process of its own, like warehouse.care.shrink: two SQLite libraries in one process undo each other's locks. A copy
of the file alone would lack what is still in its log. Imports nothing of the project; exits with 1 where the copy is
not sound.
"""

import sqlite3
import sys


def copy(source: str, target: str) -> str:
    """Write the copy, which must not exist; returns SQLite's own verdict on it, `ok` if it is sound."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60) as catalog:
        catalog.execute("VACUUM INTO ?", [target])
    with sqlite3.connect(target) as copied:
        (verdict,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
    return str(verdict)


if __name__ == "__main__":
    answer = copy(sys.argv[1], sys.argv[2])
    sys.stdout.write(answer)
    sys.exit(answer != "ok")
