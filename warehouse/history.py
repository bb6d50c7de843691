"""What units stated before: one row per counted delivery, to compare a new one with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from datetime import date

import polars as pl

from transforms.contracts import PROCESSING
from transforms.history import PAST
from warehouse.lake import Lake
from warehouse.schema import days, names, text


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
                    {", ".join(_stated_by_all(column) for column in PROCESSING.counts)},
                    string_agg(
                        CASE WHEN contract = {text(PROCESSING.name)}
                            THEN concat_ws('|', field, received, settled, settled_on_time)
                            ELSE concat_ws('|', field, service_level, online, in_person, total)
                        END, ';'
                        ORDER BY field, service_level
                    ) AS signature
                FROM (SELECT * EXCLUDE (unit_id, business_date) FROM lake.daily_counts WHERE {days(first, last)})
                JOIN latest USING (delivery_id)
                GROUP BY delivery_id
            )
            SELECT unit_id, business_date, contract, basis, {names(PAST.names()[4:])}
            FROM latest JOIN counts USING (delivery_id)
            ORDER BY unit_id, contract, business_date
        """).pl()
    return found.select(PAST.names()).cast(PAST)


def _stated_by_all(column: str) -> str:
    return f"CASE WHEN count({column}) = count(*) THEN sum({column})::BIGINT END AS {column}"
