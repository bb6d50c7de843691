"""Publishes the marts as an immutable file behind a symlink: build, audit, switch, keep a few. Computes no figure.

BI tools open `<home>/published/marts.duckdb`; the same tables are Parquet files in the folder `marts.parquet` beside
it. A published file is never opened for writing, so readers neither block nor are blocked. A reader that has the old
file open goes on reading it.
"""

# ruff: noqa: S608 - names are the dictionary's, values are quoted

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from transforms.dictionary.columns import LAKE, PUBLICATION
from transforms.dictionary.table import Table
from warehouse.lake.lake import Lake
from warehouse.lake.rows import append
from warehouse.lake.schema import sql_type, text, utc
from warehouse.marts.workbench import (
    TABLES,
    discard_settled,
    published_tables,
    rows_in,
    tables_with_keys,
    workbench,
)
from warehouse.places.errors import PublishError
from warehouse.places.permissions import open_to_readers
from warehouse.published import shelf
from warehouse.published.explained import unexplained
from warehouse.published.mart_file import write_file

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

    @property
    def parquet(self) -> Path:
        """The folder of its Parquet files."""
        return self.path.with_suffix(".parquet")


def publish(
    lake: Lake,
    built_at: datetime,
    code_version: str,
    keep: int = 5,
    grace: timedelta = timedelta(hours=24),
    now: datetime | None = None,
) -> Publication | None:
    """Publish what `materialise` left in the workbench; None when that is published already.

    The newest `keep` publications stay, and those that were current within `grace` before `now` (default: `built_at`).
    Raises PublishError when the audit finds a difference, LockedError when another process takes too long.
    """
    folder = lake.home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    open_to_readers(folder)
    with workbench(lake):
        with lake.snapshot() as cursor:
            contents = _contents(cursor)
            if _is_published(cursor, folder, contents):
                return None
            publication = _describe(cursor, folder, utc(built_at), code_version)
            expected = expectation(cursor)
        previous = shelf.current_id(folder)
        shelf.discard_drafts(folder)
        try:
            with _auditor(shelf.draft_of(publication.path), shelf.draft_of(publication.parquet)) as auditor:
                _build(lake, publication)
                found = _findings(lake, auditor, {**expected, "publication_id": publication.publication_id}, previous)
                if found:
                    raise PublishError(_complaint(found))
        except BaseException:
            shelf.discard_drafts(folder)
            discard_settled(lake)  # if the fault is in the months kept ready, the next run writes them anew
            raise
        # before the switch: readers never see a publication that the lake has not recorded
        lake.write(lambda cursor: _record(cursor, publication))
        shelf.put(folder, publication.publication_id)
        with lake.snapshot() as cursor:
            cursor.execute("DELETE FROM workbench.published")
            newest = f"{text(publication.publication_id)}, {text(contents)}"
            cursor.execute(f"INSERT INTO workbench.published VALUES ({newest})")
        shelf.retire(folder, publication.publication_id, keep, utc(now or built_at) - grace)
    return publication


