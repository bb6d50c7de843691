"""Finds names of fields that neither reference/fields.csv nor the unit's earlier deliveries have. Applies no rule."""

from datetime import date

import polars as pl

from transforms.check.frames import PLACES
from transforms.check.history.past import LOOKBACK_DAYS
from transforms.check.rules import RULES
from transforms.check.rules.fields import BY_FIELD, FIELD_IS_KNOWN
from transforms.check.rules.strictness import Strictness
from transforms.dictionary.contracts import Contract
from transforms.dictionary.frames import checked
from transforms.reference.fields import FieldBook

# The fields that units stated in accepted deliveries, as written, a row per unit, day and name.
PAST_FIELDS = pl.Schema({"unit_id": pl.String, "business_date": pl.Date, "field": pl.String})
_ROWS = pl.Schema(
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
_HINTS = 50  # distinct unknown names of a batch for which the nearest known ones are searched


def units_with_unknown_fields(rows: pl.DataFrame) -> list[str]:
    """The units whose details (`rows`: columns of `frames.prepared`) name a field that is not in fields.csv."""
    checked(rows, _ROWS, "units_with_unknown_fields: rows", more=True)
    return rows.filter(_UNKNOWN)["unit_id"].unique().sort().to_list()


def with_past_fields(
    rows: pl.DataFrame, past: pl.DataFrame, book: FieldBook, contract: Contract, strictness: Strictness
) -> pl.DataFrame:
    """`rows` with `field_seen` (whether the unit used an unknown name on an earlier day) and `field_hint`.

    `rows`: the columns of `frames.prepared` and of `past.with_history`. `past`: PAST_FIELDS, which may leave out units
    without unknown names. Only business dates up to a year before a row's own count, whenever they arrived: those of
    `past`, and of this batch those whose rows break no other critical rule. `field_hint`: the nearest known
    names, null where there is none. The rows of contracts that are not by field are returned as they are.
    """
    checked(rows, _ROWS, "with_past_fields: rows", more=True)
    checked(past, PAST_FIELDS, "with_past_fields: past")
    if contract.name not in BY_FIELD:
        return rows
    unknown = rows.filter(_UNKNOWN)
    if unknown.is_empty():
        return rows.with_columns(field_seen=pl.lit(False), field_hint=pl.lit(None, pl.String))
    asked = unknown.select(_STATED).unique()
    named = book.named(past["field"].unique()).select("field", "field_key").unique("field")
    before = pl.concat(
        [past.join(named, on="field").select(_STATED), _stated_here(rows, asked, contract, strictness)]
    ).rename({"business_date": "before"})
    age = (pl.col("business_date") - pl.col("before")).dt.total_days()
    seen = (
        asked.join(before, on=["unit_id", "field_key"])
        .filter(age.is_between(1, LOOKBACK_DAYS))
        .select(_STATED)
        .unique()
        .with_columns(field_seen=pl.lit(True))
    )
    return (
        rows.join(seen, on=_STATED, how="left", maintain_order="left")
        .with_columns(pl.col("field_seen").fill_null(False))
        .join(_hints(unknown, book), on=["field_name", "business_date"], how="left", maintain_order="left")
    )


_UNKNOWN = (pl.col("kind") == "detail") & ~pl.col("field_known").fill_null(True)


def _stated_here(rows: pl.DataFrame, asked: pl.DataFrame, contract: Contract, strictness: Strictness) -> pl.DataFrame:
    """What sound deliveries of this batch state, of units that send several days of it."""
    days = pl.col("business_date").n_unique().over("unit_id") > 1
    own = rows.filter(days).join(asked.select("unit_id").unique(), on="unit_id", how="semi")
    rules = [
        rule
        for rule in RULES[contract.name]
        if rule.id != FIELD_IS_KNOWN.id and not rule.of_delivery and strictness.may_be_critical(rule)
    ]
    broken = (strictness.verdict(rule).fill_null(True) & strictness.is_critical(rule) for rule in rules)
    sound = own.filter(~pl.any_horizontal(broken).any().over("file"), pl.col("kind") == "detail")
    return sound.select(_STATED).drop_nulls().unique()


def _hints(unknown: pl.DataFrame, book: FieldBook) -> pl.DataFrame:
    pairs = unknown.select("field_name", "business_date").unique(maintain_order=True)
    hints = [(name, day, _hint(book, name, day)) for name, day in pairs.head(_HINTS).iter_rows()]
    schema = {"field_name": pl.String, "business_date": pl.Date, "field_hint": pl.String}
    return pl.DataFrame(hints, schema=schema, orient="row")


def _hint(book: FieldBook, name: str, day: date) -> str | None:
    return ", ".join(book.nearest(name, day)) or None
