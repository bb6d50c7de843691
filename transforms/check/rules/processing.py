"""The rules of `processing`: what the one-stop centre received, settled and settled on time since the year began."""

from dataclasses import replace

import polars as pl

from transforms.check.rules.common import (
    CORRECTIONS,
    DATE_IS_BUSINESS_DATE,
    UNIT_IS_SENDER,
    numbers_not_negative,
    numbers_readable,
    values_stated,
)
from transforms.check.rules.more_counts import more_counts_rules
from transforms.check.rules.plausibility import AGREES_WITH_LATER_DAYS, IS_NO_COPY, IS_NOT_RESTATED, grows
from transforms.check.rules.rates import rate_rules
from transforms.check.rules.rows import table_rules
from transforms.check.rules.rule import DETAIL, FIGURES, Note, Rule
from transforms.dictionary.contracts import PROCESSING
from transforms.dictionary.text import Text

_COUNTS = PROCESSING.own_counts
_ROW = ("field", *_COUNTS)


def _within(rule: str, sentence: Text, part: str, whole: str) -> Rule:
    """`part` is not more than `whole`; unknown as soon as one of them is."""
    return Rule(
        rule,
        "critical",
        sentence,
        applies=FIGURES,
        breaks=pl.col(part) > pl.col(whole),
        shown=(part, whole),
        expected=_at_most(whole),
        scope="row",
    )


def _at_most(whole: str) -> pl.Expr:
    return pl.format("≤ {}", whole)


RULES: tuple[Rule, ...] = (
    *CORRECTIONS,
    values_stated(
        _COUNTS,
        Text(
            "tiếp nhận, đã giải quyết và đúng hạn không được để trống",
            "received, settled and on time must not be blank",
        ),
    ),
    Rule(
        "rows_are_named",
        "critical",
        Text("bảng có nhiều dòng thì mỗi dòng phải có tên", "of several rows each must have a name"),
        applies=DETAIL & (pl.col("file_rows") > 1),
        breaks=pl.col("field").is_null(),
        shown=_ROW,
    ),
    numbers_readable(PROCESSING, (*_ROW, "stated_rate")),
    numbers_not_negative(PROCESSING, _ROW),
    _within("settled_within_received", Text("đã giải quyết ≤ tiếp nhận", "settled ≤ received"), "settled", "received"),
    _within(
        "on_time_within_settled",
        Text("giải quyết đúng hạn ≤ đã giải quyết", "on time ≤ settled"),
        "settled_on_time",
        "settled",
    ),
    *table_rules(_COUNTS, _COUNTS),
    *more_counts_rules(PROCESSING, "received", "settled"),
    *rate_rules(
        PROCESSING,
        Text(
            "tỷ lệ = đúng hạn / đã giải quyết, làm tròn hai chữ số thập phân",
            "rate = on time / settled, rounded to two decimals",
        ),
    ),
    UNIT_IS_SENDER,
    DATE_IS_BUSINESS_DATE,
    grows(
        "year_to_date_grows",
        Text("số lũy kế trong năm không giảm", "cumulative figures of a year do not fall"),
    ),
    AGREES_WITH_LATER_DAYS,
    IS_NO_COPY,
    replace(
        IS_NOT_RESTATED,
        note=Note(
            pl.format("tiếp nhận trước {}, nay {}", "was_received", "stated_received"),
            pl.format("received before {}, now {}", "was_received", "stated_received"),
        ),
    ),
)
