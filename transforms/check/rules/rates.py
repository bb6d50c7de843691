"""The rules on a rate that a table states beside its counts. Knows no contract's counts."""

import polars as pl

from transforms.check.rules.rule import FIGURES, Rule
from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import Text


def half_up_hundredths(*, part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part/whole in hundredths of a percent, rounded half up in integers: 41,85 % is 4185; null at whole 0."""
    return pl.when(whole > 0).then((part * 20000 + whole) // (2 * whole))


def rate_rules(contract: Contract, sentence: Text) -> tuple[Rule, Rule]:
    """A stated rate is that of the counts beside it: wrong it is critical, rounded to a whole number a warning."""
    part, whole = (pl.col(column) for column in contract.rate)
    stated = pl.col("stated_rate")
    exact = half_up_hundredths(part=part, whole=whole)
    hundredths = (stated * 100 + 0.5 + 1e-6).floor().cast(pl.Int64)
    is_exact = pl.when(whole == 0).then(stated == 0).otherwise(hundredths == exact)
    is_rounded = (stated == stated.floor()) & (
        stated.cast(pl.Int64) == pl.when(whole > 0).then((part * 200 + whole) // (2 * whole))
    )
    applies = FIGURES & stated.is_not_null()
    expected = (exact // 100).cast(pl.String) + "," + (exact % 100).cast(pl.String).str.zfill(2)
    shown = ("stated_rate", *contract.rate)
    return (
        Rule(
            "rate_is_right",
            "critical",
            sentence,
            applies=applies,
            breaks=~(is_exact | is_rounded.fill_null(False)),
            shown=shown,
            expected=expected,
            scope="row",
        ),
        Rule(
            "rate_has_decimals",
            "warning",
            Text("tỷ lệ phải ghi đủ hai chữ số thập phân", "the rate must keep its two decimals"),
            applies=applies,
            breaks=(~is_exact & is_rounded).fill_null(False),
            shown=shown,
            expected=expected,
            scope="row",
        ),
    )
