"""Which Parquet files the catalog names, and which it does not. Reads none of them and removes none."""

from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import polars as pl

if TYPE_CHECKING:
    from warehouse.lake.lake import Lake

METADATA = "__ducklake_metadata_lake"
SCHEMA = pl.Schema(
    {"table": pl.String, "path": pl.String, "rows": pl.Int64, "bytes": pl.Int64, "is_current": pl.Boolean}
)

# The catalog's paths are relative to the table's folder, that one's to the schema's, which lies in data/.
_NAMED = f"""
SELECT
    named.table_name AS "table",
    CASE WHEN file.path_is_relative
        THEN CASE WHEN named.path_is_relative THEN scheme.path || named.path ELSE named.path END || file.path
        ELSE file.path END AS path,
    file.record_count::BIGINT AS rows,
    file.file_size_bytes::BIGINT AS bytes,
    file.end_snapshot IS NULL AS is_current
FROM (
    SELECT table_id, path, path_is_relative, record_count, file_size_bytes, end_snapshot
    FROM {METADATA}.ducklake_data_file
    UNION ALL
    SELECT table_id, path, path_is_relative, delete_count, file_size_bytes, end_snapshot
    FROM {METADATA}.ducklake_delete_file
) AS file
JOIN (
    SELECT DISTINCT table_id, table_name, schema_id, path, path_is_relative FROM {METADATA}.ducklake_table
) AS named USING (table_id)
JOIN (SELECT DISTINCT schema_id, path FROM {METADATA}.ducklake_schema) AS scheme USING (schema_id)
ORDER BY ALL
"""  # noqa: S608


def named_files(cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """SCHEMA, a row per file that some kept snapshot needs: `path` relative to lake/data, `bytes` its size.

    `is_current`: the newest snapshot needs it.
    """
    return cursor.sql(_NAMED).pl().cast(SCHEMA)


def orphans(lake: "Lake", cursor: duckdb.DuckDBPyConnection, before: datetime) -> list[str]:
    """Parquet files (relative to lake/data) that nothing names or waits for, last written before `before` (UTC).

    An interrupted write leaves such files. The caller holds the writer's lock: a commit under way writes files before
    it names them.
    """
    waiting = f"SELECT path FROM {METADATA}.ducklake_files_scheduled_for_deletion"  # noqa: S608
    known = {*named_files(cursor)["path"], *(path for (path,) in cursor.execute(waiting).fetchall())}
    return [
        name
        for name, written in lake.data.entries()
        if name.endswith(".parquet") and name not in known and written < before
    ]
