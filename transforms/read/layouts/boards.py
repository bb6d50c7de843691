"""Brings a scoreboard with a column for each component to the usual form: a row for each of them. Judges no points."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from transforms.dictionary.labels import label
from transforms.read.addresses import letters
from transforms.read.grid import Grid, Row
from transforms.read.headers.book import HeaderBook, header_key
from transforms.read.headers.rows import has_figures
from transforms.read.headers.words import Meaning
from transforms.read.row_roles import PARENTHESES
from transforms.read.rows.table import is_numbers_row

_SEARCHED_ROWS = 40
_FEWEST = 2  # components beside each other that make such a header
_NAMES = "scores"
# `Số hóa hồ sơ (22 điểm)`, `(tối đa 22)`; a bare `(2)` numbers the column.
_POINTS = r"(\d{1,4}(?:[.,]\d{1,2})?)"
_MAXIMUM = re.compile(
    rf"\(\s*(?:tối đa\s*)?{_POINTS}\s*(?:điểm|đ|points?)\s*\)|\(\s*tối đa\s*{_POINTS}\s*\)", re.IGNORECASE
)

_BESIDE = {"rate", "ignored", "previous", "change", "plan"}  # of reference/qualifiers.toml

Source = tuple[int, int]


@dataclass
class Board:
    """A board in the usual form. `numbers`: row (1-based) → row of the file; `sources`: row and column → its cell."""

    grid: Grid
    numbers: dict[int, int] = field(default_factory=dict)
    sources: dict[tuple[int, str], tuple[Source, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Header:
    """The header: its row (0-based), columns of components with their headers, and those that name unit and date."""

    row: int
    components: dict[int, str]
    named: dict[str, int]


def board_of(grids: Sequence[Grid], book: HeaderBook) -> Board | None:
    """The first sheet with a header that names several components beside each other; None where there is none."""
    for grid in grids:
        header = _header(grid, book)
        if header is not None:
            return _unfolded(grid, header, book)
    return None


def _header(grid: Grid, book: HeaderBook) -> _Header | None:
    for at, row in enumerate(grid.rows[:_SEARCHED_ROWS]):
        if not has_figures(row) and sum(book.is_component(_bare(cell)) for cell in row) >= _FEWEST:
            texts = [_text(grid, at, column) for column in range(max(map(len, grid.rows)))]
            return _read(grid, at, texts, book)
    return None


def _bare(cell: str) -> str:
    return PARENTHESES.sub(" ", cell)


def _text(grid: Grid, row: int, column: int) -> str:
    """A header cell, else what stands over it where cells are merged."""
    above = (_cell(grid.rows[at], column) for at in range(row, max(row - 2, -1), -1))
    return next(filter(None, above), "")


def _cell(row: Row, column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _read(grid: Grid, at: int, texts: Sequence[str], book: HeaderBook) -> _Header:
    """Columns with figures are components, also of unknown names, but for what a header says is something else."""
    known, lexicon = book.names.get(_NAMES, {}), book.lexicon(_NAMES)
    components: dict[int, str] = {}
    named: dict[str, int] = {}
    for column, text in enumerate(texts):
        role = known.get(header_key(text)) if text else None
        if book.is_component(_bare(text)):
            components[column] = text
        elif role in ("unit", "date", "ordinal"):
            named.setdefault(role, column)
        elif any(has_figures([_cell(row, column)]) for row in grid.rows[at + 1 :]) and not (
            text and _is_beside(lexicon.read((text,)))
        ):
            components[column] = text or letters(column)
    return _Header(at, components, named)


def _is_beside(meaning: Meaning) -> bool:
    """Whether a header says that its figures are no points of a component: a rank, a rate, another period."""
    if meaning.unknown or meaning.column is not None:
        return False
    said = [{sense.value for sense in phrase.senses} for phrase in meaning.qualifiers]
    return bool(said) and any(senses & _BESIDE for senses in said)


def _unfolded(grid: Grid, header: _Header, book: HeaderBook) -> Board:
    kept = [role for role in ("unit", "date") if role in header.named]
    maxima = {at: found[1] or found[2] for at, text in header.components.items() if (found := _MAXIMUM.search(text))}
    cells = {at: (header.row, at) for at in maxima}
    roles = [*kept, "field", "points", "maximum"]
    lines: list[list[str]] = [list(row) for row in grid.rows[: header.row]]
    lines.append([_text(grid, header.row, header.named[role]) if role in kept else _label(role) for role in roles])
    board = Board(grid, {number: number for number in range(1, header.row + 2)})
    known = book.names.get(_NAMES, {})
    hidden = {number for number in grid.hidden if number <= header.row + 1}
    for at, row in enumerate(grid.rows[header.row + 1 :], header.row + 1):
        if not any(row) or is_numbers_row(row):
            continue
        first = next((cell for cell in row if cell.strip()), "")
        if known.get(header_key(first)) == "maximum":
            maxima = {column: _cell(row, column) for column in header.components}
            cells = {column: (at, column) for column in header.components}
            continue
        own = [_cell(row, header.named[role]) for role in kept]
        if not any(has_figures([_cell(row, column)]) for column in header.components):
            own = own if any(own) else [first, *own[1:]]
            _add(board, lines, own, at)
            hidden.update({len(lines)} if at + 1 in grid.hidden else ())
            continue
        for column, text in header.components.items():
            name = PARENTHESES.sub(" ", text).strip()
            _add(board, lines, [*own, name, _cell(row, column), maxima.get(column, "")], at)
            board.sources[len(lines), "field"] = ((header.row, column),)
            board.sources[len(lines), "points"] = ((at, column),)
            if column in cells:
                board.sources[len(lines), "maximum"] = (cells[column],)
            for role in kept:
                board.sources[len(lines), role] = ((at, header.named[role]),)
            hidden.update({len(lines)} if at + 1 in grid.hidden else ())
    board.grid = replace(grid, rows=lines, hidden=frozenset(hidden), indents={})
    return board


def _label(role: str) -> str:
    return label(role, contract=_NAMES)


def _add(board: Board, lines: list[list[str]], texts: list[str], row: int) -> None:
    lines.append(texts)
    board.numbers[len(lines)] = row + 1
