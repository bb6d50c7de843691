"""Finds days, weeks, months, quarters and years in a line, with and without a label."""

import re
from collections.abc import Iterator
from datetime import date

from transforms.read.titles.dates import (
    ANY_DAY,
    COMPACT,
    DAY,
    IN_WORDS,
    MONTH_IN_WORDS,
    MONTH_NAME,
    QUARTER,
    SHORT,
    TIME,
    YEAR,
    month_number,
    month_of,
    months_of,
    quarter_number,
    week_of,
)
from transforms.read.titles.line import PIECE, SET, VALUE, Found, Line, date_of, spanning
from transforms.read.titles.words import BEFORE, TitleBook


def labelled_dates(line: Line, book: TitleBook, year: int | None) -> Iterator[Found]:
    """Days behind a label (`Ngày báo cáo: …`), in parts or in words; what is no day comes as written."""
    apart = r"ngay[\s:]*(?P<a>\d{1,2}[\s,:]*thang[\s:]*\d{1,2}[\s,]*nam[\s:]*" + YEAR + ")"
    for found in line.take(rf"{BEFORE}(?P<it>{apart})"):
        yield date_of(line, found, year)
    label = rf"{PIECE}(?P<it>(?:{book.label['date']})"
    for found in line.take(
        rf"{label}(?:{SET}|\s+)(?:{TIME}\s*,?\s*(?:ngay\s*)?)?(?P<a>{ANY_DAY}|{COMPACT})(?:{TIME})?)"
    ):
        yield date_of(line, found, year)
    # What stands behind a colon should be a date, whatever it looks like; a serial number is one too.
    for found in line.take(rf"{label}{SET}(?P<a>(?=[^\t\n\0]*\d){VALUE}))"):
        if re.fullmatch(r"\d{1,2}", found["a"].strip()):
            yield Found("part", line.written(found), value=f"day {found['a'].strip()}")
        else:
            yield Found("date", line.written(found), value=line.written(found, "a"))


def dates(line: Line, year: int | None) -> Iterator[Found]:
    """Days without a label."""
    for found in line.take(rf"(?P<it>(?:ngay\s*)?(?P<a>{DAY})(?:{TIME})?)"):
        yield date_of(line, found, year)
    for found in line.take(rf"(?P<it>ngay\s*(?P<a>{SHORT}))"):
        yield date_of(line, found, year)


def labelled_names(line: Line, book: TitleBook, year: int | None) -> Iterator[Found]:
    """Months, quarters and years behind a label: `Kỳ báo cáo: 08/2022`, or parts in cells of their own."""
    label = rf"{PIECE}(?P<it>(?:{book.label['period']}|{book.label['month']}){SET}"
    for found in line.take(rf"{label}(?:thang\s*|t)?(?P<m>\d{{1,2}})\s*(?:/|-|\.|nam|,|\s)\s*(?P<y>{YEAR}))"):
        yield _named_month(line, found, int(found["y"]))
    for found in line.take(rf"{label}(?P<y>{YEAR})\s*[-/.]\s*(?P<m>\d{{1,2}})(?!\d))"):
        yield _named_month(line, found, int(found["y"]))
    for found in line.take(rf"{label}(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?!\d))"):
        yield _named_month(line, found, int(found["y"]))
    for found in line.take(rf"{PIECE}(?P<it>(?:{book.label['period']}){SET}(?P<y>{YEAR}))"):
        yield spanning("named", line.written(found), months_of(int(found["y"]), 1, 12), "year")
    for part, number in (("month", r"\d{1,2}"), ("quarter", QUARTER), ("year", YEAR)):
        for found in line.take(
            rf"{PIECE}(?P<it>(?:{book.label[part]}){SET}(?P<n>{number})(?![\da-z]|\s*[/.-]\s*\d|\s*nam\s*:?\s*\d))"
        ):
            count = quarter_number(found["n"]) if part == "quarter" else int(found["n"])
            yield Found("part", line.written(found), value=f"{part} {count}")


def _named_month(line: Line, found: re.Match[str], year: int | None) -> Found:
    return spanning("named", line.written(found), month_of(year, int(found["m"])) if year else None, "month")


def names(line: Line, year: int | None) -> Iterator[Found]:
    """Weeks, months, quarters and years without a label."""
    of_year = rf"(?:\s*(?:nam\s*:?|/|-|\.|,)?\s*(?P<y>{YEAR}))?"
    for found in line.take(
        rf"(?:^|[\t\n(])\W*(?P<it>(?:giai doan\s*)?(?P<a>{YEAR})\s*(?:[-–]|den)\s*(?P<y>{YEAR}))\W*$"
    ):
        begins, ends = date(int(found["a"]), 1, 1), date(int(found["y"]), 12, 31)
        yield spanning("named", line.written(found), (begins, ends), "year")
    of_kind = r"(?:bao cao|bieu|so lieu|thong ke)\s+|(?:loai bao cao|ky bao cao|ky so lieu|ky)\s*[:\t]\s*"
    kinds = {"tuan": "week", "thang": "month", "quy": "quarter", "nam": "year"}
    for found in line.take(
        rf"(?:^|[\t\n])\W*(?P<it>(?:{of_kind})(?:theo\s+|hang\s+)?(?P<a>{'|'.join(kinds)}))\s*(?=$|[\t\n])"
    ):
        yield Found("sum", line.written(found), value=kinds[found["a"]])
    for found in line.take(rf"{BEFORE}(?P<it>(?:tuan|week)\s*(?:thu\s*)?[:]?\s*(?P<n>\d{{1,2}})(?![\d]){of_year})"):
        own = int(found["y"]) if found["y"] else year
        yield spanning("named", line.written(found), week_of(own, int(found["n"])) if own else None, "week")
    for found in line.take(rf"{BEFORE}(?P<it>(?:quy\s*|quarter\s*|q)(?P<n>{QUARTER})(?![\da-z]){of_year})"):
        own, number = int(found["y"]) if found["y"] else year, quarter_number(found["n"])
        span = months_of(own, number * 3 - 2, number * 3) if own else None
        yield spanning("named", line.written(found), span, "quarter")
    for found in line.take(
        rf"{BEFORE}(?P<it>(?:thang\s*:?\s*|t)(?P<m>\d{{1,2}})(?!\d|\s*[/.-]\s*\d{{1,2}}(?!\d)){of_year})"
    ):
        yield _named_month(line, found, int(found["y"]) if found["y"] else year)
    for found in line.take(rf"{BEFORE}(?P<it>thang\s+(?P<name>{MONTH_IN_WORDS})(?![a-z]){of_year})"):
        own, number = int(found["y"]) if found["y"] else year, IN_WORDS[found["name"]]
        yield spanning("named", line.written(found), month_of(own, number) if own else None, "month")
    for found in line.take(rf"{BEFORE}(?P<it>(?P<name>{MONTH_NAME})\.?,?[\s-]+(?P<y>{YEAR}))"):
        span = month_of(int(found["y"]), month_number(found["name"]))
        yield spanning("named", line.written(found), span, "month")
    for found in line.take(rf"(?<![\d/.a-z-])(?P<it>(?P<m>0?[1-9]|1[0-2])\s*/\s*(?P<y>{YEAR}))(?!/)"):
        yield _named_month(line, found, int(found["y"]))
    for found in line.take(rf"{BEFORE}(?P<it>(?:nam|year)\s*:?\s*(?P<y>{YEAR}))"):
        yield spanning("named", line.written(found), months_of(int(found["y"]), 1, 12), "year")
