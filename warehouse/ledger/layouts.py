"""How units' files were laid out, and which layouts a person has confirmed. Reads no file and judges nothing."""

# ruff: noqa: S608 - ids and dates are quoted

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl

from transforms.check.history.layouts import KNOWN_LAYOUTS, LayoutHistory
from transforms.dictionary.columns import LAKE
from transforms.dictionary.frames import checked
from warehouse.lake.lake import Lake
from warehouse.lake.moments import after_all_known
from warehouse.lake.rows import append
from warehouse.lake.schema import text
from warehouse.places.errors import DecisionError

_DECISIONS = LAKE["layout_decisions"]
# A layout of a unit: since when and how often it was sent, and who confirmed it when it raises a question.
LISTED = pl.Schema(
    {
        "layout": pl.String,
        "unit_id": pl.String,
        "contract": pl.String,
        "first": pl.Date,
        "last": pl.Date,
        "deliveries": pl.Int64,
        "layout_description": pl.String,
        "layout_question": pl.String,
        "person": pl.String,
        "reason": pl.String,
    }
)


@dataclass(frozen=True)
class Confirmation:
    """Who confirms which layout, why, and when (UTC without zone). The reason names no citizen."""

    layout: str
    person: str
    reason: str
    at: datetime


def layout_history(lake: Lake, first: date, last: date) -> LayoutHistory:
    """The layouts of all deliveries for business dates before `last`, and all confirmations.

    From `first` on there is a row for each day: what was used before a day in between must be known.
    """
    with lake.snapshot() as cursor:
        known = cursor.sql(f"""
            SELECT
                unit_id, contract, layout, arg_max(layout_description, business_date) AS description,
                min(business_date) AS first, max(business_date) AS last
            FROM lake.layouts WHERE business_date < DATE '{last}'
            GROUP BY unit_id, contract, layout, greatest(business_date, DATE '{first}' - 1)
            ORDER BY unit_id, contract, first, layout
        """).pl()
        confirmed = cursor.sql("SELECT layout FROM lake.layout_decisions").pl()
    return LayoutHistory(known.cast(KNOWN_LAYOUTS), frozenset(confirmed["layout"]))


def layouts(lake: Lake) -> pl.DataFrame:
    """LISTED: the layouts of all senders, those with an unanswered question first, then by sender and first date.

    The layout of a shared export is one for all its units; its sender stands in place of a unit.
    """
    with lake.snapshot() as cursor:
        found = cursor.sql("""
            WITH shared AS (
                SELECT landing, any_value(unit_id) AS sender FROM lake.deliveries
                WHERE part IS NULL AND starts_with(unit_id, '@') GROUP BY landing
            ),
            sent AS (
                SELECT l.* REPLACE (coalesce(sender, l.unit_id) AS unit_id)
                FROM lake.layouts AS l JOIN lake.deliveries AS d USING (delivery_id)
                LEFT JOIN shared ON shared.landing = d.landing AND d.part IS NOT NULL
            )
            SELECT
                layout, l.unit_id, l.contract, min(business_date) AS first, max(business_date) AS last,
                count(*) AS deliveries, any_value(layout_description) AS layout_description,
                any_value(l.layout_question) AS layout_question,
                any_value(person) AS person, any_value(reason) AS reason
            FROM sent AS l LEFT JOIN lake.layout_decisions AS d USING (layout)
            GROUP BY layout, l.unit_id, l.contract
            ORDER BY any_value(l.layout_question) IS NULL OR any_value(person) IS NOT NULL, l.unit_id, first, layout
        """).pl()
    return checked(found.cast(LISTED), LISTED, "layouts: result")


def deliveries_of(lake: Lake, layout: str) -> list[str]:
    """The ids of the deliveries that have this layout, the oldest first."""
    with lake.snapshot() as cursor:
        found = cursor.sql(f"""
            SELECT delivery_id FROM lake.layouts WHERE layout = {text(layout)} ORDER BY business_date, delivery_id
        """).fetchall()
    return [delivery_id for (delivery_id,) in found]


def confirm_layout(lake: Lake, confirmation: Confirmation) -> dict[str, Any]:
    """Record that a layout with a question was read right; returns the row (LAKE["layout_decisions"]).

    Raises DecisionError where there is no such layout, it raises no question, or it was confirmed before.
    """
    found = layouts(lake).filter(layout=confirmation.layout).to_dicts()
    if not found:
        raise DecisionError(f"không có bố cục nào mang mã {confirmation.layout}; xem: tyle layout list")
    (listed,) = found
    if listed["layout_question"] is None:
        raise DecisionError(f"{confirmation.layout}: bố cục này không có câu hỏi nào, không cần xác nhận")
    if listed["person"] is not None:
        raise DecisionError(f"{confirmation.layout}: {listed['person']} đã xác nhận ({listed['reason']})")

    def keep(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        known = cursor.sql(f"SELECT 1 FROM lake.layout_decisions WHERE layout = {text(confirmation.layout)}").fetchall()
        at = confirmation.at + after_all_known(cursor, [confirmation.at])
        row = listed | {"person": confirmation.person, "reason": confirmation.reason, "at": at}
        if not known:  # an earlier attempt may have been committed without an answer
            append(cursor, "lake.layout_decisions", _DECISIONS.conform(pl.DataFrame([row], infer_schema_length=None)))
        return row

    return lake.write(keep)
