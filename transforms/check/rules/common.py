"""Rules that several contracts share: who, when, readable numbers. Rules between rows: transforms.check.rules.rows."""

from collections.abc import Sequence

import polars as pl

from transforms.check.rules.rule import DETAIL, FIGURES, Note, Rule, first_of
from transforms.dictionary.contracts import Contract
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
        Text(
            "số liệu được sửa theo quyết định (reference/corrections.toml, tyle correct)",
            "corrected by decision (reference/corrections.toml, tyle correct)",
        ),
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
    "struck": Text("trong ô có số bị gạch bỏ: mở tệp, xóa phần gạch bỏ", "struck-out digits: delete them"),
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
