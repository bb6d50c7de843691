"""Data frames: polars and pyarrow on the Parquet copies, ibis on the file."""

import json
import sys
from pathlib import Path

import ibis
import polars as pl
import pyarrow.parquet as pq

folder = Path(sys.argv[1])
copies = (folder / "marts.parquet").resolve()  # one publication, whatever is published meanwhile
file = copies / "monthly_unit_rates.parquet"
frame = pl.scan_parquet(file).select("unit_name", "total").sort("unit_name").collect()
table = pq.read_table(file)
backend = ibis.duckdb.connect(folder / "marts.duckdb", read_only=True)
rates = backend.table("monthly_unit_rates", database="marts")
print(
    json.dumps(
        {
            "rows": rates.select("unit_name", "total").order_by("unit_name").to_polars().rows(),
            "copies": frame.rows(),
            "arrow": sorted(zip(table["unit_name"].to_pylist(), table["total"].to_pylist(), strict=True)),
            "comment": json.loads(table.schema.metadata[b"columns"])["online"],
        }
    )
)
