"""The rules on a delivery as it came, readable or not; the same for every contract. They read none of its rows."""

import polars as pl

from transforms.check.rules.rule import Note, Rule
from transforms.dictionary.text import Text
from transforms.reference.clock import VIETNAM

# The only definition of late. False where the source states no time, and where nothing can be late (`cut_off` null).
IS_LATE = (pl.col("modified_at") > pl.col("cut_off")).fill_null(False)


def _in_vietnam(column: str) -> pl.Expr:
    local = pl.col(column).dt.replace_time_zone("UTC").dt.convert_time_zone(VIETNAM.key)
    return local.dt.strftime("%d/%m/%Y %H:%M")


_TIMES = pl.format("{} > {}", _in_vietnam("modified_at"), _in_vietnam("cut_off"))

IS_IN_TIME = Rule(
    "is_in_time",
    "warning",
    Text("tệp phải đến trước giờ chốt", "an export must come before its cut-off"),
    applies=pl.col("cut_off").is_not_null(),
    breaks=IS_LATE,
    shown=(),
    note=Note(_TIMES, _TIMES),
    of_delivery=True,
)
RULES: tuple[Rule, ...] = (IS_IN_TIME,)
