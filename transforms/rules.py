"""The rules a delivery must keep, each with one predicate. Judges nothing itself; knows no threshold of a unit.

A predicate has three values on a row: true = broken, false = holds, null = cannot be evaluated because
something it needs was not stated. The last never passes.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from transforms.contracts import SUMMARY
from transforms.read.normalise import rate_is_readable
from transforms.text import Text

Severity = Literal["critical", "warning", "info"]
READABLE = "readable"  # whether the file could be read at all; its facts come from the refusals


@dataclass(frozen=True)
class Rule:
    """One rule: where it `applies`, when it `breaks`, and how a broken row is shown.

    `shown` are the columns whose values the message states, the first of them is where the fault is pointed
    at; `expected` is what would have been right, where that can be computed.
    """

    id: str
    severity: Severity
    sentence: Text
    applies: pl.Expr
    breaks: pl.Expr
    shown: tuple[str, ...]
    expected: pl.Expr | None = None

    @property
    def verdict(self) -> pl.Expr:
        """True, false or null per row of a checked frame."""
        return pl.when(self.applies).then(self.breaks).otherwise(pl.lit(False)).alias(self.id)


def _kind(*kinds: str) -> pl.Expr:
    return pl.col("kind").is_in(kinds)


def _unreadable() -> pl.Expr:
    counts = [pl.col(f"{c}_text").is_not_null() & pl.col(c).is_null() for c in SUMMARY.counts]
    percents = [~rate_is_readable(pl.col(f"{c}_text")).fill_null(True) for c in SUMMARY.percents]
    return pl.any_horizontal(*counts, *percents)


def half_up_hundredths(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """part/whole in hundredths of a percent, rounded half up in integers: 41,85 % is 4185; null at whole 0."""
    return pl.when(whole > 0).then((part * 20000 + whole) // (2 * whole))


_THREE = ("total", "online", "in_person")
_SUM = pl.col("online") + pl.col("in_person") + pl.when(pl.col("postal_text").is_null()).then(0).otherwise(
    pl.col("postal")
)  # fmt: skip
_EXACT = half_up_hundredths(pl.col("online"), pl.col("total"))
_STATED = (pl.col("stated_rate") * 100 + 0.5 + 1e-6).floor().cast(pl.Int64)
_IS_EXACT = pl.when(pl.col("total") == 0).then(pl.col("stated_rate") == 0).otherwise(_STATED == _EXACT)
_IS_ROUNDED = (pl.col("stated_rate") == pl.col("stated_rate").floor()) & (
    pl.col("stated_rate").cast(pl.Int64)
    == pl.when(pl.col("total") > 0).then((pl.col("online") * 200 + pl.col("total")) // (2 * pl.col("total")))
)
_RATE_STATED = pl.col("stated_rate").is_not_null()
_EXPECTED_RATE = (_EXACT // 100).cast(pl.String) + "," + (_EXACT % 100).cast(pl.String).str.zfill(2)


def _differs_from(prefix: str) -> pl.Expr:
    pairs = [(pl.col(c), pl.col(f"{prefix}_{c}")) for c in ("online", "in_person", "total")]
    # Kleene logic: one difference breaks, else one unknown is unknown.
    return pl.any_horizontal(stated != summed for stated, summed in pairs)


SUMMARY_RULES: tuple[Rule, ...] = (
    Rule(
        "values_stated",
        "critical",
        Text("lĩnh vực và các cột (1), (2), (3) không được để trống", "field and (1), (2), (3) must not be blank"),
        _kind("detail"),
        pl.any_horizontal(pl.col(f"{c}_text").is_null() for c in ("field", *_THREE)),
        ("field", "online", "in_person", "total"),
    ),
    Rule(
        "numbers_readable",
        "critical",
        Text("số phải là số nguyên (tỷ lệ: số phần trăm)", "counts must be whole numbers (rates: percentages)"),
        ~_kind("statement"),
        _unreadable(),
        ("field", "online", "in_person", "total", "stated_rate"),
    ),
    Rule(
        "numbers_not_negative",
        "critical",
        Text("số hồ sơ không được âm", "counts must not be negative"),
        ~_kind("statement"),
        pl.any_horizontal((pl.col(c) < 0).fill_null(False) for c in SUMMARY.counts),
        ("field", "online", "in_person", "total"),
    ),
    Rule(
        "total_is_sum",
        "critical",
        Text("(1) + (2) = (3)", "(1) + (2) = (3)"),
        ~_kind("statement"),
        pl.col("total") != _SUM,
        _THREE,
        expected=_SUM,
    ),
    Rule(
        "totals_row_is_sum",
        "critical",
        Text("dòng tổng cộng = tổng các dòng chi tiết", "the totals row equals the sum of the rows"),
        _kind("totals"),
        _differs_from("sum"),
        _THREE,
        expected=pl.col("sum_total"),
    ),
    Rule(
        "subtotals_are_sums",
        "critical",
        Text("dòng nhóm = tổng các dòng trong nhóm", "a group's row equals the sum of its rows"),
        _kind("subtotal"),
        _differs_from("group_sum"),
        _THREE,
        expected=pl.col("group_sum_total"),
    ),
    Rule(
        "rows_are_known",
        "critical",
        Text(
            "dòng có số liệu nhưng không có STT, không rõ là chi tiết hay tổng",
            "a row with figures but without a number of its own: a detail or a total?",
        ),
        _kind("unknown"),
        pl.lit(True),
        ("field", "online", "in_person", "total"),
    ),
    Rule(
        "rate_is_right",
        "critical",
        Text("tỷ lệ = (1)/(3), làm tròn hai chữ số thập phân", "rate = (1)/(3), rounded to two decimals"),
        ~_kind("statement") & _RATE_STATED,
        ~(_IS_EXACT | _IS_ROUNDED.fill_null(False)),
        ("stated_rate", "online", "total"),
        expected=_EXPECTED_RATE,
    ),
    Rule(
        "rate_has_decimals",
        "warning",
        Text("tỷ lệ phải ghi đủ hai chữ số thập phân", "the rate must keep its two decimals"),
        ~_kind("statement") & _RATE_STATED,
        (~_IS_EXACT & _IS_ROUNDED).fill_null(False),
        ("stated_rate", "online", "total"),
        expected=_EXPECTED_RATE,
    ),
    Rule(
        "field_once",
        "critical",
        Text("mỗi lĩnh vực chỉ ghi một dòng", "a field stands on one row only"),
        _kind("detail") & pl.col("field").is_not_null(),
        pl.col("field_rows") > 1,
        ("field", "online", "in_person", "total"),
    ),
    Rule(
        "settled_within_received",
        "critical",
        Text("đã giải quyết ≤ tiếp nhận, đúng hạn ≤ đã giải quyết", "settled ≤ received, on time ≤ settled"),
        ~_kind("statement"),
        (
            (pl.col("settled") > pl.col("received")).fill_null(False)
            | (pl.col("settled_on_time") > pl.col("settled")).fill_null(False)
        ),
        ("settled", "received", "settled_on_time"),
    ),
    Rule(
        "unit_is_sender",
        "critical",
        Text("đơn vị ghi trong tệp là đơn vị gửi tệp", "the unit in the file is the unit that sent it"),
        pl.col("unit_text").is_not_null(),
        (pl.col("stated_unit_id") != pl.col("unit_id")).fill_null(True),
        ("unit",),
        expected=pl.col("unit_name"),
    ),
    Rule(
        "date_is_business_date",
        "critical",
        Text("ngày trong tệp là ngày số liệu", "the date in the file is the business date"),
        pl.col("date_text").is_not_null(),
        (pl.col("date") != pl.col("business_date")).fill_null(True),
        ("date",),
        expected=pl.col("business_date").dt.strftime("%d/%m/%Y"),
    ),
)

RULES: dict[str, tuple[Rule, ...]] = {SUMMARY.name: SUMMARY_RULES}
READABLE_SENTENCE = Text("tệp phải đọc được", "the file must be readable")


def severities(contract: str) -> dict[str, Severity]:
    """Rule id → severity, in the order of the rules, `readable` first."""
    readable: dict[str, Severity] = {READABLE: "critical"}
    return readable | {rule.id: rule.severity for rule in RULES[contract]}


def sentence(contract: str, rule_id: str) -> Text:
    """What the rule asks. Raises KeyError for an unknown rule."""
    if rule_id == READABLE:
        return READABLE_SENTENCE
    return {rule.id: rule.sentence for rule in RULES[contract]}[rule_id]
