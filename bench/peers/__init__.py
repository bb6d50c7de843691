"""tyle beside what users would take in its place, on the same exports: dbt, SQLMesh, Dagster with Polars, dlt."""
