"""Which cell heads which column: the synonyms of reference/headers.toml laid over a grid. Reads no number."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from transforms.contracts import Contract
from transforms.read.grid import Grid, Row
from transforms.read.refusal import refuse
from transforms.text import ascii_key, fold, tidy

SEARCHED_ROWS = 40  # a header further down is not looked for
MAX_LEVELS = 3

_PARENTHESES = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class HeaderBook:
    """Known header names per contract (`names[contract][key]` = column) and the names of totals rows, folded."""

    names: Mapping[str, Mapping[str, str]]
    totals: frozenset[str]

    @classmethod
    def from_toml(cls, text: str) -> "HeaderBook":
        """From the text of reference/headers.toml. Raises ValueError where one name stands for two columns."""
        document = tomllib.loads(text)
        totals = frozenset(fold(name) for name in document.pop("totals", []))
        names: dict[str, dict[str, str]] = {}
        for contract, columns in document.items():
            known = names.setdefault(contract, {})
            for column, synonyms in columns.items():
                for synonym in synonyms:
                    key = header_key(synonym)
                    if known.setdefault(key, column) != column:
                        raise ValueError(f"headers.toml: “{synonym}” names both {known[key]} and {column}")
        return cls(names, totals)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: header rows (1-based, inclusive), column index and header text per column."""

    sheet: str
    first_row: int
    last_row: int
    columns: Mapping[str, int]
    names: Mapping[str, str]


def header_key(text: str) -> str:
    """What of a header counts: its letters, without diacritics, case or anything in parentheses."""
    return ascii_key(_PARENTHESES.sub(" ", text)) or ascii_key(text)


def find_layout(grids: Sequence[Grid], contract: Contract, book: HeaderBook) -> tuple[Grid, Layout]:
    """The grid and layout that recognise most columns; of equals the fewest levels, then the first.

    Raises UnreadableError, with the nearest known names, when no row holds all required columns.
    """
    known = book.names.get(contract.name, {})
    best: tuple[Grid, Layout] | None = None
    nearest: Layout | None = None
    for grid, layout in _candidates(grids, known):
        found = layout.columns.keys()
        if best is None and (nearest is None or len(found) > len(nearest.columns)):
            nearest = layout
        if found >= set(contract.required) and (best is None or len(found) > len(best[1].columns)):
            best = (grid, layout)
    if best is None:
        raise _no_header(grids, contract, known, nearest)
    return best


def _candidates(grids: Sequence[Grid], known: Mapping[str, str]) -> Iterator[tuple[Grid, Layout]]:
    for levels in range(1, MAX_LEVELS + 1):
        for grid in grids:
            for first in range(min(SEARCHED_ROWS, len(grid.rows))):
                rows = grid.rows[first : first + levels]
                if len(rows) == levels and (layout := _match(grid, first, rows, known)):
                    yield grid, layout


def _match(grid: Grid, first: int, rows: Sequence[Row], known: Mapping[str, str]) -> Layout | None:
    columns: dict[str, int] = {}
    names: dict[str, str] = {}
    whole: set[str] = set()  # columns recognised by the whole path beat those recognised by the lowest level
    for index, path in enumerate(_paths(rows)):
        by_path = known.get(header_key(" ".join(path)))
        column = by_path or (known.get(header_key(path[-1])) if path else None)
        if column is None:
            continue
        if column in columns and (column in whole or not by_path):
            if not _same_cells(grid, first + len(rows), columns[column], index):
                return None
            continue
        columns[column], names[column] = index, " / ".join(path)
        if by_path:
            whole.add(column)
    if not columns:
        return None
    return Layout(grid.sheet, first + 1, first + len(rows), columns, names)


def _paths(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Per column the header texts from top to bottom; a blank upper cell continues the one to its left."""
    width = max((len(row) for row in rows), default=0)
    above = [""] * len(rows)
    for index in range(width):
        path: list[str] = []
        for level, row in enumerate(rows):
            text = tidy(row[index]) if index < len(row) else ""
            lowest = level == len(rows) - 1
            below = not lowest and any(index < len(r) and r[index] for r in rows[level + 1 :])
            if not text and not lowest and below:
                text = above[level]
            above[level] = text
            if text and (not path or path[-1] != text):
                path.append(text)
        yield path


def _same_cells(grid: Grid, start: int, left: int, right: int) -> bool:
    """Whether two columns under one (merged) header say the same in every row."""
    return all(row[left] == row[right] for row in grid.rows[start:] if max(left, right) < len(row))


def _no_header(
    grids: Sequence[Grid], contract: Contract, known: Mapping[str, str], nearest: Layout | None
) -> Exception:
    found = set(nearest.columns) if nearest else set()
    missing = ", ".join(column for column in contract.required if column not in found)
    if nearest is None:
        return refuse(
            f"không tìm thấy dòng tiêu đề (cần các cột: {missing})", f"no header row found (needs: {missing})"
        )
    row = next(grid for grid in grids if grid.sheet == nearest.sheet).rows[nearest.last_row - 1]
    hints = []
    for cell in row:
        if cell and header_key(cell) not in known:
            guess = process.extractOne(header_key(cell), known.keys(), score_cutoff=60)
            hints.append(f"“{tidy(cell)}”" + (f" ≈ {known[guess[0]]}" if guess else ""))
    seen = ", ".join(hints[:6])
    return refuse(
        f"thiếu cột {missing}" + (f"; tiêu đề chưa biết: {seen}" if seen else ""),
        f"missing columns {missing}" + (f"; unknown headers: {seen}" if seen else ""),
        row=nearest.last_row,
    )
