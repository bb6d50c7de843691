"""Finds names of fields that neither reference/fields.csv nor the unit's earlier deliveries have. Applies no rule."""

from datetime import date

import polars as pl

from transforms.check.frames import PLACES
from transforms.check.history.past import LOOKBACK_DAYS
from transforms.dictionary.frames import checked
from transforms.reference.fields import FieldBook

# The fields that units stated in accepted deliveries, as written, a row per unit, day and name.
PAST_FIELDS = pl.Schema({"unit_id": pl.String, "business_date": pl.Date, "field": pl.String})
# What is read of a row.
NAMED = pl.Schema(
    {  # type: ignore[arg-type]
        **PLACES,
        "unit_id": pl.String,
        "business_date": pl.Date,
        "kind": pl.String,
        "field_name": pl.String,
        "field_key": pl.String,
        "field_known": pl.Boolean,
    }
)
_STATED = ("unit_id", "business_date", "field_key")
# The fields that a file of this batch names, by their keys.
FIELDS_HERE = pl.Schema({"file": pl.UInt32, "unit_id": pl.String, "business_date": pl.Date, "field_key": pl.String})
_HINTS = 50  # distinct unknown names of a batch for which the nearest known ones are searched


def units_with_unknown_fields(rows: pl.DataFrame) -> list[str]:
    """The units whose details (`rows`: columns of `frames.prepared`) name a field that is not in fields.csv."""
    checked(rows, NAMED, "units_with_unknown_fields: rows", more=True)
    return rows.filter(_UNKNOWN)["unit_id"].unique().sort().to_list()


def fields_here(rows: pl.DataFrame) -> pl.DataFrame:
    """FIELDS_HERE: what the details of `rows` (columns of `frames.prepared`) name, of units with unknown fields."""
    units = units_with_unknown_fields(rows)
    named = rows.filter(pl.col("kind") == "detail", pl.col("unit_id").is_in(units))
    return named.select(FIELDS_HERE.names()).drop_nulls().unique()


def with_seen_fields(rows: pl.DataFrame, past: pl.DataFrame, here: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    """`rows` with `field_seen`: whether the unit used an unknown name on an earlier day.

    `rows`: the columns of `frames.prepared`. `past`: PAST_FIELDS, which may leave out units without unknown names.
    `here`: FIELDS_HERE of the files of this batch that are not held back. Only business dates up to a year before a
    row's own count, whenever they arrived.
    """
    checked(rows, NAMED, "with_seen_fields: rows", more=True)
    checked(past, PAST_FIELDS, "with_seen_fields: past")
    checked(here, FIELDS_HERE, "with_seen_fields: here")
    asked = rows.filter(_UNKNOWN).select(_STATED).unique()
    if asked.is_empty():
        return rows.with_columns(field_seen=pl.lit(False))
    named = book.named(past["field"].unique()).select("field", "field_key").unique("field")
    before = pl.concat([past.join(named, on="field").select(_STATED), here.select(_STATED)]).rename(
        {"business_date": "before"}
    )
    age = (pl.col("business_date") - pl.col("before")).dt.total_days()
    seen = (
        asked.join(before, on=["unit_id", "field_key"])
        .filter(age.is_between(1, LOOKBACK_DAYS))
        .select(_STATED)
        .unique()
        .with_columns(field_seen=pl.lit(True))
    )
    return rows.join(seen, on=_STATED, how="left", maintain_order="left").with_columns(
        pl.col("field_seen").fill_null(False)
    )


def with_field_hints(rows: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    """`rows` (columns of `frames.prepared`) with `field_hint`: the nearest known names, null where there is none."""
    unknown = rows.filter(_UNKNOWN)
    if unknown.is_empty():
        return rows.with_columns(field_hint=pl.lit(None, pl.String))
    return rows.join(_hints(unknown, book), on=["field_name", "business_date"], how="left", maintain_order="left")


_UNKNOWN = (pl.col("kind") == "detail") & ~pl.col("field_known").fill_null(True)


def _hints(unknown: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    pairs = unknown.select("field_name", "business_date").unique(maintain_order=True)
    hints = [(name, day, _hint(book, name, day)) for name, day in pairs.head(_HINTS).iter_rows()]
    schema = {"field_name": pl.String, "business_date": pl.Date, "field_hint": pl.String}
    return pl.DataFrame(hints, schema=schema, orient="row")


def _hint(book: FieldBook, name: str, day: date) -> str | None:
    return ", ".join(book.nearest(name, day)) or None
