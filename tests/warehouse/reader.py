"""A BI tool that keeps reading while publications go on: `python reader.py KIND PUBLISHED_FOLDER STOP_FILE`.

Knows nothing of the project: the published folder is the contract. Prints what it saw as one line of JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

DEADLINE = 3600  # seconds
PAUSE = 0.1  # seconds between reads: without it the readers take up the whole machine
OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}

# What holds within any one publication, each on tables that a mixture would take from different ones.
CHECKS = {
    "units = all": "SELECT (SELECT sum(total) FROM {monthly_unit_rates}) "
    "= (SELECT total FROM {monthly_group_rates} WHERE unit_group = 'all')",
    "days = units": "SELECT (SELECT sum(total) FROM {daily_unit_rates}) "
    "= (SELECT sum(total) FROM {monthly_unit_rates})",
    "fields = days": "SELECT (SELECT sum(online) FROM {monthly_field_rates}) "
    "= (SELECT sum(online) FROM {daily_unit_rates})",
    "as of": "SELECT (SELECT as_of FROM {publication}) = (SELECT max(as_of) FROM {monthly_group_rates})",
}
TABLES = ("monthly_unit_rates", "monthly_group_rates", "daily_unit_rates", "monthly_field_rates", "publication")


def read_id(connection: duckdb.DuckDBPyConnection, tables: dict[str, str]) -> str:
    """The id of what is read; raises where its figures are not of one publication."""
    ask = "SELECT publication_id FROM {publication}".format(**tables)
    before = connection.sql(ask).fetchall()
    for name, query in CHECKS.items():
        if connection.sql(query.format(**tables)).fetchall() != [(True,)]:
            raise ValueError(f"mixture: {name}")
    if connection.sql(ask).fetchall() != before:
        raise ValueError("mixture: publication_id")
    return str(before[0][0])


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(folder / "marts.duckdb"), read_only=True, config=OFFLINE)


IN_FILE = {name: f"marts.{name}" for name in TABLES}


def again(folder: Path) -> Callable[[], str]:
    """Connects anew for each read, as a dashboard does."""

    def read() -> str:
        with connect(folder) as connection:
            return read_id(connection, IN_FILE)

    return read


def holding(folder: Path) -> Callable[[], str]:
    """Keeps its first connection, which must go on showing the same; what it connects to besides is the newest."""
    held = connect(folder)
    first = read_id(held, IN_FILE)
    fresh = again(folder)

    def read() -> str:
        if read_id(held, IN_FILE) != first:
            raise ValueError("the held connection moved on")
        return fresh()

    return read


def parquet(folder: Path) -> Callable[[], str]:
    """Follows the link once, then reads the folder it leads to."""
    connection = duckdb.connect(config=OFFLINE)

    def read() -> str:
        here = (folder / "marts.parquet").resolve()
        stored = connection.sql(f"FROM parquet_kv_metadata('{here}/*') WHERE decode(key) = 'publication_id'")
        publication_id = read_id(connection, {name: f"'{here}/{name}.parquet'" for name in TABLES})
        if connection.sql("SELECT DISTINCT decode(value) FROM stored").fetchall() != [(publication_id,)]:
            raise ValueError(f"mixture: {stored}")
        return publication_id

    return read


def main(kind: str, folder: Path, stop: Path) -> None:
    seen, reads, errors, last = set(), 0, [], ""
    until = time.monotonic() + DEADLINE
    read = {"again": again, "holding": holding, "parquet": parquet}[kind](folder)
    print("ready", flush=True)
    stopping, parent = False, os.getppid()
    while not stopping and time.monotonic() < until and os.getppid() == parent:  # not after its parent has died
        time.sleep(PAUSE)
        stopping = stop.exists()  # reads once more after the last publication
        try:
            last = read()
            seen.add(last)
            reads += 1
        except (duckdb.Error, OSError, ValueError) as error:
            errors.append(f"{kind}: {type(error).__name__}: {error}")
    print(json.dumps({"reads": reads, "seen": len(seen), "last": last, "errors": errors}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
