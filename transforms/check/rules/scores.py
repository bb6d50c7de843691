"""The rules of `scores`: points of components, out of the maximum that reference/metrics.toml states.

Points are in hundredths: what a message expects is worded here.
"""

from dataclasses import replace

import polars as pl

from transforms.check.rules.common import (
    DATE_IS_BUSINESS_DATE,
    UNIT_IS_SENDER,
    numbers_not_negative,
    numbers_readable,
    values_stated,
)
from transforms.check.rules.plausibility import IS_NOT_RESTATED
from transforms.check.rules.rows import table_rules
from transforms.check.rules.rule import DETAIL, Note, Rule, kind
from transforms.check.rules.titles import PERIOD_FITS_BASIS, PERIOD_HAS_BUSINESS_DATE
from transforms.dictionary.contracts import SCORES
from transforms.dictionary.text import Text

_SHOWN = ("field", "points", "maximum")
_NAMED = DETAIL & pl.col("field").is_not_null()


def in_points(hundredths: str) -> pl.Expr:
    """Hundredths as offices write points: 1650 is `16,50`."""
    value = pl.col(hundredths)
    return pl.format("{},{}", value // 100, (value % 100).cast(pl.String).str.zfill(2))


def _sums(rule: str, sentence: Text, rows: str, prefix: str) -> Rule:
    return Rule(
        rule,
        "critical",
        sentence,
        applies=kind(rows),
        breaks=pl.col("points") != pl.col(f"{prefix}_points"),
        shown=("points", "field"),
        expected=in_points(f"{prefix}_points"),
        scope="table",
    )


# Of the rules on the rows of any table those that have a meaning here, in their own words where fields are named.
_OF_TABLES = {rule.id: rule for rule in table_rules(("points",), ("points",))}
_ROWS_ARE_KNOWN = replace(
    _OF_TABLES["rows_are_known"],
    sentence=Text(
        "dòng có điểm mà không rõ là thành phần, tổng hay phần của dòng khác: hãy đánh STT hoặc xóa dòng",
        "a row with points: a component, a total, or part of another row? Number it, or delete it",
    ),
)
_PARTS_ARE_KNOWN = replace(
    _OF_TABLES["parts_are_known"],
    sentence=Text(
        "dòng có gạch đầu dòng, thụt lề: thành phần hay phần của dòng trên? Hãy đánh STT, hoặc ghi “Trong đó:”",
        "a row with a bullet, an indent: a component, or part of the row above? Number it, or write “Trong đó:”",
    ),
)

RULES: tuple[Rule, ...] = (
    values_stated(("points",), Text("điểm không được để trống", "points must not be blank")),
    replace(
        numbers_readable(SCORES, _SHOWN),
        sentence=Text(
            "điểm phải là số, nhiều nhất hai chữ số thập phân", "points must be numbers with at most two decimals"
        ),
    ),
    replace(numbers_not_negative(SCORES, _SHOWN), sentence=Text("điểm không được âm", "points must not be negative")),
    Rule(
        "component_is_named",
        "critical",
        Text("mỗi dòng điểm phải có tên thành phần", "each row of points must name its component"),
        applies=DETAIL,
        breaks=pl.col("field").is_null(),
        shown=_SHOWN,
    ),
    Rule(
        "component_is_known",
        "critical",
        Text(
            "thành phần phải có trong reference/metrics.toml: nếu đúng, hãy thêm tên vào component ở đó",
            "a component must be in reference/metrics.toml: if it is right, add its name to component there",
        ),
        applies=_NAMED,
        breaks=~pl.col("field_known"),
        shown=_SHOWN,
        note=Note(
            pl.when(pl.col("component_hint") != "").then(pl.format("gần giống: {}", "component_hint")),
            pl.when(pl.col("component_hint") != "").then(pl.format("nearest: {}", "component_hint")),
        ),
    ),
    Rule(
        "component_once",
        "critical",
        Text("mỗi thành phần chỉ ghi một dòng", "a component stands on one row only"),
        applies=_NAMED,
        breaks=pl.col("field_rows") > 1,
        shown=_SHOWN,
        scope="table",
    ),
    Rule(
        "points_within_maximum",
        "critical",
        Text("điểm không được vượt điểm tối đa của thành phần", "points must not be more than the component's maximum"),
        applies=DETAIL & pl.col("field_known"),
        breaks=pl.col("points") > pl.col("reference_maximum"),
        shown=("points", "field", "maximum"),
        expected=pl.format("≤ {}", in_points("reference_maximum")),
        scope="row",
    ),
    Rule(
        "maximum_is_agreed",
        "critical",
        Text(
            "điểm tối đa ghi trong tệp là điểm tối đa trong reference/metrics.toml",
            "the maximum in the file is that of reference/metrics.toml",
        ),
        applies=kind("detail", "totals") & pl.col("maximum").is_not_null() & pl.col("rated_maximum").is_not_null(),
        breaks=pl.col("maximum") != pl.col("rated_maximum"),
        shown=("maximum", "field"),
        expected=in_points("rated_maximum"),
        scope="row",
    ),
    _sums(
        "totals_row_is_sum",
        Text("dòng tổng điểm = tổng điểm các thành phần", "the total equals the sum of the components"),
        "totals",
        "sum",
    ),
    _sums(
        "subtotals_are_sums",
        Text("điểm của nhóm = tổng điểm các dòng trong nhóm", "a group's points equal the sum of its rows"),
        "subtotal",
        "group_sum",
    ),
    _ROWS_ARE_KNOWN,
    _OF_TABLES["parts_are_within_row"],
    _PARTS_ARE_KNOWN,
    _OF_TABLES["comparisons_are_apart"],
    _OF_TABLES["carries_are_sums"],
    _OF_TABLES["rows_are_visible"],
    UNIT_IS_SENDER,
    DATE_IS_BUSINESS_DATE,
    PERIOD_HAS_BUSINESS_DATE,
    PERIOD_FITS_BASIS,
    replace(
        IS_NOT_RESTATED,
        sentence=Text("điểm của ngày đã nhận không đổi", "an accepted day keeps its points"),
        note=None,
    ),
)
