"""The order in which the files of a batch are judged, and what counts before each of them. Compares nothing."""

from collections.abc import Collection

import polars as pl

from transforms.check.frames import SENT
from transforms.dictionary.frames import checked

SENDER = ("unit_id", "contract")
DAY = (*SENDER, "business_date")
_OF_ORDER = ("file", *DAY, "modified_at", "file_name")
_ORDERED = pl.Schema({name: SENT[name] for name in _OF_ORDER})
_LAKE = -1  # what the lake has came before every file of the batch


def in_order(received: pl.DataFrame) -> pl.DataFrame:
    """`received` (SENT, more columns allowed) with `place`: earlier business dates are judged first.

    Files of one day are in the order of their versions (warehouse.ledger.versions).
    """
    checked(received, _ORDERED, "in_order: received", more=True)
    order = ("business_date", "modified_at", "file_name", "file")
    return received.sort(order).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64)).sort("file")


def accepted_files(own: pl.DataFrame, held: Collection[int]) -> pl.DataFrame:
    """The files of `own` (at least `file`) that are not held back."""
    return own.filter(~pl.col("file").is_in(list(held))) if held else own


def known_and_own(past: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """`past` of the lake and `accepted` of the batch, a row per delivery, with `place`.

    `accepted`: at least the columns of `past`, and `place`.
    """
    lake = past.with_columns(place=pl.lit(_LAKE, pl.Int64))
    return pl.concat([lake, accepted.select(lake.columns)])


def days_before(own: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    """Each file of `own` beside what counts for each earlier business date of its sender.

    `own`: at least `file` and DAY. `deliveries`: as `known_and_own` gives them; of a day the last one counts. Columns
    of `own`, those of `deliveries` with the suffix `_past` where both have them, `age` in days (at least 1).
    """
    counting = deliveries.sort("place").unique(DAY, keep="last", maintain_order=True)
    pairs = own.join(counting, on=SENDER, suffix="_past")
    age = (pl.col("business_date") - pl.col("business_date_past")).dt.total_days()
    return pairs.with_columns(age=age).filter(pl.col("age") > 0)


def same_day(own: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    """Each file of `own` beside what counted for its day when it came, if anything did.

    `own`, `deliveries` and the columns as for `days_before`, without `age`.
    """
    pairs = own.join(deliveries, on=DAY, suffix="_past").filter(pl.col("place_past") < pl.col("place"))
    return pairs.sort("place_past").group_by("file", maintain_order=True).last()


def days_after(own: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Each file of `own` beside what the lake counts for later business dates of its sender.

    `past`: a row per sender and day. Columns as `days_before`, without `age`.
    """
    pairs = own.join(past, on=SENDER, suffix="_past")
    return pairs.filter(pl.col("business_date_past") > pl.col("business_date"))
