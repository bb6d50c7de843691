"""Days, months, quarters and years as people write them in a line. Knows no words but those of dates."""

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBERS = "|".join(rf"\d{{1,2}}\s*{mark}\s*\d{{1,2}}\s*{mark}\s*(?:\d{{4}}|\d{{2}})" for mark in ("/", r"\.", "-"))
_ISO = "|".join(rf"\d{{4}}{mark}\d{{1,2}}{mark}\d{{1,2}}" for mark in ("-", "/", r"\."))
_IN_WORDS = r"\d{1,2}\s*thang\s*\d{1,2}\s*(?:nam\s*|[,/.-]\s*)\d{4}"
_ENGLISH = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{MONTH_NAME}\.?,?[\s-]+\d{{4}}"
    rf"|{MONTH_NAME}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
)
SHORT_TEXT = r"\d{1,2}\s*thang\s*\d{1,2}|\d{1,2}\s*[/.-]\s*\d{1,2}"
_APART = r"(?<![\da-z.,/-])(?:%s)(?![\d/]|[.,-]\d)"
DAY_TEXT = rf"(?<!\d)(?:{_ISO}|{_IN_WORDS}|{_ENGLISH}|{_NUMBERS})(?!\d)"  # may touch another: 01/08/2022-31/08/2022
DAY = _APART % DAY_TEXT
SHORT = _APART % SHORT_TEXT  # without a year
ANY_DAY = rf"(?:{DAY}|{SHORT})"
COMPACT = r"(?<!\d)(?:19|20)\d{6}(?!\d)"
YEAR = r"(?:19|20)\d{2}(?!\d)"
TIME = (
    r"(?:\s*[t,|]?\s*(?:luc\s*|at\s*)?\d{1,2}\s*(?::|h|gio)\s*\d{0,2}(?:\s*(?::|phut|p)\s*\d{0,2}(?:[.,]\d+)?)?"
    r"\s*(?:am|pm|sa|ch|z|[+-]\d{2}:?\d{2})?)"
)
# Not `tháng năm`, which may be the beginning of `tháng năm 2022`.
IN_WORDS = {
    "gieng": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "bon": 4,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
    "chap": 12,
}
MONTH_IN_WORDS = "|".join(sorted(IN_WORDS, key=len, reverse=True))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
QUARTER = r"(?:iii|ii|iv|i|[1-4])"


def read_day(text: str, year: int | None = None) -> date | None:
    """The day that a text (flat, see words.py) matching DAY, SHORT or COMPACT names; None where there is none.

    `year`: of a day that states none.
    """
    text = text.strip()
    if found := re.fullmatch(COMPACT, text):
        return _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    named = re.search(MONTH_NAME, text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if named and len(numbers) == 2:
        return _date(numbers[1], _MONTHS.index(named[0][:3]) + 1, numbers[0])
    if len(numbers) == 2 and year is not None:
        return _date(year, numbers[1], numbers[0])
    if len(numbers) != 3:
        return None
    found = re.match(r"\d{4}", text)
    day, month, stated = (numbers[2], numbers[1], numbers[0]) if found else numbers
    return _date(stated if stated > 99 else 2000 + stated, month, day)


def month_of(year: int, month: int) -> tuple[date, date] | None:
    """First and last day of a calendar month."""
    if not 1 <= month <= 12:
        return None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_of(year: int, first: int, last: int) -> tuple[date, date] | None:
    """First and last day of some calendar months of a year."""
    begins, ends = month_of(year, first), month_of(year, last)
    return (begins[0], ends[1]) if begins and ends and first <= last else None


def week_of(year: int, week: int) -> tuple[date, date] | None:
    """Monday and Sunday of a week as ISO 8601 counts them."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def quarter_number(text: str) -> int:
    """1 to 4, from `III` or `3`."""
    return _ROMAN.get(text) or int(text)


def month_number(text: str) -> int:
    """1 to 12, from the flat name of a month."""
    return _MONTHS.index(text[:3]) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
