"""Reads how each unit, business date and contract stands now; marts/intermediate/states.sql defines a state."""

from collections.abc import Callable
from datetime import date

import polars as pl

from transforms.dictionary.frames import checked
from transforms.dictionary.table import TIMESTAMP
from warehouse.lake.lake import Lake
from warehouse.marts.catalogue import STATEMENTS, needed_for
from warehouse.marts.steps import expose, run

STATES = pl.Schema(
    {  # type: ignore[arg-type]
        "unit_id": pl.String,
        "business_date": pl.Date,
        "contract": pl.String,
        "outcome": pl.String,
        "version": pl.Int32,
        "delivery_id": pl.String,
        "received_at": TIMESTAMP,
        "is_late": pl.Boolean,
        "rules_broken": pl.String,
        "reason": pl.String,
        "decision": pl.String,  # released, rejected or null
    }
)


States = Callable[[Lake, date, date], pl.DataFrame]  # as `current_states`


def current_states(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """STATES: a row per unit, business date and contract that has a delivery or an outcome, as of now.

    An accepted version counts even when a later one was quarantined. The outcome of a rejected delivery stays
    `quarantined`, and it has no figures.
    """
    period = f"'' AS month, DATE '{first}' AS period_from, DATE '{last}' AS period_to, NULL AS as_of, NULL AS known_at"
    with lake.snapshot() as cursor:
        expose(cursor, (first, last))
        cursor.execute(f"CREATE TEMP VIEW periods AS SELECT {period}")
        run(cursor, needed_for(STATEMENTS, "states"))
        found = cursor.sql("SELECT * EXCLUDE (month) FROM states ORDER BY unit_id, business_date, contract").pl()
    return checked(found, STATES, "current_states: result")


def states_read_once() -> States:
    """As `current_states`, but days within the span that was read last are not read again.

    For one step after another in a run that stores nothing in between.
    """
    read: list[tuple[date, date, pl.DataFrame]] = []

    def states(lake: Lake, first: date, last: date) -> pl.DataFrame:
        if not (read and read[0][0] <= first and last <= read[0][1]):
            read[:] = [(first, last, current_states(lake, first, last))]
        return read[0][2].filter(pl.col("business_date").is_between(first, last))

    return states
