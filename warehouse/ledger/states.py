"""How each unit, business date and contract stands now. Derives nothing by itself: marts/states.sql does."""

from datetime import date

import polars as pl

from warehouse.lake.lake import Lake
from warehouse.marts.steps import STATES, expose, run


def current_states(lake: Lake, first: date, last: date) -> pl.DataFrame:
    """The state, now, of each unit, business date and contract that has a delivery or an outcome.

    Columns: unit_id, business_date, contract, outcome, version, delivery_id, received_at, is_late, rules_broken,
    reason, decision (released, rejected or null); what they mean says marts/states.sql. An accepted version counts
    even when a later one was quarantined; of a rejected one the outcome stays `quarantined`, its figures are not there.
    """
    period = f"'' AS month, DATE '{first}' AS period_from, DATE '{last}' AS period_to, NULL AS as_of, NULL AS known_at"
    with lake.snapshot() as cursor:
        expose(cursor, (first, last))
        cursor.execute(f"CREATE TEMP VIEW periods AS SELECT {period}")
        run(cursor, STATES)
        return cursor.sql("SELECT * EXCLUDE (month) FROM states ORDER BY unit_id, business_date, contract").pl()
