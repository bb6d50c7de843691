"""Reads one line of a title or note: what it states about the figures. Knows no table."""

import re
from functools import lru_cache

from transforms.dictionary.text import flat
from transforms.read.titles.days import dates, labelled_dates, labelled_names, names
from transforms.read.titles.harmless import drop_harmless, is_for_recipients
from transforms.read.titles.line import Found, Line
from transforms.read.titles.meanings import (
    filters,
    kinds,
    letterheads,
    levels,
    measures,
    other_subjects,
    remarks,
    rest,
    units,
)
from transforms.read.titles.periods import periods, sums
from transforms.read.titles.words import TitleBook

_BARE_DATE = re.compile(r"(?:ngay|date)[\s:]*\d")
_ONLY_OF_TITLES = {"daily", "level", "other", "filter"}
# A note says of these figures, not of what its office also did, which days they are of.
_OF_THESE = re.compile(
    r"so lieu(?:\s+(?:tren|nay|o tren|tren day|bao cao|trong bang|thong ke|tong hop"
    r"|la|cua|tinh|lay|trong|trong ky|theo))*"
    r"\s+(?:thang|nam|quy|tuan|ngay)\s*[\div]"
)


@lru_cache(4096)  # the same titles stand in the files of many days and units
def scan(text: str, book: TitleBook, year: int | None, *, note: bool) -> tuple[Found, ...]:
    """What a line states. `text`: its cells parted by tabs. `year`: of dates without one.

    `note`: the line stands below the table, where a date or a month by itself says nothing about the figures.
    """
    line = Line(text)
    if is_for_recipients(line, book):
        return ()
    # What is found first is taken out of the line: a date in a citation is no date of the figures.
    found = [*measures(line, book)]
    drop_harmless(line, book)
    found += [*periods(line, book, year), *sums(line, book, year)]
    found += [*labelled_dates(line, book, year), *labelled_names(line, book, year)]
    of_these = _OF_THESE.search(line.left) is not None
    said = list(remarks(line, book)) if note else []
    named = [*dates(line, year), *names(line, year)]
    meant = [*levels(line, book), *filters(line, book), *kinds(line, book), *other_subjects(line, book)]
    if note:
        kept = [each for each in [*found, *meant] if each.kind not in _ONLY_OF_TITLES and not _is_bare(each)]
        return (*kept, *said, *(named if of_these else ()))
    heads = list(letterheads(line, book))
    return (*found, *named, *meant, *heads, *units(line, book), *rest(line, book))


def _is_bare(found: Found) -> bool:
    """Whether a date says of no figures that they are its: below a table it is that of the signature."""
    return found.kind == "date" and _BARE_DATE.match(flat(found.text)) is not None
