"""Notices a source that gives one and the same file for day after day. Applies no rule."""

import polars as pl

from transforms.dictionary.columns import RECEIVED
from transforms.dictionary.frames import checked

# The files of the days before: of each unit, day and contract the one that counts.
PAST_FILES = pl.Schema({name: RECEIVED[name] for name in ("unit_id", "business_date", "contract", "sha256")})
LOOKBACK_DAYS = 31
# So many files in a row with the same bytes, before this one: once may be chance, twice is a source that stands still.
# The fewer cases the more files: in all REPEATS times the cases from which figures are compared (`min_cases`).
REPEATS = 2
_OF_FILE = pl.Schema({name: RECEIVED[name] for name in ("file", "basis", *PAST_FILES)})
_SENDER = ("unit_id", "contract")
_TERMS = pl.Schema({"file": pl.UInt32, "min_cases": pl.Int64})
_ROWS = pl.Schema({"file": pl.UInt32, "date": pl.Date, "stated_total": pl.Int64})


def with_repeats(rows: pl.DataFrame, received: pl.DataFrame, past: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `repeated` (Boolean): whether the unit's files of the days before have the same bytes, too often.

    Only of files with the figures of one day, that state no date: those prove themselves. `rows`: the columns of
    `frames.prepared` and of transforms.check.history.past.compare; `received`: SENT and `sha256`; `past`: PAST_FILES;
    `terms`: USUAL_TERMS, of which `min_cases`.
    """
    checked(rows, _ROWS, "with_repeats: rows", more=True)
    checked(received, _OF_FILE, "with_repeats: received", more=True)
    checked(past, PAST_FILES, "with_repeats: past")
    checked(terms, _TERMS, "with_repeats: terms", more=True)
    own = received.filter(pl.col("basis") == "day").select("file", *PAST_FILES)
    every = pl.concat([past, own], how="diagonal")
    # Of a day that comes anew the new file counts, so it stands last.
    ordered = every.sort(*_SENDER, "business_date", pl.col("file").is_not_null(), maintain_order=True)
    days = ordered.unique([*_SENDER, "business_date"], keep="last", maintain_order=True)
    runs = days.with_columns(run=pl.col("sha256").rle_id().over(_SENDER))
    runs = runs.with_columns(before=pl.int_range(pl.len()).over(*_SENDER, "run"))
    stated = rows.group_by("file").agg(pl.first("stated_total"), dated=pl.col("date").is_not_null().any())
    found = runs.join(stated, on="file").join(terms.select("file", "min_cases"), on="file")
    many = pl.col("stated_total") * pl.col("before") >= REPEATS * pl.col("min_cases")
    repeated = found.filter((pl.col("before") >= REPEATS) & many & ~pl.col("dated"))["file"]
    return rows.with_columns(repeated=pl.col("file").is_in(repeated.implode()))
