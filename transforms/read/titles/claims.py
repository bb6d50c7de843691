"""Finds what the lines above and below a table, and the sheet's name, state. Judges nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from transforms.dictionary.text import flat
from transforms.read.agreed import Agreed
from transforms.read.grid import Grid, Row
from transforms.read.headers.rows import FIGURE
from transforms.read.headers.search import Layout
from transforms.read.titles.dates import months_of, read_day
from transforms.read.titles.line import Found, spanning
from transforms.read.titles.scan import scan
from transforms.read.titles.words import TitleBook

_MAX_NOTES = 60  # lines below a table that are read
_MAX_VALUES = 20  # of a column that repeats what a title would say
_SPREAD = re.compile(r"[^\S\n]{2,}")
# `05.09`, `5-9-2022`, `Ngày 05-09`, `Ngày 5`, `05092022`; not `1.2`, which may number a form.
_SHEET_OF_DAY = re.compile(
    r"(?:ngay\s*)?(?:(\d{2})[.\-/ _](\d{2})|(\d{1,2})[.\-/ _](\d{1,2})[.\-/ _](\d{4}|\d{2})|(\d{2})(\d{2})(20\d{2}))"
    r"|ngay\s*(\d{1,2})"
)
_OF_COLUMNS = ("from", "until", "period", "month", "quarter", "year", "measure")
_STATED = ("unit", "date", "until", "period")


@dataclass(frozen=True)
class Claim:
    """What one line says. `row`: 1-based in the file; `found`: what, and in which words."""

    row: int
    found: Found


def claims(grid: Grid, layout: Layout, book: TitleBook, agreed: Agreed) -> list[Claim]:
    """All that the titles, the notes and the sheet's name state about dates, periods, unit, measure and level."""
    year, month = (day.year, day.month) if (day := agreed.business_date) else (None, None)
    said: list[Claim] = []
    to_recipients = False
    for row, cells in enumerate(grid.rows[: max(layout.first_row - 1, 0)], start=1):
        line = _line(cells)
        to_recipients = bool(line) and (to_recipients and line.lstrip()[:1] in "-+–•")
        if line and not to_recipients:
            said += (Claim(row, found) for found in scan(line, book, year, note=False))
            to_recipients = _opens_recipients(line, book)
    said += (Claim(1, found) for line in grid.above for found in scan(_line((line,)), book, year, note=False))
    said += (Claim(1, found) for line in grid.below for found in scan(_line((line,)), book, year, note=True))
    for row, cells in _notes(grid, layout):
        said += (Claim(row, found) for found in scan(_line(cells), book, year, note=True))
    said += _of_columns(grid, layout, book, year)
    return list(dict.fromkeys([*_joined(said, year), *_of_sheet(grid.sheet, book, year, month)]))


def statements(said: Sequence[Claim]) -> pl.DataFrame:
    """What is compared with sender and business date: `row`, `unit`, `date` as text, one row each.

    A period ends on the business date, so its last day is one of them.
    """
    rows = [(claim.row, *_stated(claim.found)) for claim in said if claim.found.kind in _STATED]
    schema = {"row": pl.UInt32, "unit": pl.String, "date": pl.String}
    stated = [row for row in dict.fromkeys(rows) if row[1:] != (None, None)]
    return pl.DataFrame(stated, schema=schema, orient="row")


def _stated(found: Found) -> tuple[str | None, str | None]:
    if found.kind == "period":
        return None, f"{found.last:%d/%m/%Y}" if found.last else found.value or None
    return (found.value, None) if found.kind == "unit" else (None, found.value)


def _line(cells: Row) -> str:
    """The cells of a row, each once where a merged one is repeated, parted by tabs; wide gaps stay gaps."""
    texts = [
        _SPREAD.sub("  ", cell.replace("\r", "\n").replace("\u00a0", " ").replace("\t", " ")).strip() for cell in cells
    ]
    filled = [text for text in texts if text]
    return "\t".join(text for place, text in enumerate(filled) if not place or filled[place - 1] != text)


def _opens_recipients(line: str, book: TitleBook) -> bool:
    return bool(re.match(rf"[\s\W]*{book.word['recipients']}\s*:", flat(line)))


