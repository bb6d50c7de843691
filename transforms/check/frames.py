"""The frames that cross the doors of transforms.check, by name. Those of one module alone stand in that module."""

from functools import cache

import polars as pl

from transforms.dictionary.columns import RECEIVED
from transforms.dictionary.contracts import CASES, MORE_COUNTS, Contract
from transforms.dictionary.frames import Columns
from transforms.dictionary.table import TIMESTAMP

FILE = pl.Schema({"file": pl.UInt32})
PLACES = pl.Schema({"file": pl.UInt32, "row": pl.UInt32})  # a row of a file, 1-based
# Who sent which file for which day. A caller may add what else is known of it.
# `cut_off` (UTC): until when it is in time; null where it cannot be late.
_OF_RECEIVED = ("file", "unit_id", "business_date", "contract", "basis", "file_name", "modified_at")
# `valid_from`, `valid_to`: the first and last day of the unit; an open end is null.
SENT = pl.Schema(
    {name: RECEIVED[name] for name in _OF_RECEIVED}
    | {"cut_off": TIMESTAMP, "valid_from": pl.Date(), "valid_to": pl.Date()}
)
# What is agreed with the sender of each file.
TERMS = pl.Schema(
    {
        "file": pl.UInt32,
        "default_level": pl.Int8,  # of rows that state no level; 0 = levels are not distinguished
        "max_faulty_rows_pct": pl.Float64,  # % of a delivery's cases
        "case_id_pattern": pl.String,  # regular expression
        "count_for": pl.String,  # for which of its units a case counts: COUNTED_BY of transforms.dictionary.contracts
    }
)
# The figures of a file by field and level, in cases: `daily_counts` of the lake, with `file` for the delivery.
DAILY_COUNTS = pl.Schema(
    {"file": pl.UInt32, "unit_id": pl.String, "business_date": pl.Date, "field": pl.String, "service_level": pl.Int8}
    | dict.fromkeys(
        ("online", "in_person", "postal", "total", "received", "settled", "settled_on_time", *MORE_COUNTS),
        pl.Int64,
    )
)
# A row of a file that breaks a rule or leaves it unknown.
FINDINGS = pl.Schema(
    {
        "file": pl.UInt32,
        "rule": pl.String,
        "row_number": pl.Int64,  # 1-based in the file; 0 = the delivery as a whole
        "column": pl.String,  # the one at fault; null where it is the row
        "outcome": pl.String,  # breaks, cannot_evaluate
        "content": pl.String,  # the values as written
        "expected": pl.String,  # what would be right; null where that is not one value
        "note": pl.String,
    }
)
# A case that would count; `speaks`: its file is the newest of its unit and day.
CANDIDATES = pl.Schema(
    {  # type: ignore[arg-type]
        "file": pl.UInt32,
        "row": pl.UInt32,
        "unit_id": pl.String,
        "business_date": pl.Date,
        "case_id": pl.String,
        "modified_at": TIMESTAMP,
        "speaks": pl.Boolean,
    }
)


# The newest file of each unit and day, whose cases count for it.
SPEAKING = pl.Schema({name: SENT[name] for name in ("unit_id", "business_date", "file")})


def of_sender(contract: Contract) -> tuple[str, ...]:
    """What of SENT the rules on rows read, and of cases when their file was written; no more, since rows are many."""
    return ("file", "unit_id", "business_date", *(("modified_at",) if contract.by_case else ()))


@cache
def prepared(contract: Contract) -> pl.Schema:
    """The columns that the rows of every file of a contract have after `prepare`; sums and case columns come on top."""
    typed: Columns = {
        **dict.fromkeys(contract.texts, pl.String),
        **dict.fromkeys(contract.codes, pl.Int8),
        **dict.fromkeys(contract.counts, pl.Int64),
        **dict.fromkeys(contract.percents, pl.Float64),
        **dict.fromkeys(contract.dates, pl.Date),
    }
    written = dict.fromkeys((f"{column}_text" for column in contract.columns), pl.String)
    named: Columns = {
        **dict.fromkeys(("unit_name", "stated_unit_id", "unit_hint", "unit_hint_en"), pl.String),
        **dict.fromkeys(("field_id", "field_official", "field_name", "field_key"), pl.String),
        "field_known": pl.Boolean,
    }
    sent = {name: SENT[name] for name in of_sender(contract) if name != "file"}
    of_row: Columns = {**PLACES, "kind": pl.String, "group": pl.UInt32, "broken": pl.String, "quoted": pl.String}
    if not contract.by_case:
        of_row = of_row | {"parent": pl.UInt32}
    return pl.Schema({**of_row, **typed, **written, **sent, **TERMS, **named})


# The rows of lists of cases, with what transforms.check.cases derives for the rules.
CASE_ROWS = prepared(CASES) | pl.Schema(
    {
        "receiving_unit_id": pl.String,
        "is_anothers": pl.Boolean,
        "cases_of_others": pl.Int64,
        "own_cases": pl.Int64,
        "side_fits": pl.Boolean,
        "counts": pl.Boolean,
        "is_settled": pl.Boolean,
        "settled_on": pl.Date,
        "level_untold": pl.Boolean,
        "level_unrated": pl.Boolean,
        "unknown_fields": pl.Int64,
        "id_has_form": pl.Boolean,
        "earlier_rows": pl.Int64,
        "is_faulty": pl.Boolean,
        "faulty_pct": pl.Float64,
        "counted_before": pl.Boolean,
    }
)
