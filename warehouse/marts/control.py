"""A month's sums for the audit, computed in another way: it shares the functions of the marts, but no statement."""

import duckdb

from warehouse.lake.schema import text
from warehouse.marts.steps import define_functions

_SUMS = """
WITH period AS (
    FROM periods WHERE month = {month}
),
latest AS (
    SELECT
        unit_id,
        business_date,
        contract,
        arg_max(delivery_id, version) AS delivery_id,
        arg_max(basis, version) AS basis
    FROM deliveries JOIN period ON business_date BETWEEN period_from AND period_to JOIN units USING (unit_id)
    WHERE starts_with(status, 'accepted') AND unit_group IN (SELECT unit_group FROM group_members)
        AND business_date BETWEEN valid_from AND coalesce(valid_to, business_date)
        AND delivery_id NOT IN (SELECT delivery_id FROM decisions WHERE decision = 'withdrawn')
    GROUP BY ALL
),
accepted AS (  -- of several contracts the first that distinguishes levels of service
    SELECT
        unit_id,
        business_date,
        arg_min(delivery_id, rate_rank(contract)) AS delivery_id,
        arg_min(basis, rate_rank(contract)) AS basis
    FROM latest
    WHERE rate_rank(contract) IS NOT NULL
        AND delivery_id NOT IN (SELECT delivery_id FROM daily_counts WHERE service_level = 0)
    GROUP BY ALL
),
replaced AS (  -- a unit's last month-to-date delivery contains all before it
    SELECT unit_id, max(business_date) AS before FROM accepted WHERE basis = 'month_to_date' GROUP BY ALL
),
counting AS (
    SELECT delivery_id FROM accepted LEFT JOIN replaced USING (unit_id)
    WHERE before IS NULL OR business_date >= before
)
SELECT
    coalesce(sum(online), 0)::BIGINT,
    coalesce(sum(in_person + coalesce(postal, 0)), 0)::BIGINT,
    coalesce(sum(total), 0)::BIGINT,
    (SELECT count(DISTINCT unit_id) FROM accepted),
    (SELECT count(*) FROM accepted)
FROM daily_counts SEMI JOIN counting USING (delivery_id)
WHERE service_level = 4
"""

# The last figures of each unit that sends `processing`; they are totals since the year began.
_PROCESSED = """
WITH last_ones AS (
    SELECT unit_id, arg_max(delivery_id, (business_date, version)) AS delivery_id
    FROM deliveries
    JOIN (FROM periods WHERE month = {month}) ON business_date BETWEEN period_from AND period_to
    JOIN units USING (unit_id)
    WHERE starts_with(status, 'accepted') AND contract = 'processing'
        AND business_date BETWEEN valid_from AND coalesce(valid_to, business_date)
        AND delivery_id NOT IN (SELECT delivery_id FROM decisions WHERE decision = 'withdrawn')
    GROUP BY ALL
)
SELECT
    coalesce(sum(received), 0)::BIGINT, coalesce(sum(settled), 0)::BIGINT, coalesce(sum(settled_on_time), 0)::BIGINT
FROM daily_counts SEMI JOIN last_ones USING (delivery_id)
"""


def month_sums(cursor: duckdb.DuckDBPyConnection, month: str) -> tuple[int, ...]:
    """Online, in person and total cases in a month (YYYY-MM) of the cursor's `periods`, units counted, days counted.

    Over all units on the days on which they are valid; a day counts once for each unit.
    """
    define_functions(cursor)
    (sums,) = cursor.execute(_SUMS.format(month=text(month))).fetchall()
    return tuple(sums)


def processed_sums(cursor: duckdb.DuckDBPyConnection, month: str) -> tuple[int, int, int]:
    """Cases received, settled, settled on time since the year began, over all units that report them for the month."""
    received, settled, on_time = cursor.execute(_PROCESSED.format(month=text(month))).fetchall()[0]
    return received, settled, on_time