def _record(cursor: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    known = f"SELECT 1 FROM lake.publications WHERE publication_id = {text(publication.publication_id)}"
    if not cursor.execute(known).fetchall():  # an attempt before this one may have come through unacknowledged
        append(cursor, "lake.publications", _row(publication, LAKE["publications"]))


def _contents(cursor: duckdb.DuckDBPyConnection) -> str:
    """A fingerprint of the workbench. Raises PublishError when nothing was ever materialised."""
    loaded = cursor.execute("SELECT fingerprint FROM workbench.loaded").fetchall()
    if not loaded:
        raise PublishError("Chưa có gì để công bố: hãy dựng các bảng từ kho dữ liệu trước.")
    built = cursor.execute("SELECT md5(string_agg(fingerprint, '' ORDER BY month)) FROM workbench.built").fetchall()
    return f"{loaded[0][0]} {built[0][0]}"


def _is_published(cursor: duckdb.DuckDBPyConnection, folder: Path, contents: str) -> bool:
    published = dict(cursor.execute("SELECT contents, publication_id FROM workbench.published").fetchall())
    return contents in published and shelf.is_current(folder, published[contents])


def _describe(cursor: duckdb.DuckDBPyConnection, folder: Path, built_at: datetime, code_version: str) -> Publication:
    as_of, known_at = cursor.execute(
        "SELECT (SELECT max(as_of) FROM (SELECT as_of FROM workbench.monthly_group_rates "
        "UNION ALL SELECT as_of FROM workbench.monthly_processing)), (SELECT max(known_at) FROM workbench.built)"
    ).fetchall()[0]
    known = cursor.execute("SELECT publication_id FROM lake.publications").fetchall()  # also one that never came to be
    publication_id = shelf.new_id(folder, built_at, {known_id for (known_id,) in known})
    path = shelf.paths(folder, publication_id)["duckdb"]
    return Publication(publication_id, path, built_at, as_of, known_at or built_at, code_version)


def expectation(cursor: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What the audit compares the file with, from the attached workbench; the form: warehouse/published/audit.py."""
    rows = {name: rows_in(cursor, name) for name in TABLES}
    with_keys = tables_with_keys(cursor)
    tables = {
        name: {
            "rows": rows.get(name, 1),  # `publication` has one
            "comment": table.meaning,
            "key": table.grain,
            "declares_keys": name in with_keys,
            "foreign": [[reference.columns, reference.table, reference.columns] for reference in table.references],
            "columns": {
                column.name: [sql_type(column.dtype), column.nullable, column.comment] for column in table.columns
            },
        }
        for name, table in published_tables(cursor).items()
    }
    rates = cursor.execute("SELECT month, online, in_person, total, units, days FROM workbench.built").fetchall()
    processed = cursor.execute(
        "SELECT month, received_ytd, settled_ytd, settled_on_time_ytd FROM workbench.built"
    ).fetchall()
    members = "SELECT member, unit_group FROM workbench.group_members WHERE scope = 'group'"
    sums = cursor.execute(f"SELECT DISTINCT member FROM ({members}) WHERE member <> unit_group ORDER BY ALL").fetchall()
    whole = "SELECT unit_group FROM workbench.group_members WHERE scope = 'all'"
    alone = f"SELECT member FROM ({members}) WHERE member = unit_group EXCEPT ({whole}) ORDER BY ALL"
    apart = cursor.execute(alone).fetchall()
    signed = cursor.execute("FROM workbench.signed_versions ORDER BY ALL").fetchall()
    return {
        "tables": tables,
        "sums": [member for (member,) in sums],
        "apart": [member for (member,) in apart],
        "months": {month: sums for month, *sums in rates},
        "processed": {month: sums for month, *sums in processed},
        "signed": [list(row) for row in signed],
    }


def _build(lake: Lake, publication: Publication) -> None:
    """Write file and copies whole and close them. Raises PublishError where the rows break a key."""
    drafts = shelf.draft_of(publication.path), shelf.draft_of(publication.parquet)
    try:
        write_file(lake, *drafts, _row(publication, PUBLICATION))
    except duckdb.ConstraintException as error:
        raise PublishError(f"Không công bố: dữ liệu vi phạm khóa. Bản đang công bố giữ nguyên. {error}") from error


def _row(publication: Publication, table: Table) -> pl.DataFrame:
    values = {name: [getattr(publication, name.removesuffix("_utc"))] for name in table.names}
    return pl.DataFrame(values, schema=table.schema)


@contextmanager
def _auditor(file: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A new process for the audit. It loads DuckDB while the file is written, then waits for the expectation."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "warehouse.published.audit", str(file), str(folder)],
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


def _findings(
    lake: Lake, auditor: subprocess.Popen[str], expected: dict[str, object], previous: str | None = None
) -> list[str]:
    """What the auditor finds in its file and the ledger does not explain, a line each.

    `previous`: the publication whose counted days must still count.
    """
    before = shelf.paths(lake.home / "published", previous)["duckdb"] if previous else None
    answer, complaint = auditor.communicate(json.dumps({**expected, "previous": before and str(before)}))
    try:
        found = json.loads(answer)
    except ValueError:
        return [f"không kiểm tra được: {complaint.strip()[-300:]}"]
    with lake.snapshot() as cursor:
        return [*found["differences"], *unexplained(cursor, found["falls"], found["lost"], previous)]


def _complaint(found: list[str]) -> str:
    lines = [f"- {line}" for line in found[:_SHOWN]]
    lines += [f"- và {len(found) - _SHOWN} chỗ nữa"] if len(found) > _SHOWN else []
    return "\n".join([f"Không công bố: bản dựng có {len(found)} chỗ sai. Bản đang công bố giữ nguyên.", *lines])


def audit_published(lake: Lake, publication_id: str, expected: dict[str, object]) -> list[str]:
    """The differences of what is published from `expected` (as `expectation` gives it), a line each."""
    paths = shelf.paths(lake.home / "published", publication_id)
    with _auditor(paths["duckdb"], paths["parquet"]) as auditor:
        return _findings(lake, auditor, {**expected, "publication_id": publication_id})
