"""All that a workspace holds at the end, without times and names of runs: equal runs end equal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.runs.lakes import lake_of
from flows.settings.workspace import open_workspace
from transforms.dictionary.columns import LAKE
from warehouse.marts.catalogue import PUBLISHED

# What differs between a run and its repetition: moments, the pack's name, which publications there were.
_MOMENTS = {"received_at", "decided_at", "at", "opened", "last_sent", "closed", "known_at", "built_at"}
_OF_THE_RUN = {*_MOMENTS, *(f"{moment}_utc" for moment in _MOMENTS), "landing", "publication_id", "shown_in"}
_PUBLICATIONS = "publications"
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Ending:
    """Table → its rows in order; `pages`: the pages on what was checked."""

    tables: dict[str, Rows]
    pages: frozenset[str]

    def differences(self, expected: "Ending") -> list[str]:
        """A line for each table that is not as expected, and for each missing page."""
        lines = [f"page {page} lacks" for page in sorted(expected.pages - self.pages)]
        for name, rows in expected.tables.items():
            own = self.tables.get(name, [])
            if own != rows:
                lacking = [row for row in rows if row not in own]
                beside = [row for row in own if row not in rows]
                lines.append(f"{name}: {len(own)} rows, must be {len(rows)}; lacks {lacking[:3]}, has {beside[:3]}")
        return lines


def ending(root: Path) -> Ending:
    """What the workspace `root` holds, read in this process."""
    tables: dict[str, Rows] = {}
    with lake_of(open_workspace(root)) as lake, lake.snapshot() as cursor:
        for name, table in LAKE.items():
            if name != _PUBLICATIONS:
                tables[f"lake.{name}"] = _rows(cursor, f"lake.{name}", table.names)
    with duckdb.connect(str((root / "published" / "marts.duckdb").resolve()), read_only=True) as connection:
        for name, table in PUBLISHED.items():
            tables[f"marts.{name}"] = _rows(connection, f"marts.{name}", table.names)
    pages = frozenset(page.name for page in (root / "gx" / "docs").glob("*.html"))
    return Ending(tables, pages)


def _rows(connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...] | list[str]) -> Rows:
    kept = ", ".join(f'"{column}"' for column in columns if column not in _OF_THE_RUN)
    return connection.execute(f"SELECT {kept} FROM {table} ORDER BY ALL").fetchall()
