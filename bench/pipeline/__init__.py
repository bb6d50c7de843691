"""The whole pipeline, from exports to published marts, beside a bare DuckDB script that does the same work."""
