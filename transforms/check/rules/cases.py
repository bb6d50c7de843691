"""The rules of `cases`: a faulty row is set aside alone, a delivery with too many of them is held back whole.

Codes and which statuses count: reference/codes.toml. A rule on a status reads `counts` and `is_settled`, which
transforms.check.cases derives from it.
"""

from dataclasses import replace

import polars as pl

from transforms.check.rules.common import DATE_IS_BUSINESS_DATE, UNIT_IS_SENDER
from transforms.check.rules.fields import FIELD_OF_CASE_IS_KNOWN
from transforms.check.rules.levels import LEVELS_TOLD, level_is_rated
from transforms.check.rules.rule import DETAIL, Note, Rule, first_in_file, first_of, kind
from transforms.dictionary.contracts import CASE_MARKS
from transforms.dictionary.text import Text

_PLACEHOLDER = r"^0*1?$"  # `000000001` stands for a missing id in real exports

PAID_UNOWED = ((pl.col("to_pay") == 0) & (pl.col("paid_online") == 1)).fill_null(False)

_COUNTED = DETAIL & pl.col("counts").fill_null(True)


def _fault(
    rule: str,
    vi: str,
    en: str,
    *,
    breaks: pl.Expr,
    shown: tuple[str, ...],
    applies: pl.Expr = DETAIL,
    at: pl.Expr | None = None,
) -> Rule:
    return Rule(rule, "warning", Text(vi, en), applies=applies, breaks=breaks.fill_null(True), shown=shown, at=at)


def _unreadable(*columns: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(f"{c}_text").is_not_null() & pl.col(c).is_null() for c in columns)


FAULTS: tuple[Rule, ...] = (
    _fault(
        "case_id_valid",
        "mã hồ sơ phải có và đúng mẫu",
        "the case id must be there and have its form",
        breaks=~pl.col("id_has_form") | pl.col("case_id").str.contains(_PLACEHOLDER),
        shown=("case_id",),
    ),
    _fault(
        "row_is_visible",
        "dòng bị ẩn không được tính: hãy bỏ ẩn hoặc xóa",
        "a hidden row does not count: show it or delete it",
        breaks=pl.col("hidden"),
        shown=(),
    ),
    _fault(
        "channel_known",
        "kênh thực hiện phải là trực tiếp, trực tuyến hoặc bưu chính",
        "the channel must be in person, online or post",
        breaks=pl.col("channel").is_null(),
        shown=("channel",),
    ),
    _fault(
        "status_known",
        "trạng thái hồ sơ phải là trạng thái đã biết",
        "the status must be a known one",
        breaks=pl.col("status").is_null(),
        shown=("status",),
    ),
    _fault(
        "level_known",
        "mức độ dịch vụ công phải là mức đã biết",
        "the level of service must be a known one",
        breaks=pl.col("service_level").is_null(),
        shown=("service_level",),
    ),
    _fault(
        "received_on_stated",
        "ngày tiếp nhận phải có, đọc được và không sau ngày số liệu",
        "the day of receipt must be there, readable and not after the business date",
        breaks=pl.col("received_on").is_null() | (pl.col("received_on") > pl.col("business_date")),
        shown=("received_on",),
        applies=_COUNTED,
    ),
    _fault(
        "dates_readable",
        "ngày phải đọc được",
        "dates must be readable",
        breaks=_unreadable("due_on", "ended_on", "returned_on"),
        shown=("due_on", "ended_on", "returned_on"),
    ),
    _fault(
        "settled_has_end",
        "hồ sơ đã xong phải có ngày kết thúc hoặc ngày trả",
        "a settled case needs its day of ending or return",
        breaks=pl.col("settled_on").is_null(),
        shown=("status", "ended_on", "returned_on"),
        applies=DETAIL & pl.col("is_settled").fill_null(False),
    ),
    _fault(
        "dates_in_order",
        "không kết thúc hoặc hẹn trả trước ngày tiếp nhận",
        "no end and no due day before the day of receipt",
        breaks=(
            (pl.col("settled_on") < pl.col("received_on")).fill_null(False)
            | (pl.col("due_on") < pl.col("received_on")).fill_null(False)
        ),
        shown=("received_on", "due_on", "ended_on", "returned_on"),
    ),
    _fault(
        "handled_by_sender",
        "đơn vị được tính hồ sơ (xử lý hoặc tiếp nhận, theo count_for trong tyle.toml) là đơn vị gửi tệp",
        "the unit for which a case counts (handling or receiving, see count_for in tyle.toml) is the one that sent it",
        breaks=~pl.col("side_fits"),
        shown=("unit", "receiving_unit"),
        at=pl.when(pl.col("count_for") == "receiving").then(pl.lit("receiving_unit")).otherwise(pl.lit("unit")),
    ),
)

