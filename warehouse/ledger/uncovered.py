"""Accepted deliveries that the reference data of today no longer covers. Decides nothing about them."""

# ruff: noqa: S608 - the conditions are the ledger's

from datetime import date

import polars as pl

from transforms.dictionary.frames import checked
from transforms.reference.unit_file import UNITS
from warehouse.lake.lake import Lake
from warehouse.lake.rows import create_temp
from warehouse.lake.schema import text
from warehouse.ledger.counting import COUNTS

_VALIDITY = pl.Schema({name: UNITS[name] for name in ("unit_id", "valid_from", "valid_to")})
NAMED = 3
# What was accepted of a unit, or of one of its contracts: days with a delivery that counts, the first and the last.
ACCEPTED = pl.Schema({"unit_id": pl.String, "deliveries": pl.Int64, "first": pl.Date, "last": pl.Date})
# With the validity of today, and the ids of the first NAMED of these deliveries.
OUTSIDE = pl.Schema(ACCEPTED | {"valid_from": pl.Date, "valid_to": pl.Date, "delivery_ids": pl.List(pl.String)})
# `counted_for`: for which of its two units a case of the newest of them counts.
CONTRACTS = pl.Schema(ACCEPTED | {"contract": pl.String, "counted_for": pl.String})

_ACCEPTED = f"{COUNTS} AND NOT starts_with(unit_id, '@')"


def outside_of_validity(lake: Lake, units: pl.DataFrame) -> pl.DataFrame:
    """OUTSIDE: the deliveries that count of days on which their unit does not exist, a row per unit.

    `units`: UNITS, of which the validity is read; more columns allowed. `valid_from` is null where the unit is not
    registered at all.
    """
    checked(units, _VALIDITY, "outside_of_validity: units", more=True)
    with lake.snapshot() as cursor:
        create_temp(cursor, "registered", units.select(_VALIDITY.names()))
        found = cursor.execute(f"""
            WITH outside AS (  -- first of all, as hardly any is
                SELECT * FROM lake.deliveries LEFT JOIN registered USING (unit_id)
                WHERE {_ACCEPTED} AND (valid_from IS NULL OR business_date < valid_from OR business_date > valid_to)
            ),
            accepted AS (
                SELECT
                    unit_id, contract, business_date, valid_from, valid_to,
                    arg_max(delivery_id, version) AS delivery_id
                FROM outside GROUP BY ALL
            )
            SELECT
                unit_id, count(*) AS deliveries, min(business_date) AS first, max(business_date) AS last,
                valid_from, valid_to, list(delivery_id ORDER BY business_date, contract)[:{NAMED}] AS delivery_ids
            FROM accepted
            GROUP BY ALL ORDER BY unit_id
        """).pl()
    return found.select(OUTSIDE.names()).cast(OUTSIDE)


def accepted_contracts(lake: Lake, since: date) -> pl.DataFrame:
    """CONTRACTS: what was accepted of each unit and contract, where the last business date is not before `since`."""
    with lake.snapshot() as cursor:
        found = cursor.execute(f"""
            SELECT
                unit_id, count(DISTINCT business_date) AS deliveries, min(business_date) AS first,
                max(business_date) AS last, contract,
                arg_max(coalesce(counted_for, 'handling'), (business_date, version)) AS counted_for
            FROM lake.deliveries WHERE {_ACCEPTED}
            GROUP BY unit_id, contract HAVING max(business_date) >= {text(f"{since}")}::DATE
            ORDER BY unit_id, contract
        """).pl()
    return found.select(CONTRACTS.names()).cast(CONTRACTS)


def accepted_of(lake: Lake, units: list[str]) -> pl.DataFrame:
    """ACCEPTED: what was accepted of each of these units; no row where nothing was."""
    if not units:
        return ACCEPTED.to_frame()
    with lake.snapshot() as cursor:
        found = cursor.execute(f"""
            SELECT
                unit_id, count(DISTINCT (business_date, contract)) AS deliveries, min(business_date) AS first,
                max(business_date) AS last
            FROM lake.deliveries WHERE {_ACCEPTED} AND unit_id IN ({", ".join(map(text, units))})
            GROUP BY unit_id ORDER BY unit_id
        """).pl()
    return found.cast(ACCEPTED)
