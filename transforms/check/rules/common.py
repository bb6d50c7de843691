"""Rules that several contracts share: who, when, readable numbers, totals. Knows no contract's own relations."""

from collections.abc import Sequence

import polars as pl

from transforms.check.rules.rule import DETAIL, FIGURES, Note, Rule, first_of, kind
from transforms.dictionary.contracts import Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text
from transforms.read.normalise import oddity, rate_is_readable, states_no_rate

UNIT_IS_SENDER = Rule(
    "unit_is_sender",
    "critical",
    Text("đơn vị ghi trong tệp là đơn vị gửi tệp", "the unit in the file is the unit that sent it"),
    applies=pl.col("unit_text").is_not_null(),
    breaks=(pl.col("stated_unit_id") != pl.col("unit_id")).fill_null(True),
    shown=("unit",),
    expected=Note(pl.col("unit_hint"), pl.col("unit_hint_en")),
)
DATE_IS_BUSINESS_DATE = Rule(
    "date_is_business_date",
    "critical",
    Text("ngày trong tệp là ngày số liệu", "the date in the file is the business date"),
    applies=pl.col("date_text").is_not_null(),
    breaks=(pl.col("date") != pl.col("business_date")).fill_null(True),
    shown=("date",),
    expected=pl.col("business_date").dt.strftime("%d/%m/%Y"),
)


CORRECTED = "corrected"
CORRECTIONS = (
    Rule(
        CORRECTED,
        "info",
        Text("số liệu được sửa theo reference/corrections.toml", "corrected by reference/corrections.toml"),
        applies=pl.lit(True),
        breaks=pl.col("corrected_how").is_not_null(),
        shown=(),
        note=Note(pl.col("corrected_how"), pl.col("corrected_how")),
    ),
    Rule(
        "correction_is_current",
        "warning",
        Text(
            "mục sửa trong reference/corrections.toml không còn khớp với tệp nên không áp dụng: hãy xem lại mục đó",
            "an entry of reference/corrections.toml no longer matches the file and was not applied: review it",
        ),
        applies=pl.lit(True),
        breaks=pl.col("not_corrected").is_not_null(),
        shown=(),
        note=Note(pl.col("not_corrected"), pl.col("not_corrected")),
    ),
)
CORRECTION_RULES = tuple(rule.id for rule in CORRECTIONS)


def values_stated(columns: Sequence[str], sentence: Text) -> Rule:
    """No detail row leaves one of `columns` blank: what a unit did not say is not zero."""
    blank = {column: pl.col(f"{column}_text").is_null() for column in columns}
    broken = pl.any_horizontal(blank.values())
    return Rule(
        "values_stated", "critical", sentence, applies=DETAIL, breaks=broken, shown=tuple(columns), at=first_of(blank)
    )


def numbers_readable(contract: Contract, shown: tuple[str, ...]) -> Rule:
    """Counts are whole numbers, rates percentages; also in columns that may stay blank.

    Of nothing there is no rate: where the whole is 0, a program's `#DIV/0!` or `NaN` says so.
    """
    unreadable = {c: pl.col(f"{c}_text").is_not_null() & pl.col(c).is_null() for c in contract.counts}
    unreadable |= {c: ~_says_a_rate(pl.col(f"{c}_text"), contract).fill_null(True) for c in contract.percents}
    why = pl.coalesce(
        pl.when(broken).then(oddity(pl.col(f"{c}_text")).fill_null("")) for c, broken in unreadable.items()
    )
    return Rule(
        "numbers_readable",
        "critical",
        Text("số phải là số nguyên (tỷ lệ: số phần trăm)", "counts must be whole numbers (rates: percentages)"),
        applies=FIGURES,
        breaks=pl.any_horizontal(unreadable.values()),
        shown=shown,
        at=first_of(unreadable),
        note=Note(_in_words(why, "vi"), _in_words(why, "en")),
    )


