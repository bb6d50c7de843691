"""SQLAlchemy 2 through duckdb-sqlalchemy: reflection shows tables, comments and keys, which lead to the names."""

import json
import sys

from sqlalchemy import MetaData, create_engine, select

engine = create_engine(f"duckdb:///{sys.argv[1]}/marts.duckdb", connect_args={"read_only": True})
metadata = MetaData(schema="marts")
metadata.reflect(engine)
rates = metadata.tables["marts.monthly_unit_rates"]
units, groups = (metadata.tables[f"marts.{name}"] for name in ("units", "groups"))
named = select(rates.c.unit_name, groups.c.name, groups.c.name_en, rates.c.month_start).select_from(
    rates.join(units).join(groups)  # on their foreign keys
)
with engine.connect() as connection:
    names = [[*row[:3], str(row[3])] for row in connection.execute(named.order_by("unit_name"))]
    rows = [list(row) for row in connection.execute(select(rates.c.unit_name, rates.c.total).order_by("unit_name"))]
print(
    json.dumps(
        {
            "rows": rows,
            "tables": sorted(name.removeprefix("marts.") for name in metadata.tables),
            "names": names,
            "comment": rates.c.online.comment,
            "table": rates.comment,
            "primary_key": [column.name for column in rates.primary_key],
            "foreign_keys": [key.target_fullname for key in rates.foreign_keys],
        }
    )
)
