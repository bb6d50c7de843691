"""Queries the checksums of the files that count, to compare new ones with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from datetime import date

import polars as pl

from transforms.check.history.repeats import PAST_FILES
from warehouse.lake.lake import Lake
from warehouse.lake.schema import days, names
from warehouse.ledger.counting import COUNTS


def past_files(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """PAST_FILES: the files of the deliveries with figures of a day that count, for these business dates."""
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT {names(PAST_FILES.names())} FROM lake.deliveries
            WHERE {COUNTS} AND {days(first, last)} AND basis = 'day'
            QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date, contract)
            ORDER BY unit_id, contract, business_date
        """).pl()
    return found.cast(PAST_FILES)