# Why a figure is no number, by transforms.read.normalise.ODDITIES.
_ODDITIES = {
    "struck": Text(
        "trong ô có số bị gạch bỏ: mở bằng Excel, xóa phần gạch bỏ", "struck-out digits: delete them in Excel"
    ),
    "unseen": Text(
        "số không hiện ra (màu chữ, cỡ chữ hoặc định dạng): hãy xóa, hoặc định dạng lại ô",
        "a figure that is not seen (its colour, size or format): delete it, or format the cell anew",
    ),
    "other_digits": Text(
        "định dạng ô hiện ra số khác số trong ô: hãy đổi định dạng ô thành 0 (Number)",
        "the cell's format shows other digits than it holds: format it as 0 (Number)",
    ),
    "shown_as_date": Text(
        "Excel hiển thị ngày giờ: hãy đổi định dạng ô thành 0 (Number)",
        "Excel shows a date or time: format the cell as 0 (Number)",
    ),
    "uncalculated": Text(
        "công thức chưa được tính: mở bằng Excel rồi lưu lại", "a formula without a value: open it in Excel and save"
    ),
    "two_figures": Text(
        "trong ô có xuống dòng ⏎ hoặc tab ⇥: mỗi ô chỉ ghi một số", "a line break ⏎ or tab ⇥: one figure in a cell"
    ),
    "note_mark": Text(
        "có dấu chú thích bên cạnh số: hãy xóa dấu đó", "the mark of a note beside the figure: delete it"
    ),
    "scientific": Text(
        "số viết dạng khoa học: hãy định dạng ô là số nguyên",
        "in scientific notation: format the cell as a whole number",
    ),
    "minus_behind": Text("dấu trừ đứng sau số", "a minus behind the figure"),
    "fraction": Text("số có phần lẻ", "a number with decimals"),
    "words": Text("chỉ ghi số, không ghi chữ; không phát sinh thì ghi 0", "figures only, no words; write 0 for none"),
}


def _in_words(oddities: pl.Expr, lang: str) -> pl.Expr:
    words = {name: text.in_language(lang) for name, text in _ODDITIES.items()}
    return oddities.replace_strict(words, default=None, return_dtype=pl.String)


def _says_a_rate(text: pl.Expr, contract: Contract) -> pl.Expr:
    return rate_is_readable(text) | (states_no_rate(text) & (pl.col(contract.rate[1]) == 0).fill_null(False))


def numbers_not_negative(contract: Contract, shown: tuple[str, ...]) -> Rule:
    """A number of cases is never below zero."""
    negative = {c: (pl.col(c) < 0).fill_null(False) for c in contract.counts}
    return Rule(
        "numbers_not_negative",
        "critical",
        Text("số hồ sơ không được âm", "counts must not be negative"),
        applies=FIGURES,
        breaks=pl.any_horizontal(negative.values()),
        shown=shown,
        at=first_of(negative),
    )


