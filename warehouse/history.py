"""What units stated before: one row per counted delivery, to compare a new one with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from datetime import date

import polars as pl

from transforms.history import PAST
from warehouse.lake import Lake
from warehouse.schema import days


def past_counts(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The accepted deliveries that count, for the business dates `first` to `last`, with their sums (columns PAST)."""
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            WITH latest AS (
                SELECT unit_id, business_date, contract,
                    arg_max(delivery_id, version) AS delivery_id, arg_max(basis, version) AS basis
                FROM lake.deliveries
                WHERE starts_with(status, 'accepted') AND {days(first, last)}
                GROUP BY ALL
            ),
            counts AS (
                SELECT delivery_id, sum(online)::BIGINT AS online, sum(total)::BIGINT AS total,
                    string_agg(
                        concat_ws('|', field, service_level, online, in_person, total), ';'
                        ORDER BY field, service_level
                    ) AS signature
                FROM lake.daily_counts
                WHERE {days(first, last)}
                GROUP BY delivery_id
            )
            SELECT unit_id, business_date, contract, basis, online, total, signature
            FROM latest JOIN counts USING (delivery_id)
            ORDER BY unit_id, contract, business_date
        """).pl()
    return found.select(PAST.names()).cast(PAST)
