"""The rules on a rate that a table states beside its counts. Knows no contract's counts."""

import polars as pl

from transforms.check.rules.rule import FIGURES, Rule
from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import Text

_NEARLY = 1e-6  # of a rate that is kept as a binary number
# A number of a workbook is written with four decimals at least: they do not say how a person rounded.
_ONE_DECIMAL, _MORE_DECIMALS = r"[.,]\d\s*%?\s*$", r"[.,]\d{2,3}\s*%?\s*$"


def half_up_hundredths(*, part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part/whole in hundredths of a percent, rounded half up in integers: 41,85 % is 4185; null at whole 0."""
    return pl.when(whole > 0).then((part * 20000 + whole) // (2 * whole))


def rate_rules(contract: Contract, sentence: Text) -> tuple[Rule, Rule]:
    """A stated rate is that of the counts beside it: wrong it is critical, with fewer than two decimals a warning.

    With one decimal or none it may be rounded half up, half to even, or cut: programs do each. `100,00` says that it
    was not rounded to a whole number: of 620 in 621 it is wrong.
    """
    part, whole = (pl.col(column) for column in contract.rate)
    stated = pl.col("stated_rate")
    exact = half_up_hundredths(part=part, whole=whole)
    hundredths = (stated * 100 + 0.5 + _NEARLY).floor().cast(pl.Int64)
    is_exact = pl.when(whole == 0).then(stated == 0).otherwise(hundredths == exact)
    has_one, has_more = (_is_written(decimals) for decimals in (_ONE_DECIMAL, _MORE_DECIMALS))
    is_whole = ~has_one & _is_rounded(stated, part, whole, 1)
    is_rounded = (~has_more & (is_whole | _is_rounded(stated, part, whole, 10))).fill_null(False)
    applies = FIGURES & stated.is_not_null()
    percent = (exact // 100).cast(pl.String) + "," + (exact % 100).cast(pl.String).str.zfill(2)
    fraction = (exact // 10000).cast(pl.String) + "," + (exact % 10000).cast(pl.String).str.zfill(4)
    expected = pl.when("stated_rate_is_fraction").then(fraction).otherwise(percent)
    shown = ("stated_rate", *contract.rate)
    return (
        Rule(
            "rate_is_right",
            "critical",
            sentence,
            applies=applies,
            breaks=~(is_exact | is_rounded),
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


def _is_written(decimals: str) -> pl.Expr:
    """Whether a rate in percent is written so."""
    return pl.col("stated_rate_text").str.contains(decimals).fill_null(False) & ~pl.col("stated_rate_is_fraction")


def _is_rounded(stated: pl.Expr, part: pl.Expr, whole: pl.Expr, steps: int) -> pl.Expr:
    """Whether a rate is part/whole in whole steps of a percent (10: one decimal), rounded or cut."""
    number = (stated * steps).round().cast(pl.Int64)
    in_steps = (stated * steps - number).abs() < _NEARLY
    return in_steps & pl.when(whole > 0).then(
        (number == part * 100 * steps // whole) | (number == (part * 200 * steps + whole) // (2 * whole))
    )
