"""The rules of `summary`: counts by field, (1) + (2) = (3), the rate the file states."""

import polars as pl

from transforms.check.rules.common import (
    CORRECTIONS,
    DATE_IS_BUSINESS_DATE,
    UNIT_IS_SENDER,
    numbers_not_negative,
    numbers_readable,
    values_stated,
)
from transforms.check.rules.fields import FIELD_IS_KNOWN
from transforms.check.rules.levels import LEVELS_TOLD, level_is_rated
from transforms.check.rules.more_counts import more_counts_rules
from transforms.check.rules.rates import rate_rules
from transforms.check.rules.rows import table_rules
from transforms.check.rules.rule import DETAIL, FIGURES, Rule
from transforms.check.tables import SUMMED
from transforms.dictionary.contracts import SUMMARY
from transforms.dictionary.text import Text

_THREE = ("total", "online", "in_person")
_ROW = ("field", *SUMMED[SUMMARY.name])
_SUM = pl.col("online") + pl.col("in_person") + pl.when(pl.col("postal_text").is_null()).then(0).otherwise(
    pl.col("postal")
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *CORRECTIONS,
    values_stated(
        _ROW,
        Text("lĩnh vực và các cột (1), (2), (3) không được để trống", "field and (1), (2), (3) must not be blank"),
    ),
    numbers_readable(SUMMARY, (*_ROW, "stated_rate")),
    numbers_not_negative(SUMMARY, _ROW),
    Rule(
        "level_known",
        "critical",
        Text("mức độ dịch vụ công phải là mức đã biết", "the level of service must be a known one"),
        applies=DETAIL & pl.col("service_level_text").is_not_null(),
        breaks=pl.col("service_level").is_null(),
        shown=("service_level", "field"),
    ),
    Rule(
        "total_is_sum",
        "critical",
        Text("(1) + (2) = (3)", "(1) + (2) = (3)"),
        applies=FIGURES,
        breaks=pl.col("total") != _SUM,
        shown=_THREE,
        expected=_SUM,
        scope="row",
    ),
    *table_rules(SUMMED[SUMMARY.name], _THREE),
    *more_counts_rules(SUMMARY, "total", "settled"),
    FIELD_IS_KNOWN,
    *rate_rules(
        SUMMARY,
        Text("tỷ lệ = (1)/(3), làm tròn hai chữ số thập phân", "rate = (1)/(3), rounded to two decimals"),
    ),
    Rule(
        "settled_within_received",
        "critical",
        Text("đã giải quyết ≤ tiếp nhận, đúng hạn ≤ đã giải quyết", "settled ≤ received, on time ≤ settled"),
        applies=FIGURES,
        breaks=(
            (pl.col("settled") > pl.col("received")).fill_null(False)
            | (pl.col("settled_on_time") > pl.col("settled")).fill_null(False)
        ),
        shown=("settled", "received", "settled_on_time"),
        scope="row",
    ),
    UNIT_IS_SENDER,
    DATE_IS_BUSINESS_DATE,
    LEVELS_TOLD,
    level_is_rated("warning"),
)