def table_rules(summed: Sequence[str], shown: tuple[str, ...]) -> tuple[Rule, ...]:
    """What holds between the rows of a table of counts: totals, groups, and that each row is known and seen.

    `summed`: the columns that add up; `shown`: those a message states, the first of them where it points.
    """
    return (
        Rule(
            "totals_row_is_sum",
            "critical",
            Text("dòng tổng cộng = tổng các dòng chi tiết", "the totals row equals the sum of the rows"),
            applies=kind("totals") & ~pl.col("sums_rows_beside"),
            breaks=_differs_from("sum", summed),
            shown=shown,
            expected=_right_sums("sum", summed),
            scope="table",
        ),
        Rule(
            "subtotals_are_sums",
            "critical",
            Text("dòng nhóm = tổng các dòng trong nhóm", "a group's row equals the sum of its rows"),
            applies=kind("subtotal"),
            breaks=_differs_from("group_sum", summed),
            shown=shown,
            expected=_right_sums("group_sum", summed),
            scope="table",
        ),
        Rule(
            "rows_are_known",
            "critical",
            Text(
                "dòng có số liệu mà không rõ là lĩnh vực, tổng hay phần của dòng khác: "
                "tên không phải tên lĩnh vực, hoặc thiếu STT",
                "a row with figures: a field, a total, or part of another row? "
                "It is named like no field, or has no number of its own",
            ),
            applies=kind("unknown"),
            breaks=pl.lit(True),
            shown=("field", *shown),
        ),
        Rule(
            "parts_are_within_row",
            "critical",
            Text(
                "dòng “trong đó” (dấu -, a), 1.1 …) không được lớn hơn dòng mà nó là một phần",
                "a row “of which” (-, a), 1.1 …) must not be more than the row of which it is a part",
            ),
            applies=kind("of_which", "part"),
            breaks=~pl.col("within_parent"),
            shown=("field", *shown),
            scope="table",
        ),
        Rule(
            "parts_are_known",
            "critical",
            Text(
                "dòng có gạch đầu dòng, thụt lề: lĩnh vực hay phần của dòng trên? Hãy đánh STT, hoặc ghi “Trong đó:”",
                "a row with a bullet, an indent: a field, or part of the row above? Number it, or write “Trong đó:”",
            ),
            applies=kind("part") & pl.col("within_parent"),
            breaks=~pl.col("is_settled_part"),
            shown=("field", *shown),
            scope="table",
        ),
        Rule(
            "comparisons_are_apart",
            "critical",
            Text(
                "dòng lũy kế, so sánh chỉ được bỏ qua khi có dòng tổng cộng đúng: hãy xóa nó, hoặc thêm dòng tổng cộng",
                "a row of cumulative or earlier figures is passed over beside a right totals row only: delete it",
            ),
            applies=kind("comparison"),
            breaks=~pl.col("has_right_total"),
            shown=("field", *shown),
            scope="table",
        ),
        Rule(
            "carries_are_sums",
            "critical",
            Text(
                "dòng cộng trang, mang sang = tổng các dòng phía trên: hãy xóa dòng này",
                "what a page carries over equals the sum of the rows above: delete the row",
            ),
            applies=kind("carry"),
            breaks=~pl.col("is_carried"),
            shown=("field", *shown),
            scope="table",
        ),
        Rule(
            "rows_are_no_sums",
            "critical",
            Text(
                "dòng bằng tổng các dòng khác, hoặc có thể là phần của dòng trên, mà tên không phải lĩnh vực đã biết: "
                "hãy xóa dòng, hoặc thêm tên vào reference/fields.csv",
                "a row that is the sum of others, or may be part of the row above, and is named like no known field: "
                "delete it, or add its name to reference/fields.csv",
            ),
            applies=DETAIL,
            breaks=pl.col("is_nameless_sum"),
            shown=("field", *shown),
            scope="table",
        ),
        Rule(
            "rows_are_visible",
            "critical",
            Text(
                "dòng bị ẩn có số liệu: hãy bỏ ẩn hoặc xóa dòng đó",
                "a hidden row holds figures: show it or delete it",
            ),
            applies=kind("hidden"),
            breaks=pl.lit(True),
            shown=("field", *shown),
        ),
        Rule(
            "field_is_named",
            "critical",
            Text("lĩnh vực phải là tên, không phải số", "a field is a name, not a number"),
            applies=DETAIL & pl.col("field").is_not_null(),
            breaks=~pl.col("field").str.contains(r"\p{L}"),
            shown=("field", "ordinal", *shown),
        ),
        Rule(
            "field_once",
            "critical",
            Text("mỗi lĩnh vực chỉ ghi một dòng", "a field stands on one row only"),
            applies=DETAIL & pl.col("field").is_not_null(),
            breaks=pl.col("field_rows") > 1,
            shown=("field", *shown),
            scope="table",
        ),
    )


def _differs_from(prefix: str, summed: Sequence[str]) -> pl.Expr:
    # Kleene logic: one difference breaks, else one unknown is unknown.
    return pl.any_horizontal(pl.col(c) != pl.col(f"{prefix}_{c}") for c in summed)


def _right_sums(prefix: str, summed: Sequence[str]) -> Note:
    """The sums that differ from what the row says, by their columns' names."""

    def in_language(lang: str) -> pl.Expr:
        right = {c: pl.format("{} = {}", pl.lit(label(c, lang)), f"{prefix}_{c}") for c in summed}
        differing = (pl.when(pl.col(c) != pl.col(f"{prefix}_{c}")).then(text) for c, text in right.items())
        return pl.concat_str(differing, separator=", ", ignore_nulls=True)

    return Note(in_language("vi"), in_language("en"))