ONCE = _fault(
    "case_once",
    "mỗi hồ sơ chỉ ghi một dòng (chỉ tính dòng đầu)",
    "a case stands on one row (the first one counts)",
    breaks=pl.col("earlier_rows") > 0,
    shown=("case_id",),
    applies=DETAIL & pl.col("case_id").is_not_null(),
)

HOLDING: tuple[Rule, ...] = (
    Rule(
        "faulty_rows_few",
        "critical",
        Text("tỷ lệ dòng sai không quá mức cho phép", "the share of faulty rows is within its limit"),
        applies=first_in_file(DETAIL & pl.col("is_faulty")),
        breaks=pl.col("faulty_pct") > pl.col("max_faulty_rows_pct"),
        shown=(),
        note=Note(
            pl.format("{} % dòng sai, tối đa {} %", pl.col("faulty_pct").round(2), pl.col("max_faulty_rows_pct")),
            pl.format("{} % faulty rows, at most {} %", pl.col("faulty_pct").round(2), pl.col("max_faulty_rows_pct")),
        ),
    ),
    replace(UNIT_IS_SENDER, applies=kind("statement") & UNIT_IS_SENDER.applies),
    DATE_IS_BUSINESS_DATE,
)

RULES: tuple[Rule, ...] = (
    *FAULTS,
    ONCE,
    *HOLDING,
    LEVELS_TOLD,
    level_is_rated("info"),  # a day without a case of level 4 is a day like others
    FIELD_OF_CASE_IS_KNOWN,
    Rule(
        "marks_known",
        "warning",
        Text(
            "thông tin thêm về thanh toán, số hóa, kết quả điện tử, bổ sung phải là từ đã biết trong codes.toml: "
            "hồ sơ vẫn được tính, riêng số này để trống",
            "what is said of payment, digitisation, results, supplements must be a known word of codes.toml: "
            "the case counts all the same, that count is not known",
        ),
        applies=DETAIL,
        breaks=_unreadable(*CASE_MARKS),
        shown=(),
        at=first_of({mark: _unreadable(mark) for mark in CASE_MARKS}),
    ),
    Rule(
        "paid_case_was_to_pay",
        "warning",
        Text(
            "hồ sơ đã thanh toán trực tuyến thì phải là hồ sơ phải thanh toán: nếu không, cả hai số để trống",
            "a case that was paid online was to be paid: otherwise neither count is known",
        ),
        applies=DETAIL,
        breaks=PAID_UNOWED,
        shown=("paid_online", "to_pay"),
    ),
    Rule(
        "cases_are_own",
        "info",
        Text(
            "hồ sơ của đơn vị khác (theo count_for) được tính ở đơn vị đó, không tính ở đây",
            "cases of other units (see count_for) count there and not here",
        ),
        applies=first_in_file(DETAIL | pl.col("is_anothers")),
        breaks=pl.col("cases_of_others") > 0,
        shown=(),
        note=Note(pl.format("{} hồ sơ", "cases_of_others"), pl.format("{} cases", "cases_of_others")),
    ),
    Rule(
        "some_cases_are_own",
        "warning",
        Text(
            "tệp chỉ có hồ sơ của đơn vị khác, không hồ sơ nào được tính: xem lại count_for trong tyle.toml",
            "all cases of the file are other units', none of them counts: see count_for in tyle.toml",
        ),
        applies=first_in_file(DETAIL | pl.col("is_anothers")),
        breaks=pl.col("own_cases") == 0,
        shown=(),
        note=Note(pl.format("{} hồ sơ", "cases_of_others"), pl.format("{} cases", "cases_of_others")),
    ),
    Rule(
        "case_not_counted_before",
        "warning",
        Text("hồ sơ đã được tính ở một lần gửi khác", "the case was counted in another delivery"),
        applies=DETAIL,
        breaks=pl.col("counted_before"),
        shown=(),
        of_history=True,
    ),
)