def _notes(grid: Grid, layout: Layout) -> Iterator[tuple[int, Row]]:
    """The rows below the last one that has a figure."""
    counted = [place for name, place in layout.columns.items() if name not in {"ordinal", "field", "unit", "date"}]
    below: list[tuple[int, Row]] = []
    for row in range(len(grid.rows), layout.last_row, -1):
        cells = grid.rows[row - 1]
        if any(place < len(cells) and FIGURE.fullmatch(cells[place]) for place in counted):
            break
        if any(cells):
            below.append((row, cells))
            if len(below) > _MAX_NOTES:
                return
    yield from reversed(below)


def _of_columns(grid: Grid, layout: Layout, book: TitleBook, year: int | None) -> Iterator[Claim]:
    """What columns state that are no part of the contract but are named as a title would be: `Tháng`, `Năm`, `ĐVT`."""
    if not any(is_named_as_title(name, book) for name in layout.unread):
        return
    for place, name in enumerate(grid.rows[layout.last_row - 1]):
        if place in layout.columns.values() or not is_named_as_title(name, book):
            continue
        values: dict[str, int] = {}
        for row, cells in enumerate(grid.rows[layout.last_row :], start=layout.last_row + 1):
            if place < len(cells) and cells[place] and len(values) < _MAX_VALUES:
                values.setdefault(cells[place], row)
        for value, row in values.items():
            yield from (
                Claim(row, found) for found in scan(f"{name}\t{value}", book, year, note=False) if found.kind != "rest"
            )


def is_named_as_title(header: str, book: TitleBook) -> bool:
    """Whether a column says in each row what a title would say of the whole table."""
    kinds = "|".join(book.label[kind] for kind in _OF_COLUMNS)
    return re.fullmatch(rf"\s*(?:{kinds})\s*", flat(header)) is not None


def _of_sheet(name: str, book: TitleBook, year: int | None, month: int | None) -> Iterator[Claim]:
    """What the name of the sheet states. A month says in which one its figures are, not that they are all of it."""
    if found := _SHEET_OF_DAY.fullmatch(flat(name)):
        stated = [part for part in found.groups() if part]
        if day := read_day("/".join(stated if len(stated) > 1 else [*stated, str(month)]), year):
            yield Claim(1, Found("date", name, day, day, f"{day:%d/%m/%Y}"))
        return
    plain = name.replace("_", " ").strip()
    for said in scan(plain, book, year, note=False):
        if said.kind in {"named", "sum"}:
            yield Claim(1, replace(said, kind="within" if said.kind == "named" else "sum", text=name))
        elif said.kind == "rest" and said.value == plain:
            yield Claim(1, Found("sheet", name, value=plain))
    # A sheet `Quá hạn` holds those cases.
    for said in scan(f"Hồ sơ {plain}", book, year, note=False):
        if said.kind == "other":
            yield Claim(1, replace(said, text=name))


def _joined(said: Sequence[Claim], year: int | None) -> Iterator[Claim]:
    """The claims, with ends of a period and parts of a date that stand in several lines put together."""
    ends = [claim for claim in said if claim.found.kind == "until"]
    parts = [claim for claim in said if claim.found.kind == "part"]
    for claim in said:
        if claim.found.kind == "from":
            text = f"{claim.found.text} … {ends[-1].found.text}" if ends else claim.found.text
            yield Claim(claim.row, Found("from", text, claim.found.first))
        elif claim.found.kind != "part":
            yield claim
    read = [(claim, kind, int(number)) for claim in parts for kind, number in [claim.found.value.split()]]
    stated = {kind: number for _, kind, number in read}
    dated = any(claim.found.kind in {"date", "until"} for claim in said)
    if parts:
        yield Claim(parts[0].row, _of_parts(stated, ", ".join(claim.found.text for claim in parts), year, dated=dated))
    for claim, kind, number in read:  # rows of several months
        if stated[kind] != number:
            yield Claim(claim.row, _of_parts(stated | {kind: number}, claim.found.text, year, dated=dated))


def _of_parts(stated: Mapping[str, int], text: str, year: int | None, *, dated: bool) -> Found:
    """The day, month, quarter or year that cells of their own state; beside a date they only repeat a part of it."""
    own = stated.get("year", year)
    month, day = stated.get("month"), stated.get("day")
    if day and month:
        found = read_day(f"{day}/{month}", own)
        written = f"{found:%d/%m/%Y}" if found else text
        return Found("date", text, found, found, written)
    last = month or 3 * stated.get("quarter", 4)
    first = month or (last - 2 if "quarter" in stated else 1)
    name = "month" if month else "quarter" if "quarter" in stated else "year"
    return spanning("within" if dated else "named", text, months_of(own, first, last) if own else None, name)
