"""SQLAlchemy 2 through duckdb-sqlalchemy: reflection shows comments and keys."""

import json
import sys

from sqlalchemy import MetaData, create_engine, select

engine = create_engine(f"duckdb:///{sys.argv[1]}/marts.duckdb", connect_args={"read_only": True})
metadata = MetaData(schema="marts")
metadata.reflect(engine)
rates = metadata.tables["marts.monthly_unit_rates"]
with engine.connect() as connection:
    rows = [list(row) for row in connection.execute(select(rates.c.unit_name, rates.c.total).order_by("unit_name"))]
print(
    json.dumps(
        {
            "rows": rows,
            "comment": rates.c.online.comment,
            "table": rates.comment,
            "primary_key": [column.name for column in rates.primary_key],
            "foreign_keys": [key.target_fullname for key in rates.foreign_keys],
        }
    )
)
