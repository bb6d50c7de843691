"""For which unit a case counts: the one that handles it, or the one that received it. Applies no rule.

Since 2025 a commune may receive a case that another one handles (procedures handled independent of administrative
boundaries), and both may list it. `[exports] count_for` says which of the two counts it, so that each case counts once.
"""

import polars as pl

from transforms.dictionary.contracts import COUNTED_BY

ANOTHERS = "anothers"  # the kind of a row whose case counts for the other of its two units, not for the sender
_IDS = {"unit": "stated_unit_id", "receiving_unit": "receiving_unit_id"}


def with_sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Add to `rows` whether each case is the sender's; one that is the other unit's becomes a row of kind ANOTHERS.

    `rows`: the columns of `frames.prepared` with `receiving_unit_id`; a row per row of a list. Adds `side_fits`: false
    where the unit for which the case counts is not the sender, or is not stated while the other unit is another one;
    true where neither is stated. `is_anothers`, and per file `cases_of_others` and `own_cases` (details).
    """
    counted, counted_text = _side(of_other=False)
    other, other_text = _side(of_other=True)
    sent = pl.col("unit_id")
    is_own, others_own = (counted == sent).fill_null(False), (other == sent).fill_null(False)
    detail = pl.col("kind") == "detail"
    is_anothers = detail & (counted != sent).fill_null(False) & others_own
    fits = pl.when(counted_text.is_null()).then(other_text.is_null() | others_own).otherwise(is_own)
    rows = rows.with_columns(is_anothers=is_anothers, side_fits=fits)
    kind = pl.when("is_anothers").then(pl.lit(ANOTHERS)).otherwise("kind")
    return rows.with_columns(
        kind=kind,
        cases_of_others=pl.col("is_anothers").sum().over("file").cast(pl.Int64),
        own_cases=(detail & ~pl.col("is_anothers")).sum().over("file").cast(pl.Int64),
    )


def _side(*, of_other: bool) -> tuple[pl.Expr, pl.Expr]:
    """The id and the text of the unit for which a case counts, or of the other one."""
    handling, receiving = COUNTED_BY["handling"], COUNTED_BY["receiving"]
    is_receiving = (pl.col("count_for") == "receiving") ^ pl.lit(of_other)
    return (
        pl.when(is_receiving).then(_IDS[receiving]).otherwise(_IDS[handling]),
        pl.when(is_receiving).then(f"{receiving}_text").otherwise(f"{handling}_text"),
    )
