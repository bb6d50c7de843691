"""Reads what units stated before, one row per counted delivery, to compare new ones with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from datetime import date

import polars as pl

from transforms.check.past import PAST
from warehouse.lake.lake import Lake
from warehouse.lake.schema import days, names


def past_counts(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """PAST: the sums of the deliveries that count, for the business dates `first` to `last`."""
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT {names(PAST.names())} FROM lake.delivery_sums WHERE {days(first, last)}
            QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date, contract)
            ORDER BY unit_id, contract, business_date
        """).pl()
    return found.cast(PAST)
