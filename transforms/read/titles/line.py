"""A line of a title that is read piece by piece, and what is found in it. Knows no words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from transforms.dictionary.text import flat, tidy
from transforms.read.titles.dates import read_day

TAKEN = "\0"  # stands for each letter that was understood
PIECE = r"(?:^|[\t\n\0(;,|:*–-]\s*|  )"  # what a label begins behind
VALUE = r"(?:(?!  )[^\t\n\0])*"
SET = r"\s*[:\t][:\t ]*"  # between a label and its value, which may stand in the next cell


@dataclass(frozen=True)
class Found:
    """What a line says, and in which words. `first`, `last`: the days it runs from and to, where they are known.

    `kind` and what `value` then is: `date` (the day as text); `from`, `until` (one end of a period); `period`; `named`
    and `within` (a month, quarter, year … by its name: of all of it, or some day in it); `part` (`month 9`: the rest
    stands elsewhere); `sum` (figures summed since the `month`, `quarter` or `year` began, blank where it is not said
    since when); `daily`; `filter` (what it lets in); `province` and `office` (of a letterhead); `unit` (its name);
    `measure` (no single cases); `level` (`3,4`); `other` (figures that are no cases filed); `rest` (what was not
    understood), `sheet` (the name of a sheet that was not).
    """

    kind: str
    text: str
    first: date | None = None
    last: date | None = None
    value: str = ""


class Line:
    """A line that is read piece by piece: what is understood is taken out and not read again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = flat(text)

    def take(self, pattern: str, accepts: Callable[[re.Match[str]], bool] | None = None) -> Iterator[re.Match[str]]:
        """Every match of the pattern in what is left, without those that are not accepted."""
        for found in list(_compiled(pattern).finditer(self.left)):
            if TAKEN not in self.left[found.start("it") : found.end("it")] and (accepts is None or accepts(found)):
                self.left = self.left[: found.start("it")] + TAKEN * len(found["it"]) + self.left[found.end("it") :]
                yield found

    def drop(self, pattern: str, accepts: Callable[[re.Match[str]], bool] | None = None) -> bool:
        """Take out every match; whether there was one."""
        return bool(list(self.take(pattern, accepts)))

    def written(self, found: re.Match[str], group: str = "it") -> str:
        """What was matched, as it is written."""
        return tidy(self.text[found.start(group) : found.end(group)]).strip(" ()[];,.*-–|:")


@lru_cache(256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def spanning(kind: str, text: str, span: tuple[date, date] | None, value: str) -> Found:
    """What runs over these days, where they are known."""
    first, last = span or (None, None)
    return Found(kind, text, first, last, value)


def date_of(line: Line, found: re.Match[str], year: int | None) -> Found:
    """The date in the group `a` of a match; one that is no day comes as written."""
    day = read_day(found["a"], year)
    written = f"{day:%d/%m/%Y}" if day else line.written(found, "a")
    return Found("date", line.written(found), day, day, written)
