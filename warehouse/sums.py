"""What each accepted delivery states in all: written with it, so that comparing with a year reads no year of counts."""

# ruff: noqa: S608 - names are ours or the dictionary's

import duckdb

from transforms.columns import LAKE
from transforms.contracts import PROCESSING
from warehouse.schema import names, text

ALL_COUNTS = "lake.daily_counts"
ALL_ACCEPTED = "(FROM lake.deliveries WHERE starts_with(status, 'accepted'))"

# The signature is that of transforms.history.signatures: what the contract is about, in the order of its rows.
_STATED = f"""
    CASE WHEN contract = {text(PROCESSING.name)}
        THEN concat_ws('|', field, received, settled, settled_on_time)
        ELSE concat_ws('|', field, service_level, online, in_person, total)
    END
"""


def add_sums(cursor: duckdb.DuckDBPyConnection, counts: str, deliveries: str) -> None:
    """Write the sums of the `counts` of these `deliveries`: relations before the cursor, columns as in the lake."""
    columns = names(LAKE["delivery_sums"].names)
    cursor.execute(f"""
        INSERT INTO lake.delivery_sums ({columns})
        SELECT {columns} FROM (
            SELECT delivery_id, sum(online)::BIGINT AS online, sum(total)::BIGINT AS total,
                {", ".join(_stated_by_all(column) for column in PROCESSING.counts)},
                md5(string_agg({_STATED}, ';' ORDER BY field, service_level)) AS signature
            FROM (SELECT * EXCLUDE (unit_id, business_date) FROM {counts})
            JOIN (SELECT delivery_id, contract FROM {deliveries}) USING (delivery_id)
            GROUP BY delivery_id
        )
        JOIN (SELECT delivery_id, unit_id, business_date, contract, basis, version FROM {deliveries}) USING (delivery_id)
        ORDER BY delivery_id
    """)


def _stated_by_all(column: str) -> str:
    return f"CASE WHEN count({column}) = count(*) THEN sum({column})::BIGINT END AS {column}"
