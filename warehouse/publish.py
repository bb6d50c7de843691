"""The marts as an immutable file behind a symlink: build, audit, switch, keep a few. Computes no figure.

BI tools open `<home>/published/marts.duckdb`. A published file is never opened for writing, so readers never block
and are never blocked; who holds the old file reads on in it.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from transforms.columns import LAKE, MARTS
from transforms.dictionary import Table
from warehouse.disk import sync
from warehouse.errors import PublishError
from warehouse.lake import Lake
from warehouse.schema import create_table, names, sql_type, text, utc
from warehouse.steps import append
from warehouse.workbench import ORDER, TABLES, workbench

_FILE = re.compile(r"marts-(\d{8}T\d{6}Z)(?:-(\d+))?\.duckdb")
_STAMP = "%Y%m%dT%H%M%SZ"
_COLLATED = ("name", "unit_name")  # sorted the Vietnamese way, by a rule (ICU) that DuckDB's clients bring along
_SHOWN = 5  # differences named in an error


@dataclass(frozen=True)
class Publication:
    """One published file: `as_of` = last business date counted, `known_at` (UTC) = moment of its newest fact."""

    publication_id: str
    path: Path
    built_at: datetime
    as_of: date | None
    known_at: datetime
    code_version: str


def publish(
    lake: Lake,
    built_at: datetime,
    code_version: str,
    keep: int = 5,
    grace: timedelta = timedelta(hours=24),
    now: datetime | None = None,
) -> Publication | None:
    """Publish what `materialise` left in the workbench; None when that is published already.

    The newest `keep` files stay, and those younger than `grace` at `now` (default: `built_at`). Raises
    PublishError when the audit finds a difference, LockedError when another process takes too long.
    """
    folder = lake.home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    with workbench(lake):
        with lake.snapshot() as cursor:
            contents = _contents(cursor)
            if _is_published(cursor, folder, contents):
                return None
            publication = _describe(cursor, folder, utc(built_at), code_version)
            expected = expectation(cursor)
        draft = folder / f".{publication.path.name}.tmp"
        _discard(folder)
        try:
            with _auditor(draft) as auditor:
                _build(lake, publication, draft)
                _audit(auditor, expected)
        except BaseException:
            _discard(folder)
            raise
        draft.rename(publication.path)
        sync(folder)
        # before the switch: readers never see a publication that the lake does not know of
        with lake.writing() as cursor:
            append(cursor, "lake.publications", _row(publication, LAKE["publications"]))
        _switch(folder, publication.path)
        with lake.snapshot() as cursor:
            cursor.execute("DELETE FROM bench.published")
            newest = f"{text(publication.publication_id)}, {text(contents)}"
            cursor.execute(f"INSERT INTO bench.published VALUES ({newest})")
        _retire(folder, publication.path, keep, utc(now or built_at) - grace)
    return publication


def _contents(cursor: duckdb.DuckDBPyConnection) -> str:
    """A fingerprint of the workbench. Raises PublishError when nothing was ever materialised."""
    loaded = cursor.execute("SELECT fingerprint FROM bench.loaded").fetchall()
    if not loaded:
        raise PublishError("Chưa có gì để công bố: hãy dựng các bảng từ kho dữ liệu trước.")
    built = cursor.execute("SELECT md5(string_agg(fingerprint, '' ORDER BY month)) FROM bench.built").fetchall()
    return f"{loaded[0][0]} {built[0][0]}"


def _is_published(cursor: duckdb.DuckDBPyConnection, folder: Path, contents: str) -> bool:
    link = folder / "marts.duckdb"
    published = dict(cursor.execute("SELECT contents, publication_id FROM bench.published").fetchall())
    return link.exists() and link.resolve().name == f"marts-{published.get(contents)}.duckdb"


def _describe(cursor: duckdb.DuckDBPyConnection, folder: Path, built_at: datetime, code_version: str) -> Publication:
    as_of, known_at = cursor.execute(
        "SELECT (SELECT max(as_of) FROM bench.monthly_group_rates), (SELECT max(known_at) FROM bench.built)"
    ).fetchall()[0]
    stamp = built_at.strftime(_STAMP)
    publication_id, number = stamp, 1
    while (path := folder / f"marts-{publication_id}.duckdb").exists():
        number += 1
        publication_id = f"{stamp}-{number}"
    return Publication(publication_id, path, built_at, as_of, known_at or built_at, code_version)


def expectation(cursor: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What the audit compares a file with that was made of the workbench as it is; see warehouse/audit.py."""
    rows = {name: cursor.execute(f"SELECT count(*) FROM bench.{name}").fetchall()[0][0] for name in TABLES}
    tables = {
        name: {
            "rows": rows.get(name, 1),  # `publication` has one
            "comment": table.meaning,
            "key": table.grain,
            "foreign": [[reference.columns, reference.table, reference.columns] for reference in table.references],
            "columns": {
                column.name: [sql_type(column.dtype), column.nullable, column.comment] for column in table.columns
            },
        }
        for name, table in MARTS.items()
    }
    built = cursor.execute("SELECT month, online, total FROM bench.built").fetchall()
    return {"tables": tables, "months": {month: [online, total] for month, online, total in built}}


