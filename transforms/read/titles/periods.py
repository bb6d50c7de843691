"""Finds periods in a line: from … to …, since the year began, six months. Reads no single day."""

import re
from collections.abc import Iterator
from dataclasses import replace

from transforms.read.titles.dates import (
    ANY_DAY,
    COMPACT,
    DAY_TEXT,
    SHORT_TEXT,
    TIME,
    YEAR,
    month_of,
    months_of,
    read_day,
)
from transforms.read.titles.line import Found, Line, date_of, spanning
from transforms.read.titles.words import BEFORE, TitleBook

_IN_WORDS = {"ba": 3, "sau": 6, "chin": 9}
_OF_DAY = rf"(?:[:\s]*{TIME}\s*,?)?\s*(?:het\s+)?(?:ngay\b)?[:\s]*"


def periods(line: Line, book: TitleBook, year: int | None) -> Iterator[Found]:
    """Periods from one day or month to another, and one end of them alone."""
    begins = rf"{BEFORE}(?:{book.label['from']}){_OF_DAY}"
    ends = rf"(?:(?:{book.label['until']}){_OF_DAY}|[-–—~÷]\s*)"
    any_day = rf"(?:{DAY_TEXT}|(?:{SHORT_TEXT})|(?<!\d)\d{{1,2}}(?!\d))"
    until_day = rf"(?:{DAY_TEXT}|(?:{SHORT_TEXT}))(?!\d)"
    time = rf"(?:{TIME})?"
    for found in line.take(rf"(?P<it>{begins}(?P<a>{any_day}){time}[\s,;)–-]*{ends}(?P<b>{until_day}){time})"):
        yield _period(line, found, year)
    for found in line.take(
        rf"(?<![\d/.a-z-])(?P<it>(?P<a>{DAY_TEXT}|(?:{SHORT_TEXT})|\d{{1,2}})\s*{ends}(?P<b>{DAY_TEXT}))(?![\d/])",
        _in_order,
    ):
        yield _period(line, found, year)
    of_year = r"(?:\s*(?:/|-|\.|nam|,)?\s*(?P<{}>" + YEAR.replace("{", "{{").replace("}", "}}") + "))?"
    begins = rf"thang\s*(?P<a>\d{{1,2}})(?!\d){of_year.format('ay')}"
    ends = rf"(?:thang\s*)?(?P<b>\d{{1,2}})(?!\d){of_year.format('by')}"
    for found in line.take(rf"(?P<it>(?:tu\s+)?{begins}\s*(?:den|toi|[-–])\s*(?:het\s+)?{ends})"):
        last_year = int(found["by"]) if found["by"] else year
        first_year = int(found["ay"]) if found["ay"] else last_year
        begins_on = month_of(first_year, int(found["a"])) if first_year else None
        ends_on = month_of(last_year, int(found["b"])) if last_year else None
        yield Found("named", line.written(found), begins_on and begins_on[0], ends_on and ends_on[1], "months")
    for kind in ("from", "until"):
        for found in line.take(
            rf"{BEFORE}(?P<it>(?:{book.label[kind]}){_OF_DAY}(?P<a>{ANY_DAY}|{COMPACT})(?:{TIME})?)"
        ):
            yield replace(date_of(line, found, year), kind=kind)


def _period(line: Line, found: re.Match[str], year: int | None) -> Found:
    """A period of two days; the first may leave out what the second states."""
    last = read_day(found["b"], year)
    first = read_day(found["a"], last.year if last else year)
    if re.fullmatch(r"\d{1,2}", found["a"].strip()) and last:
        first = read_day(f"{found['a']}/{last.month}", last.year)
    return Found("period", line.written(found), first, last)


def _in_order(found: re.Match[str]) -> bool:
    """Whether a day without a month is none after the one behind it: `01-05/09/2022`, not `Số 12 - 05/09/2022`."""
    last = read_day(found["b"])
    return not found["a"].strip().isdigit() or last is None or int(found["a"]) <= last.day


def sums(line: Line, book: TitleBook, year: int | None) -> Iterator[Found]:
    """Figures summed since a month, a quarter or a year began; six or nine months."""
    of_year = rf"(?:\s*(?:nam|/|-)?\s*(?P<y>{YEAR}))?"
    stated = {
        "of_year": rf"(?P<m>(?!))?{of_year}",
        "of_quarter": rf"(?P<m>(?!))?{of_year}",
        "of_month": rf"(?:\s*(?:thang\s*)?(?P<m>\d{{1,2}})(?!\d))?{of_year}",
        "cumulative": "(?P<m>(?!))?(?P<y>(?!))?",
    }
    months_in = rf"(?P<n>{'|'.join(_IN_WORDS)}|\d{{1,2}})\s*thang\s*(?:(?P<which>dau|cuoi)\s*)?nam"
    half = rf"(?<![\d.,/])(?P<it>{months_in}(?:\s*(?P<y>{YEAR}))?)"
    for found in line.take(half):
        months, own = _IN_WORDS.get(found["n"]) or int(found["n"]), int(found["y"]) if found["y"] else year
        span = (
            (months_of(own, 13 - months, 12) if found["which"] == "cuoi" else months_of(own, 1, months))
            if own
            else None
        )
        yield spanning("named", line.written(found), span, "months")
    for kind in ("of_year", "of_quarter", "of_month", "cumulative"):
        since = kind.removeprefix("of_") if kind != "cumulative" else ""
        for found in line.take(rf"(?P<it>{book.word[kind]}{stated[kind]})"):
            own = int(found["y"]) if found["y"] else year
            span = month_of(own, int(found["m"])) if own and found["m"] else None
            if found["y"] and not found["m"]:
                span = months_of(int(found["y"]), 1, 12)
            yield spanning("sum", line.written(found), span, since)
