"""What days, months, quarters and years are called in headers and cells, and on which day each ends. Knows no table."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from transforms.dictionary.text import flat, tidy
from transforms.read.shape import YEAR_END, DateKind

KINDS: tuple[DateKind, ...] = ("day", "month", "quarter", "year")  # from the finest
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?P<y>(?:19|20)\d{2})"
_NAME = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_SEP = r"\s*(?:[/.,_-]|nam)?\s*"
_DATE = r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[ t]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)?"
_NOTE = re.compile(r"(?<=[\w.])\s*(?:\[[^\]]*\]|\([^)]*\))$")  # `March 2024 [note 1]`, `Tháng 3 (*)`
_DMY = rf"(?:ngay\s*)?(?P<d>\d{{1,2}})\s*[/.-]\s*(?P<m>\d{{1,2}})\s*[/.-]\s*{_YEAR}"
_IN_WORDS = rf"(?:ngay\s*)?(?P<d>\d{{1,2}})\s*thang\s*(?P<m>\d{{1,2}})(?:\s*nam\s*{_YEAR})?"
_FORMS: dict[DateKind, tuple[str, ...]] = {
    "day": (
        _DATE,
        _DMY,
        _IN_WORDS,
        r"(?:ngay\s*)?(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})",
        r"(?:ngay|day|n|d)?\s*(?P<d>\d{1,2})",
        r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    ),
    "month": (
        _DATE,
        _DMY,
        rf"(?:thang|month|t|m)?\s*(?P<m>\d{{1,2}}){_SEP}{_YEAR}",
        rf"(?:nam\s*)?{_YEAR}\s*[/.,_-]?\s*(?:thang|month|t|m)?\s*(?P<m>\d{{1,2}})",
        r"(?:thang|month|t|m)?\s*(?P<m>\d{1,2})",
        rf"{_NAME}(?:[\s.,'’/_-]*(?:{_YEAR}|(?P<yy>\d{{2}})))?",
        rf"{_YEAR}[\s.,/_-]*{_NAME}",
    ),
    "quarter": (
        rf"(?:quy|quarter|qtr|q)\s*(?P<q>[1-4]|iv|i{{1,3}})(?:{_SEP}{_YEAR})?",
        rf"(?:nam\s*)?{_YEAR}[\s.,/_-]*(?:quy|quarter|qtr|q)\s*(?P<q>[1-4]|iv|i{{1,3}})",
    ),
    "year": (
        rf"(?:nam|year|fy|cy)?\s*{_YEAR}",
        rf"(?:nam|year|fy|nien do)?\s*{_YEAR}\s*[-/–]\s*(?P<to>\d{{4}}|\d{{2}})",
    ),
}


@dataclass(frozen=True)
class Period:
    """A period by its kind, first and last day."""

    kind: DateKind
    first: date
    last: date


@lru_cache(4096)
def read_period(
    text: str, kind: DateKind, near: date | None = None, year_ends: tuple[int, int] = YEAR_END
) -> Period | None:
    """The period of a kind that a text names as a whole; None where it names none.

    `near`: the day of which month and year are taken where the text leaves them out. A year that does not end with the
    calendar's is named by two (`2023-24`); one year alone would leave open which of its two is meant.
    """
    plain = _NOTE.sub("", flat(tidy(text))).strip(" .:*()")
    for form in _FORMS[kind]:
        if found := re.fullmatch(form, plain):
            return _period(found.groupdict(), kind, near, year_ends)
    return None


def coarser(text: str, kind: DateKind, near: date | None, year_ends: tuple[int, int]) -> Period | None:
    """The longer period that a text names beside columns of `kind`, such as a quarter among months."""
    if kind == "day":
        return None  # `1` … `12` may be days as well as months
    found = (read_period(text, other, near, year_ends) for other in KINDS[KINDS.index(kind) + 1 :])
    return next((period for period in found if period), None)


def is_business_date(period: Period, day: date, basis: str) -> bool:
    """Whether figures of this period are those of a delivery for `day`.

    The last day of a period is its business date. Cumulative figures of a month or year are as of any day in it.
    """
    cumulative = {"month_to_date": "month", "year_to_date": "year"}.get(basis) == period.kind
    return period.last == day or (cumulative and period.first <= day <= period.last)


def _period(
    parts: dict[str, str | None], kind: DateKind, near: date | None, year_ends: tuple[int, int]
) -> Period | None:
    numbers = {name: int(text) for name, text in parts.items() if text and text.isdecimal()}
    year = numbers.get("y") or (2000 + numbers["yy"] if "yy" in numbers else near.year if near else None)
    if year is None:
        return None
    if kind == "year":
        return _year(year, numbers.get("to"), year_ends)
    if kind == "quarter":
        quarter = numbers.get("q") or _ROMAN[parts["q"] or ""]
        return _months(kind, year, 3 * quarter - 2, 3 * quarter)
    month = numbers.get("m") or _MONTHS.get(parts.get("name") or "") or (near.month if near else 0)
    if not month or not 1 <= month <= 12:
        return None
    if kind == "month":
        return _months(kind, year, month, month)
    try:
        day = date(year, month, numbers["d"])
    except ValueError:
        return None
    return Period(kind, day, day)


def _months(kind: DateKind, year: int, first: int, last: int) -> Period:
    return Period(kind, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _year(year: int, to: int | None, year_ends: tuple[int, int]) -> Period | None:
    if to is None:
        return _months("year", year, 1, 12) if year_ends == YEAR_END else None
    until = to if to > 99 else year // 100 * 100 + to
    if until < year:
        until += 100  # 1999-00
    if year_ends == YEAR_END or until != year + 1:
        return None
    month, day = year_ends
    last = date(until, month, min(day, calendar.monthrange(until, month)[1]))
    before = date(year, month, min(day, calendar.monthrange(year, month)[1]))
    return Period("year", date.fromordinal(before.toordinal() + 1), last)
