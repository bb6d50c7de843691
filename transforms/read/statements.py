"""Reads what the title rows above a header state about unit and date. Reads no row of the table."""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import tidy
from transforms.read.grid import Grid
from transforms.read.headers import HeaderBook, Layout, header_key

_UNTIL = re.compile(r"(?:đến|tới)\s+(?:hết\s+)?ngày\s+(.+)$", re.IGNORECASE)
_DAY = re.compile(r"^ngày\s*:?\s+(?=\d)(.+)$", re.IGNORECASE)
_WRITTEN_DAY = re.compile(r"^(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)


def statements(grid: Grid, layout: Layout, contract: Contract, book: HeaderBook) -> pl.DataFrame:
    """What the title rows state about unit and date: `row`, `unit`, `date` as text, one row each.

    Only what is labelled counts (`Đơn vị: …`, `Ngày …`, `Từ ngày … đến ngày …`); the place and date of a
    signature (`Thái Nguyên, ngày …`) is no statement about the figures.
    """
    known = book.names.get(contract.name, {})
    found = [
        (number, column, value)
        for number, row in enumerate(grid.rows[: layout.first_row - 1], start=1)
        for column, value in _labelled([tidy(cell) for cell in row], known)
    ]
    unique = list(dict.fromkeys(found))  # a merged title stands in each of its cells
    return pl.DataFrame(
        [
            (row, value if column == "unit" else None, value if column == "date" else None)
            for row, column, value in unique
        ],
        schema={"row": pl.UInt32, "unit": pl.String, "date": pl.String},
        orient="row",
    )


def _labelled(cells: list[str], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, cell in enumerate(cells):
        label, colon, value = cell.partition(":")
        following = next((text for text in cells[index + 1 :] if text and text != cell), "")
        column = known.get(header_key(label)) if label else None
        if column in {"unit", "date"} and (colon or following):
            yield (
                column,
                _written_day(value.strip() or following) if column == "date" else value.strip() or following,
            )
        elif (match := _UNTIL.search(cell) or _DAY.match(cell)) and "," not in cell[: match.start()]:
            yield "date", _written_day(match.group(1))


def _written_day(text: str) -> str:
    """`19 tháng 8 năm 2022` as `19/8/2022`; anything else as it stands."""
    match = _WRITTEN_DAY.match(text)
    return "/".join(match.groups()) if match else text.strip(" .)(")
