"""DuckDB of any version from 1.3: attach under a name of one's own, which every version understands alike."""

import json
import sys

import duckdb

with duckdb.connect() as connection:
    connection.execute(f"ATTACH '{sys.argv[1]}/marts.duckdb' AS tyle (READ_ONLY)")
    rows = connection.sql("SELECT unit_name, total FROM tyle.marts.monthly_unit_rates ORDER BY unit_name").fetchall()
    ((comment,),) = connection.sql(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'monthly_unit_rates' AND column_name = 'online'"
    ).fetchall()
    parquet = connection.sql(f"SELECT unit_name, total FROM '{sys.argv[1]}/marts.parquet/monthly_unit_rates.parquet'")
    copies = parquet.order("unit_name").fetchall()
with duckdb.connect(f"{sys.argv[1]}/marts.duckdb", read_only=True) as connection:
    try:
        direct = connection.sql("SELECT unit_name, total FROM marts.monthly_unit_rates ORDER BY unit_name").fetchall()
    except duckdb.BinderException:
        direct = "ambiguous"
print(json.dumps({"rows": rows, "comment": comment, "copies": copies, "direct": direct}))