def _build(lake: Lake, publication: Publication, draft: Path) -> None:
    """Write the whole file and close it. Raises PublishError where the rows break a key."""
    lake.connection.execute(f"ATTACH {text(str(draft))} AS draft (STORAGE_VERSION 'v1.0.0')")
    try:
        with lake.snapshot() as cursor:
            cursor.execute("CREATE SCHEMA draft.marts")
            cursor.execute("USE draft.marts")  # foreign keys can only be declared inside the file
            for name, table in MARTS.items():
                for statement in create_table(table, "draft.marts", keys=True, collated=_COLLATED):
                    cursor.execute(statement)
                if name in TABLES:
                    _copy(cursor, name, table.names, ORDER.get(name, table.grain))
            append(cursor, "draft.marts.publication", _row(publication, MARTS["publication"]))
        lake.connection.execute("CHECKPOINT draft")
    except duckdb.ConstraintException as error:
        raise PublishError(f"Không công bố: dữ liệu vi phạm khóa. Bản đang công bố giữ nguyên. {error}") from error
    finally:
        lake.connection.execute("DETACH draft")
    sync(draft)


def _copy(cursor: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], order: Sequence[str]) -> None:
    rows = f"SELECT {names(columns)} FROM bench.main.{table} ORDER BY {names(order)}"
    cursor.execute(f"INSERT INTO draft.marts.{table} ({names(columns)}) {rows}")


def _row(publication: Publication, table: Table) -> pl.DataFrame:
    return pl.DataFrame({name: [getattr(publication, name)] for name in table.names}, schema=table.schema)


@contextmanager
def _auditor(draft: Path) -> Iterator[subprocess.Popen[str]]:
    """A fresh process that will look at `draft`; it loads DuckDB while the file is built, then waits to be asked."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "warehouse.audit", str(draft)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _audit(auditor: subprocess.Popen[str], expected: dict[str, object]) -> None:
    """Have the auditor look at the file. Raises PublishError with the first differences."""
    if found := _differences(auditor, expected):
        lines = "\n".join(f"- {line}" for line in found[:_SHOWN])
        message = f"Không công bố: bản dựng có {len(found)} chỗ sai. Bản đang công bố giữ nguyên.\n{lines}"
        raise PublishError(message)


def _differences(auditor: subprocess.Popen[str], expected: dict[str, object]) -> list[str]:
    answer, complaint = auditor.communicate(json.dumps(expected))
    try:
        return list(json.loads(answer))
    except ValueError:
        return [f"không kiểm tra được: {complaint.strip()[-300:]}"]


def audit_file(path: Path, expected: dict[str, object]) -> list[str]:
    """The differences of a published file from `expected` (as `expectation` gives it), a line each."""
    with _auditor(path) as auditor:
        return _differences(auditor, expected)


def link_of(home: Path) -> Path:
    """What BI opens: the symlink to the newest published file."""
    return home / "published" / "marts.duckdb"


def _switch(folder: Path, target: Path) -> None:
    """Point marts.duckdb at `target`, in one step and relatively, so that the folder can move."""
    link = folder / ".marts.duckdb.link"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(folder / "marts.duckdb")
    sync(folder)


def _discard(folder: Path) -> None:
    """Remove drafts, also those a killed process left; the workbench's lock says that nobody else writes one."""
    for leftover in folder.glob(".marts-*.tmp*"):
        leftover.unlink()


def _retire(folder: Path, current: Path, keep: int, before: datetime) -> None:
    """Remove files built before that moment, but never the newest `keep` or the current one."""
    files = [
        (_built_at(match), int(match[2] or 1), path)
        for path in folder.iterdir()
        if (match := _FILE.fullmatch(path.name))
    ]
    for built_at, _, path in sorted(files, reverse=True)[keep:]:
        if built_at < before and path != current:
            path.unlink()


def _built_at(match: re.Match[str]) -> datetime:
    return utc(datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC))
