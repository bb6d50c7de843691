"""Reads what units stated before, one row per counted delivery, to compare new ones with. Judges nothing."""

# ruff: noqa: S608 - dates are dates

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.check.history.cumulative import PAST_FIGURES
from transforms.check.history.past import PAST
from transforms.check.history.past_fields import PAST_FIELDS
from warehouse.lake.lake import Lake
from warehouse.lake.schema import days, names, text
from warehouse.ledger.counting import NOT_WITHDRAWN

_FIGURES = {"online": "online", "in_person": "with_post", "total": "total"}


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


def past_figures(lake: Lake, units: Sequence[str], contract: str, first: date, last: date) -> pl.DataFrame:
    """PAST_FIGURES: what these units' deliveries that count state, for the business dates `first` to `last`."""
    if not units:
        return PAST_FIGURES.to_frame()
    of_units = f"{days(first, last)} AND unit_id IN ({', '.join(map(text, units))})"
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            WITH counting AS (
                SELECT delivery_id, contract, basis FROM lake.delivery_sums
                WHERE {of_units} AND contract = {text(contract)} AND {NOT_WITHDRAWN}
                QUALIFY version = max(version) OVER (PARTITION BY unit_id, business_date)
            ),
            stated AS (
                SELECT *, in_person + coalesce(postal, 0) AS with_post FROM lake.daily_counts WHERE {of_units}
            )
            SELECT
                unit_id, business_date, contract, basis,
                sum(online) AS online, sum(with_post) AS in_person, sum(total) AS total,
                {", ".join(f"{_at_level_4(column)} AS {name}_4" for name, column in _FIGURES.items())}
            FROM stated JOIN counting USING (delivery_id)
            GROUP BY ALL ORDER BY ALL
        """).pl()
    return found.select(PAST_FIGURES.names()).cast(PAST_FIGURES)


def _at_level_4(column: str) -> str:
    """The cases at level 4; null in a delivery that does not distinguish levels."""
    return f"CASE WHEN min(service_level) > 0 THEN coalesce(sum({column}) FILTER (service_level = 4), 0) END"


def past_fields(lake: Lake, units: Sequence[str], contract: str, first: date, last: date) -> pl.DataFrame:
    """PAST_FIELDS: what these units' accepted deliveries of the business dates `first` to `last` name."""
    if not units:
        return PAST_FIELDS.to_frame()
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT DISTINCT unit_id, business_date, field FROM lake.daily_counts
            SEMI JOIN (SELECT delivery_id FROM lake.delivery_sums WHERE contract = {text(contract)}) USING (delivery_id)
            WHERE {days(first, last)} AND unit_id IN ({", ".join(map(text, units))}) AND {NOT_WITHDRAWN}
            ORDER BY ALL
        """).pl()
    return found.cast(PAST_FIELDS)
