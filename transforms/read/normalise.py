"""Parses numbers and dates as offices write them, whole columns at a time. Knows no header, no rule and no file."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

# `1.489`, `1,489`, `1 489` and `1'489` group by three; a count has no decimals but zeros (`1489,0`, `1.489,00`).
# Twelve digits are more than a country files in a year, and leave room for exact integer arithmetic.
# One leading zero is a habit of documents (`05`), several are a code or a group torn off.
_PLAIN = r"^[-−+]?(?:0?\d|[1-9]\d{1,11})([.,]0{1,2})?$"
_GROUPED = r"^[-−+]?[1-9]\d{0,2}(?:SEP\d{3}){1,3}(?:[DEC]0{1,2})?$"
_WHOLE_THOUSANDS = r"^[-−+]?[1-9]\d{0,2}[.,]000$"
# Name → what stands between the groups, and what may stand before decimals.
_GROUPINGS = {"dot": (r"\.", ","), "comma": (",", "."), "space": (" ", ".,"), "apostrophe": ("['’]", ".,")}
_DASHES = r"^[-–—]+$"
# What offices put beside a figure: a mark of a note, a unit of measure, a minus behind, an exponent.
_BESIDE = r"(?:\s*(?:[*†]+|[¹²³⁰⁴-⁹]+|\(\d\)|-|hồ sơ|hs|bộ|vụ|lượt|trường hợp|[eE][-+]?\d+))?"
# Two figures in a cell, or a figure in the form `="7"` that keeps Excel from changing it.
_BREAK, _TAB = "⏎", "⇥"
_FORMULA = r'^="?([-+]?\d[\d.,\s]*)"?$'
ODDITIES = {
    "struck": r"^#GẠCH BỎ!",  # these as transforms.read.formats.shown writes them
    "unseen": r"^#Ô ẨN!",
    "other_digits": r"^#HIỂN THỊ KHÁC!",
    "shown_as_date": r"^#HIỂN THỊ NGÀY!|^\d{4}-\d{2}-\d{2}\b|^\d{2}:\d{2}:\d{2}$",
    "uncalculated": r"^#CHƯA TÍNH!",
    "two_figures": f"[{_BREAK}{_TAB}]",
    "note_mark": r"^\S*\d\s*(?:[*†]+|[¹²³⁰⁴-⁹]+|\(\d\))$",
    "scientific": r"^[-+]?\d[\d.,]*[eE][-+]?\d+$",
    "minus_behind": r"^[\d., ]+[-−]$",
    "fraction": r"^[-+]?\d+[.,]\d+$",
    "words": r"^\d.*\p{L}|^\p{L}",
}
_POINTS = r"^[-−+]?(?:0?\d|[1-9]\d{1,3})(?:[.,]\d{1,2})?$"
_WORKBOOK_POINTS = r"^[-−+]?\d{1,4}\.\d{4,17}$"
_NOISE = 1e-6  # of a binary number, in hundredths of a point
_NO_RATE = r"^(?i:n/?a|#n/a|#div/0!|#value!|nan|null|none|[-+]?inf(?:inity)?|∞)$"
_RATE = r"^-?\d{1,3}([.,]\d+)?%?$"
_EXCEL_EPOCH = date(1899, 12, 30)


def blank_to_null(text: pl.Expr) -> pl.Expr:
    """One kind of space, none at the ends; nothing left is null."""
    spaces = text.str.replace_all(r"[\s\u00a0\u2007\u2009\u202f]+", " ").str.strip_chars(" '")
    return pl.when(spaces != "").then(spaces)


def figure_or_null(text: pl.Expr, null_values: Sequence[str] = ()) -> pl.Expr:
    """A figure as it is read and shown: spaces of digit groups one kind, none at the ends; nothing left is null.

    Two figures in a cell stay two: a line break is shown as ⏎, a tab as ⇥, and no number holds them. `="7"` is what
    keeps Excel from changing a 7. `null_values`: texts that stand where a figure is missing, in any case.
    """
    clean = (
        text.str.replace_all(r"[ \u00a0\u2007\u2009\u202f]", " ")
        .str.strip_chars()
        .str.replace_all(r" *\t[\t ]*", f" {_TAB} ")
        .str.replace_all(r" *[\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]\s*", f" {_BREAK} ")
        .str.replace(r"^[' ]+", "")
        .str.replace(_FORMULA, "$1")
    )
    missing = clean == ""
    if null_values:
        missing |= clean.str.to_lowercase().is_in([value.strip().lower() for value in null_values])
    return pl.when(~missing).then(clean)


def of_distinct(texts: pl.Series, read: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """`read` of each text, computed once for equal texts: long columns hold few different figures."""
    every, distinct = texts.alias("text").to_frame(), texts.alias("text").unique().to_frame()
    if 2 * distinct.height > every.height:
        return every.select(read(pl.col("text"))).to_series().alias(texts.name)
    found = distinct.with_columns(found=read(pl.col("text")))
    if distinct.height == 1:  # most often a column that no file states
        return found["found"].new_from_index(0, every.height).alias(texts.name)
    every = every.join(found, on="text", how="left", maintain_order="left", nulls_equal=True)
    return every["found"].alias(texts.name)


def looks_like_number(text: pl.Expr) -> pl.Expr:
    """Digits with separators, a percentage, a dash for none, also what was meant so: `7*`, two figures in a cell.

    Null where the text is null.
    """
    figure = rf"^[-−+(]?\d[\d., '’{_BREAK}{_TAB}]*%?\)?(?i:{_BESIDE})$"
    return text.str.contains(figure) | text.str.contains(_DASHES)


def grouping(text: pl.Expr) -> pl.Expr:
    """`dot`, `comma`, `space` or `apostrophe` where a count is written in groups of three, else null."""
    found = pl.lit(None, pl.String)
    for name, (separator, decimal) in _GROUPINGS.items():
        grouped = _GROUPED.replace("SEP", separator).replace("DEC", decimal)
        found = pl.when(text.str.contains(grouped)).then(pl.lit(name)).otherwise(found)
    return found


def decimal_sign(text: pl.Expr) -> pl.Expr:
    """`dot` or `comma` where a count has decimals (`12.00`, `1.207,00`): that sign groups no thousands. Else null."""
    sign = text.str.extract(r"([.,])0{1,2}$").replace_strict({".": "dot", ",": "comma"}, return_dtype=pl.String)
    return pl.when(text.str.contains(_PLAIN) | grouping(text).is_not_null()).then(sign)


def is_whole_thousands(text: pl.Expr) -> pl.Expr:
    """Whether a figure is `5.000` or `5,000`: five with three decimals, or five thousand."""
    return text.str.contains(_WHOLE_THOUSANDS)


def is_none(text: pl.Expr) -> pl.Expr:
    """Whether a figure is zero or a dash, which every way of writing has."""
    return text.str.contains(_DASHES) | text.str.contains(r"^0+([.,]0+)?$")


def count(text: pl.Expr) -> pl.Expr:
    """A count as Int64: `1489`, `1.489`, `1,489`, `1 489`, `1.489,00`; a dash says none, 0; null if unreadable.

    Counts are whole numbers, so a single group of three after a separator is thousands. That a file does not
    mix separators is checked beside (`grouping`), that the figure fits by (1) + (2) = (3).
    """
    whole = text.str.replace(r"[.,]0{1,2}$", "")
    digits = (
        pl.when(text.str.contains(_PLAIN))
        .then(whole)
        .when(grouping(text).is_not_null())
        .then(whole.str.replace_all(r"[., '’]", ""))
    )
    number = digits.str.replace("−", "-").str.strip_prefix("+").cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(_DASHES)).then(pl.lit(0, pl.Int64)).otherwise(number)


def points(text: pl.Expr) -> pl.Expr:
    """Points of a scoreboard in hundredths as Int64: `16,5`, `16.50`, `16`; null if unreadable, also for a dash.

    At most two decimals and four digits before them, so that a separator is always a decimal one. A workbook's number
    has four decimals at least (`16.5000`), and more where it was computed (`82.94999999999999`).
    """
    plain = text.str.replace("−", "-").str.strip_prefix("+").str.replace(",", ".")
    exact = plain.cast(pl.Float64, strict=False) * 100
    hundredths = (exact + exact.sign() * 0.5).cast(pl.Int64, strict=False)
    computed = text.str.contains(_WORKBOOK_POINTS) & ((exact - hundredths).abs() < _NOISE)
    return pl.when(text.str.contains(_POINTS) | computed).then(hundredths)


def rate(text: pl.Expr) -> pl.Expr:
    """A percentage as Float64: `67,48`, `67.48%`, `100`; a dash is null; null if unreadable.

    A rate stays below 1000, so its separator is always a decimal one. It is only compared, never stored.
    """
    clean = text.str.replace_all(" ", "")
    number = clean.str.strip_suffix("%").str.replace(",", ".").cast(pl.Float64, strict=False)
    return pl.when(clean.str.contains(_RATE)).then(number)


def rate_is_readable(text: pl.Expr) -> pl.Expr:
    """Whether a stated percentage can be understood, a dash for none included."""
    return text.str.replace_all(" ", "").str.contains(_RATE) | text.str.contains(_DASHES)


def states_no_rate(text: pl.Expr) -> pl.Expr:
    """Whether a text stands where there is no rate, as programs write it: `N/A`, `#DIV/0!`, `NaN`, `null`."""
    return text.str.contains(_NO_RATE)


def oddity(text: pl.Expr) -> pl.Expr:
    """Why a figure cannot be read, as one of ODDITIES; null where it is none of them."""
    found = pl.lit(None, pl.String)
    for name, pattern in reversed(ODDITIES.items()):
        found = pl.when(text.str.contains(pattern)).then(pl.lit(name)).otherwise(found)
    return found


def without_time(text: pl.Expr) -> pl.Expr:
    """The same day as `day` reads it, without the time of day in `20220819140500`: many times are one day."""
    number, length = text.cast(pl.Int64, strict=False), text.str.len_bytes()  # quicker than a pattern
    has_time = ((length == 12) & (number >= 10**11)) | ((length == 14) & (number >= 10**13))
    return pl.when(has_time).then(text.str.slice(0, 8)).otherwise(text)


def day(text: pl.Expr) -> pl.Expr:
    """A day as Date: `19/8/2022`, `19-08-2022 14:05`, `2022-08-19…`, `20220819…`, Excel serials; else null.

    Beyond 1900 to 2199 a day is a slip of the keyboard, and some programs that read the lake have no such day.
    """
    dmy = text.str.extract(r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?:\D|$)").str.replace_all(r"[.-]", "/")
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:\D|$)")
    compact = text.str.extract(r"^(\d{8})(?:\d{4}|\d{6})?$")
    serial = text.str.extract(r"^(\d{5})(?:\.\d+)?$").cast(pl.Int64, strict=False)
    found = pl.coalesce(
        dmy.str.to_date("%d/%m/%Y", strict=False),
        iso.str.to_date("%Y-%m-%d", strict=False),
        compact.str.to_date("%Y%m%d", strict=False),
        pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial),
    )
    return pl.when(found.dt.year().is_between(1900, 2199)).then(found)
