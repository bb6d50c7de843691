"""What each delivery of an older lake states in all: newer software writes it with the delivery."""

# ruff: noqa: S608 - names are the dictionary's

import duckdb

from transforms.columns import LAKE
from transforms.contracts import PROCESSING
from warehouse.schema import names, text

# The signature is that of transforms.history.sums_of: what the contract is about, in the order of its rows.
_STATED = f"""
    CASE WHEN contract = {text(PROCESSING.name)}
        THEN concat_ws('|', field, received, settled, settled_on_time)
        ELSE concat_ws('|', field, service_level, online, in_person, total)
    END
"""


def add_sums(cursor: duckdb.DuckDBPyConnection) -> None:
    """Write `delivery_sums` of all accepted deliveries from their counts."""
    columns = names(LAKE["delivery_sums"].names)
    cursor.execute(f"""
        INSERT INTO lake.delivery_sums ({columns})
        WITH accepted AS (FROM lake.deliveries WHERE starts_with(status, 'accepted')),
        sums AS (
            SELECT delivery_id, sum(online)::BIGINT AS online, sum(total)::BIGINT AS total,
                {", ".join(_stated_by_all(column) for column in PROCESSING.counts)},
                md5(string_agg({_STATED}, ';' ORDER BY field, service_level)) AS signature
            FROM lake.daily_counts JOIN (SELECT delivery_id, contract FROM accepted) USING (delivery_id)
            GROUP BY delivery_id
        )
        SELECT {columns} FROM sums
        JOIN (SELECT delivery_id, unit_id, business_date, contract, basis, version FROM accepted) USING (delivery_id)
        ORDER BY delivery_id
    """)


def _stated_by_all(column: str) -> str:
    return f"CASE WHEN count({column}) = count(*) THEN sum({column})::BIGINT END AS {column}"
