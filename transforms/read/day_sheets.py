"""Of a workbook with a sheet for each day chooses the one of the business date. Reads no cell."""

import re
from datetime import date
from typing import TypeVar

from transforms.dictionary.text import flat, tidy
from transforms.read.grid import Grid
from transforms.read.refusal import quoted, refuse

Table = TypeVar("Table")

# `05`, `5`, `Ngày 5`, `N05`, `05-09`, `5.9.2022`, `ngày 05 tháng 9`, `05092022`, `2022-09-05`
_DAY = re.compile(
    r"(?:ngay|n|d|day)?[ ._-]*(?:(?P<d>\d{1,2})(?:(?:[ ./_-]+(?:thang[ ._-]*)?|thang )(?P<m>\d{1,2})"
    r"(?:(?:[ ./_-]+(?:nam[ ._-]*)?)(?P<y>\d{4}|\d{2}))?)?|(?P<dc>\d{2})(?P<mc>\d{2})(?P<yc>20\d{2})"
    r"|(?P<yi>20\d{2})[-._ ]?(?P<mi>\d{2})[-._ ]?(?P<di>\d{2}))"
)


def of_day(tables: list[tuple[Grid, Table]], day: date | None) -> list[tuple[Grid, Table]]:
    """The table on the sheet of `day` where all tables stand on sheets named after days; else all of them.

    Raises UnreadableError where there are sheets for other days and none for this one.
    """
    named = [_day(grid.sheet) for grid, _ in tables]
    if day is None or len(tables) < 2 or not all(named):
        return tables
    found = [table for table, stated in zip(tables, named, strict=True) if stated and _is(stated, day)]
    if not found:
        sheets = ", ".join(quoted(grid.sheet) for grid, _ in tables)
        raise refuse(
            f"không có trang tính của ngày {day:%d/%m/%Y}; có: {sheets}",
            f"no sheet for the day {day:%d/%m/%Y}; there are: {sheets}",
        )
    return found


def _day(sheet: str) -> tuple[int, int | None, int | None] | None:
    """Day, month and year that the name of a sheet states."""
    found = _DAY.fullmatch(flat(tidy(sheet)))
    if not found:
        return None
    parts = [
        next((int(found[f"{part}{way}"]) for way in ("", "c", "i") if found[f"{part}{way}"]), None) for part in "dmy"
    ]
    number, month, year = parts
    if number is None or not 1 <= number <= 31 or not 1 <= (month or 1) <= 12:
        return None
    return number, month, year if year is None or year > 99 else 2000 + year


def _is(stated: tuple[int, int | None, int | None], day: date) -> bool:
    number, month, year = stated
    return number == day.day and month in {None, day.month} and year in {None, day.year}
