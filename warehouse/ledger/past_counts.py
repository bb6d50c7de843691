"""Reads what units stated before, one row per counted delivery, to compare new ones with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.check.history.past import PAST
from transforms.check.history.past_fields import PAST_FIELDS
from warehouse.lake.lake import Lake
from warehouse.lake.schema import days, names, text
from warehouse.ledger.counting import NOT_WITHDRAWN


def past_counts(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """PAST: the sums of the deliveries that count, for the business dates `first` to `last`."""
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT {names(PAST.names())} FROM lake.delivery_sums
            WHERE {days(first, last)} AND {NOT_WITHDRAWN}
            QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date, contract)
            ORDER BY unit_id, contract, business_date
        """).pl()
    return found.cast(PAST)


def past_fields(lake: Lake, units: Sequence[str], first: date, last: date) -> pl.DataFrame:
    """PAST_FIELDS: what these units' accepted deliveries of the business dates `first` to `last` name."""
    if not units:
        return PAST_FIELDS.to_frame()
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT DISTINCT unit_id, business_date, field FROM lake.daily_counts
            WHERE {days(first, last)} AND unit_id IN ({", ".join(map(text, units))}) AND {NOT_WITHDRAWN}
            ORDER BY ALL
        """).pl()
    return found.cast(PAST_FIELDS)
