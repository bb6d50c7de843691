"""Notices a source that gives one and the same file for day after day. Applies no rule."""

import polars as pl

from transforms.check.history.order import days_before, known_and_own
from transforms.dictionary.columns import RECEIVED
from transforms.dictionary.frames import checked

# The files of the days before: of each unit, day and contract the one that counts.
PAST_FILES = pl.Schema({name: RECEIVED[name] for name in ("unit_id", "business_date", "contract", "sha256")})
LOOKBACK_DAYS = 31
# So many files in a row with the same bytes, before this one: once may be chance, twice is a source that stands still.
# The fewer cases the more files: in all REPEATS times the cases from which figures are compared (`min_cases`).
REPEATS = 2
_OF_FILE = pl.Schema(
    {
        **{name: RECEIVED[name] for name in ("file", "basis", *PAST_FILES)},
        "place": pl.Int64,
        "dated": pl.Boolean,
        "total": pl.Int64,
    }
)
_TERMS = pl.Schema({"file": pl.UInt32, "min_cases": pl.Int64})


def repeated_files(own: pl.DataFrame, accepted: pl.DataFrame, past: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The files (`file`) of `own` that have the same bytes as their unit's files of the days before, too often.

    Only of files with the figures of one day, that state no date: those prove themselves. `own`: the files to judge,
    with PAST_FILES, `file`, `basis`, `place` (transforms.check.history.order), `dated` (whether a row states a date)
    and `total` (cases); `accepted`: those of them that are not held back. `past`: PAST_FILES of the lake. `terms`:
    USUAL_TERMS, of which `min_cases`.
    """
    checked(own, _OF_FILE, "repeated_files: own", more=True)
    checked(accepted, _OF_FILE, "repeated_files: accepted", more=True)
    checked(past, PAST_FILES, "repeated_files: past")
    checked(terms, _TERMS, "repeated_files: terms", more=True)
    of_days = pl.col("basis") == "day"
    undated = own.filter(of_days, ~pl.col("dated"))
    pairs = days_before(undated, known_and_own(past, accepted.filter(of_days))).filter(pl.col("age") <= LOOKBACK_DAYS)
    other = pl.col("sha256") != pl.col("sha256_past")
    nearest_other = pl.col("age").filter(other).min().over("file")
    same = pairs.filter(nearest_other.is_null() | (pl.col("age") < nearest_other))
    before = same.group_by("file").agg(pl.first("total"), before=pl.len())
    many = pl.col("total") * pl.col("before") >= REPEATS * pl.col("min_cases")
    agreed = terms.select("file", "min_cases")
    return before.join(agreed, on="file").filter((pl.col("before") >= REPEATS) & many).select("file")
