"""Parses numbers and dates as offices write them, whole columns at a time. Knows no header, no rule and no file."""

from collections.abc import Callable
from datetime import date

import polars as pl

# `1.489`, `1,489` and `1 489` group by three; a count has no decimals but zeros (`1489,0` from spreadsheets).
# Twelve digits are more than a country files in a year, and leave room for exact integer arithmetic.
# One leading zero is a habit of documents (`05`), several are a code or a group torn off.
_PLAIN = r"^[-−+]?(?:0?\d|[1-9]\d{1,11})([.,]0{1,2})?$"
_GROUPED = r"^[-−+]?[1-9]\d{0,2}(?:SEP\d{3}){1,3}$"
_WHOLE_THOUSANDS = r"^[-−+]?[1-9]\d{0,2}[.,]000$"
GROUPINGS = {"dot": r"\.", "comma": ",", "space": " "}
_DASHES = r"^[-–—]+$"
_RATE = r"^-?\d{1,3}([.,]\d+)?%?$"
_COMPACT_TIME = r"^[0-9]{8}(?:[0-9]{4}|[0-9]{6})$"
_EXCEL_EPOCH = date(1899, 12, 30)


def blank_to_null(text: pl.Expr) -> pl.Expr:
    """One kind of space, none at the ends; nothing left is null."""
    spaces = text.str.replace_all(r"[\s\u00a0\u2007\u2009\u202f]+", " ").str.strip_chars(" '")
    return pl.when(spaces != "").then(spaces)


def of_distinct(texts: pl.Series, read: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """`read` of each text, computed once for equal texts: long columns hold few different figures."""
    every, distinct = texts.alias("text").to_frame(), texts.alias("text").unique().to_frame()
    if distinct.height == 1 or 2 * distinct.height > every.height:
        return every.select(read(pl.col("text"))).to_series().alias(texts.name)
    found = distinct.with_columns(found=read(pl.col("text")))
    every = every.join(found, on="text", how="left", maintain_order="left", nulls_equal=True)
    return every["found"].alias(texts.name)


def looks_like_number(text: pl.Expr) -> pl.Expr:
    """Digits with separators, a percentage, or a dash for none; null where the text is null."""
    return text.str.contains(r"^[-−+(]?\d[\d., ]*%?\)?$") | text.str.contains(_DASHES)


def grouping(text: pl.Expr) -> pl.Expr:
    """`dot`, `comma` or `space` where a count is written in groups of three, else null."""
    found = pl.lit(None, pl.String)
    for name, separator in GROUPINGS.items():
        found = pl.when(text.str.contains(_GROUPED.replace("SEP", separator))).then(pl.lit(name)).otherwise(found)
    return found


def is_whole_thousands(text: pl.Expr) -> pl.Expr:
    """Whether a figure is `5.000` or `5,000`: five with three decimals, or five thousand."""
    return text.str.contains(_WHOLE_THOUSANDS)


def is_none(text: pl.Expr) -> pl.Expr:
    """Whether a figure is zero or a dash, which every way of writing has."""
    return text.str.contains(_DASHES) | text.str.contains(r"^0+([.,]0+)?$")


def count(text: pl.Expr) -> pl.Expr:
    """A count as Int64: `1489`, `1.489`, `1,489`, `1 489`, `1489,0`; a dash says none, 0; null if unreadable.

    Counts are whole numbers, so a single group of three after a separator is thousands. That a file does not
    mix separators is checked beside (`grouping`), that the figure fits by (1) + (2) = (3).
    """
    whole = text.str.replace(r"[.,]0{1,2}$", "")
    digits = (
        pl.when(text.str.contains(_PLAIN))
        .then(whole)
        .when(grouping(text).is_not_null())
        .then(text.str.replace_all(r"[., ]", ""))
    )
    number = digits.str.replace("−", "-").str.strip_prefix("+").cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(_DASHES)).then(pl.lit(0, pl.Int64)).otherwise(number)


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


def without_time(text: pl.Expr) -> pl.Expr:
    """The same day as `day` reads it, without the time of day in `20220819140500`: many times are one day."""
    return pl.when(text.str.contains(_COMPACT_TIME)).then(text.str.slice(0, 8)).otherwise(text)


def day(text: pl.Expr) -> pl.Expr:
    """A day as Date: `19/8/2022`, `19-08-2022 14:05`, `2022-08-19…`, `20220819…`, Excel serials; else null."""
    dmy = text.str.extract(r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?:\D|$)").str.replace_all(r"[.-]", "/")
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:\D|$)")
    compact = text.str.extract(r"^(\d{8})(?:\d{4}|\d{6})?$")
    serial = text.str.extract(r"^(\d{5})(?:\.\d+)?$").cast(pl.Int64, strict=False)
    return pl.coalesce(
        dmy.str.to_date("%d/%m/%Y", strict=False),
        iso.str.to_date("%Y-%m-%d", strict=False),
        compact.str.to_date("%Y%m%d", strict=False),
        pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial),
    )
