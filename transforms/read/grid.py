"""A sheet as cells of text: every format is converted to it. Knows no header and no number format."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from transforms.dictionary.text import has_many_marks
from transforms.read.refusal import MAX_CELL, UnreadableError, long_cell, many_marks, refuse

MAX_ROWS = 1_100_000
MAX_COLUMNS = 2_000
MAX_CELLS = 3_000_000  # a cell takes some 250 bytes while it is read
MAX_TEXT = 64 * 1024 * 1024  # characters of all cells; a text file is as long at most

# What nobody sees or means: soft hyphens, zero-width spaces, marks of direction; digits and signs of full width.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0C: ",", 0xFF0E: ".", 0xFF05: "%"}
_CLEANED: dict[int, str | None] = {**_UNSEEN, **_FULL_WIDTH}
UNCLEAN = re.compile(f"[{''.join(map(chr, _CLEANED))}]")

INDENTS = ("  ", " \u00a0", "\u00a0 ", "\u00a0\u00a0", "\t", "\u3000")  # a single space is a slip of the hand
_INDENTED_COLUMNS = 4  # names stand in one of the first columns

Row = Sequence[str]


@dataclass(frozen=True)
class Origin:
    """How the bytes were read.

    `format`: xlsx, xls, ods, docx, html, csv, json, ndjson, xml. `encoding`: UTF-8, UTF-16, Windows-1258 …, "" where
    the format says it itself. `separator`: of a CSV, else "".
    """

    format: str
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True)
class Grid:
    """`rows[i]` is row i + 1 of the file; an empty cell is an empty string; `sheet` is "" where there is none.

    `hidden`: the 1-based numbers of the rows that the sheet hides; their cells are there. `hidden_columns`: the
    0-based columns it hides; their cells are blank, because a person who reads the sheet does not see them.
    `keys`: of the records of a JSON or XML file, inner ones behind a dot.
    `indents`: how far (spaces) texts of the first columns are indented, by 0-based row and column; others are left out.
    `strays`: by name (`XFD1`) what stands in cells so far away that they are in no row.
    `above`, `below`: lines of a page before the table and behind the last one.
    """

    sheet: str
    rows: Sequence[Row]
    origin: Origin
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    keys: tuple[str, ...] = field(default=(), compare=False)
    indents: Mapping[tuple[int, int], int] = field(default_factory=dict, compare=False)
    strays: Mapping[str, str] = field(default_factory=dict)
    above: tuple[str, ...] = field(default=(), compare=False)
    below: tuple[str, ...] = field(default=(), compare=False)


def make_grid(
    sheet: str,
    rows: Iterable[Iterable[object]],
    origin: Origin,
    hidden: frozenset[int] = frozenset(),
    hidden_columns: frozenset[int] = frozenset(),
    keys: tuple[str, ...] = (),
) -> Grid:
    """Cells as text, what is UNCLEAN removed or replaced.

    Raises UnreadableError beyond MAX_ROWS, MAX_COLUMNS, MAX_CELLS or MAX_TEXT, for a cell longer than MAX_CELL, and for
    more than MAX_MARKS combining marks in a row.
    """
    out: list[list[str]] = []
    left, letters = MAX_CELLS, MAX_TEXT
    indents: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows, start=1):
        values = list(row)
        cells = [cell.strip() if type(cell) is str else cell_text(cell) for cell in values]
        for column, value in enumerate(values[:_INDENTED_COLUMNS]):
            if type(value) is str and value.startswith(INDENTS) and cells[column]:
                indents[number - 1, column] = len(value) - len(value.lstrip())
        if cells and max(map(len, cells)) > MAX_CELL:
            raise long_cell(row=number)
        if not all(map(str.isascii, cells)):
            cells = [cell if cell.isascii() else cell.translate(_CLEANED).strip() for cell in cells]
            if has_many_marks("\n".join(cells)):
                raise many_marks(row=number)
        left -= len(cells)
        letters -= sum(map(len, cells))
        if number > MAX_ROWS or len(cells) > MAX_COLUMNS or left < 0 or letters < 0:
            raise too_large(row=number)
        for column in hidden_columns:
            if column < len(cells):
                cells[column] = ""
        out.append(cells)
    return Grid(sheet, out, origin, hidden, hidden_columns, keys, indents)


def too_large(row: int | None = None) -> UnreadableError:
    """The refusal of a table beyond the limits."""
    return refuse(
        f"bảng quá lớn (tối đa {MAX_ROWS} dòng, {MAX_COLUMNS} cột, {MAX_CELLS} ô, {MAX_TEXT} ký tự)",
        f"the table is too large (at most {MAX_ROWS} rows, {MAX_COLUMNS} columns, {MAX_CELLS} cells, "
        f"{MAX_TEXT} characters)",
        row=row,
    )


def cell_text(value: object) -> str:
    """A cell as text that keeps what a typed cell meant.

    A number that is not whole is written with at least four decimals: `1.489` typed in a cell is less than
    two, while the text `1.489` may be 1489, and only this keeps the two apart.
    """
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return _number_text(value)
        case Decimal():
            return _decimal_text(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.12f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<4}"


def _decimal_text(value: Decimal) -> str:
    """As `_number_text`, without the rounding of binary numbers; beyond 30 digits as written."""
    if not value.is_finite() or not -30 < value.adjusted() < 30:
        return str(value)
    if value == value.to_integral_value():
        return str(int(value))
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<4}"
