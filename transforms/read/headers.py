"""Finds the header of a table by the synonyms of reference/headers.toml. Reads no number."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process

from transforms.dictionary.contracts import Contract
from transforms.dictionary.labels import label
from transforms.dictionary.text import Text, ascii_key, fold, tidy
from transforms.read.agreed import NOTHING_AGREED, Agreed
from transforms.read.day_sheets import of_day
from transforms.read.grid import Grid, Origin, Row
from transforms.read.refusal import refuse
from transforms.read.row_roles import PARENTHESES, RoleBook

SEARCHED_ROWS = 40  # a header further down is not searched
MAX_LEVELS = 3
MIN_RECOGNISED = 2
MAX_HINTS = 6

FIGURE = re.compile(r"\s*[-+]?\d[\d., ]*%?\s*")


@dataclass(frozen=True)
class HeaderBook:
    """Known header names per contract (`names[contract][key]` = column), and what rows are by their names."""

    names: Mapping[str, Mapping[str, str]]
    roles: RoleBook

    @classmethod
    def from_toml(cls, text: str, rows: str, fields: Iterable[str] = ()) -> "HeaderBook":
        """From the texts of reference/headers.toml and rows.toml; `fields`: names that are never taken for a role.

        Raises ValueError where one name stands for two columns, or one word for two roles.
        """
        document = tomllib.loads(text)
        totals = document.pop("totals", [])  # where they stood before there was rows.toml
        roles = RoleBook.from_toml(rows, fields, totals)
        names: dict[str, dict[str, str]] = {}
        for contract, columns in document.items():
            known = names.setdefault(contract, {})
            for column, synonyms in columns.items():
                for synonym in _spelled_out(synonyms):
                    key = header_key(synonym)
                    if known.setdefault(key, column) != column:
                        raise ValueError(f"headers.toml: “{synonym}” names both {known[key]} and {column}")
        return cls(names, roles)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: header rows (1-based, inclusive), column index and header text per column.

    `unread`: the header texts of the columns that are left where they are; `doubtful`: a header that stands over
    several columns which do not say the same; `questions`: what a person has to answer before the file can count.
    """

    sheet: str
    origin: Origin
    first_row: int
    last_row: int
    columns: Mapping[str, int]
    names: Mapping[str, str]
    unread: tuple[str, ...] = ()
    doubtful: str = ""
    questions: tuple[Text, ...] = ()


@lru_cache(4096)  # the same few headers stand in every file
def header_key(text: str) -> str:
    """What of a header counts: its letters, without diacritics, case or anything in parentheses."""
    return ascii_key(PARENTHESES.sub(" ", text)) or ascii_key(text)


def find_layout(
    grids: Sequence[Grid], contract: Contract, book: HeaderBook, agreed: Agreed = NOTHING_AGREED
) -> tuple[Grid, Layout]:
    """The grid and layout that recognise most columns; of equals the fewest levels, then the first.

    `agreed`: what is known of the file, the only sheet to read among it. Raises UnreadableError, with the nearest known
    names, when no row holds all required columns, and when several sheets do.
    """
    if agreed.sheet is not None:
        grids = _named(grids, agreed.sheet)
    if contract.by_case and all(not grid.rows for grid in grids):
        return grids[0], Layout(grids[0].sheet, grids[0].origin, 0, 0, {}, {})  # an empty list: no cases
    known = book.names.get(contract.name, {})
    best: dict[int, tuple[Grid, Layout]] = {}
    nearest: tuple[Grid, Layout] | None = None
    for number, grid, layout in _candidates(grids, known):
        found = layout.columns.keys()
        if nearest is None or len(found) > len(nearest[1].columns):
            nearest = (grid, layout)
        if found >= set(contract.required) and (number not in best or _rank(layout) > _rank(best[number][1])):
            best[number] = (grid, layout)
    if not best:
        raise _no_header(contract, known, nearest)
    grid, layout = _only(of_day(list(best.values()), agreed.business_date))
    if layout.doubtful:
        raise refuse(
            f"tiêu đề “{layout.doubtful}” có ở nhiều cột với số liệu khác nhau",
            f"the header “{layout.doubtful}” stands over several columns that differ",
            row=layout.last_row,
        )
    return grid, layout


def _rank(layout: Layout) -> tuple[bool, int]:
    return not layout.doubtful, len(layout.columns)


def _named(grids: Sequence[Grid], sheet: str) -> Sequence[Grid]:
    found = [grid for grid in grids if fold(grid.sheet) == fold(sheet)]
    if not found:
        names = ", ".join(f"“{grid.sheet}”" for grid in grids)
        raise refuse(f"không có trang tính “{sheet}”; có: {names}", f"no sheet “{sheet}”; there are: {names}")
    return found


def _only(found: list[tuple[Grid, Layout]]) -> tuple[Grid, Layout]:
    """The one table. The readings of one text by different separators are one table: the fullest is right."""
    if found[0][0].origin.format == "csv":
        return max(found, key=lambda pair: len(pair[1].columns))
    filled = [pair for pair in found if any(any(row) for row in pair[0].rows[pair[1].last_row :])] or found[:1]
    if any(pair[0].rows != filled[0][0].rows for pair in filled[1:]):
        names = ", ".join(f"“{grid.sheet}”" for grid, _ in filled)
        raise refuse(
            f"có {len(filled)} bảng cùng loại trong tệp ({names}): chỉ giữ một, hoặc đặt sheet trong tyle.toml",
            f"the file holds {len(filled)} such tables ({names}): keep one, or set sheet in tyle.toml",
        )
    return filled[0]


def _spelled_out(synonyms: Sequence[str | Mapping[str, Sequence[str]]]) -> Iterator[str]:
    """Names as they stand, and for `{under, names}` each lower name under each upper one."""
    for synonym in synonyms:
        if isinstance(synonym, str):
            yield synonym
        else:
            yield from (f"{upper} {lower}" for upper in synonym["under"] for lower in synonym["names"])


def _candidates(grids: Sequence[Grid], known: Mapping[str, str]) -> Iterator[tuple[int, Grid, Layout]]:
    for levels in range(1, MAX_LEVELS + 1):
        for number, grid in enumerate(grids):
            for first in range(min(SEARCHED_ROWS, len(grid.rows))):
                rows = grid.rows[first : first + levels]
                if len(rows) < levels or any(_has_figures(row) for row in rows):
                    continue
                if layout := _match(grid, first, rows, known):
                    yield number, grid, layout


def _has_figures(row: Row) -> bool:
    """Whether a cell is a bare number: such a row is one of data (or numbers the columns), not of headers."""
    return any(FIGURE.fullmatch(cell) for cell in row)


def _match(grid: Grid, first: int, rows: Sequence[Row], known: Mapping[str, str]) -> Layout | None:
    columns: dict[str, int] = {}
    names: dict[str, str] = {}
    whole: set[str] = set()  # columns recognised by the whole path beat those recognised by the lowest level
    unread: list[str] = []
    doubtful = ""
    for index, path in enumerate(_paths(rows)):
        by_path = known.get(header_key(" ".join(path))) or known.get(header_key(" ".join(_ends(path))))
        column = by_path or (known.get(header_key(path[-1])) if path else None)
        if column is None:
            unread += [" / ".join(path)] if path else []
            continue
        if column in columns and (column in whole or not by_path):
            if not _same_cells(grid, first + len(rows), columns[column], index):
                doubtful = doubtful or " / ".join(path)
            continue
        columns[column], names[column] = index, " / ".join(path)
        if by_path:
            whole.add(column)
    if not columns:
        return None
    last = first + len(rows)
    return Layout(grid.sheet, grid.origin, first + 1, last, columns, names, tuple(dict.fromkeys(unread)), doubtful)


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


def _ends(path: list[str]) -> list[str]:
    """The uppermost and the lowest level: what stands between (`Trong kỳ`) seldom distinguishes columns."""
    return [path[0], path[-1]] if len(path) > 2 else path


def _same_cells(grid: Grid, start: int, left: int, right: int) -> bool:
    """Whether two columns under one (merged) header say the same in every row."""
    return all(row[left] == row[right] for row in grid.rows[start:] if max(left, right) < len(row))


def _no_header(contract: Contract, known: Mapping[str, str], nearest: tuple[Grid, Layout] | None) -> Exception:
    """What is missing, and which unknown headers may have been meant.

    A single recognised cell makes no header: the row may be data, whose cells must not be shown.
    """
    recognised = nearest[1].columns if nearest and len(nearest[1].columns) >= MIN_RECOGNISED else {}
    missing = [column for column in contract.required if column not in recognised]
    vi, en = ", ".join(f"“{label(column)}”" for column in missing), ", ".join(missing)
    if nearest is None or not recognised:
        return refuse(f"không tìm thấy dòng tiêu đề (cần các cột: {vi})", f"no header row found (needs: {en})")
    grid, layout = nearest
    unknown = [cell for cell in grid.rows[layout.last_row - 1] if cell and header_key(cell) not in known][:MAX_HINTS]
    nearest_names = {cell: process.extractOne(header_key(cell), known.keys(), score_cutoff=60) for cell in unknown}
    hints = {cell: known[found[0]] if found else "" for cell, found in nearest_names.items()}
    seen_vi = ", ".join(
        f"“{tidy(cell)}”" + (f" ≈ “{label(column)}”" if column else "") for cell, column in hints.items()
    )
    seen_en = ", ".join(f"“{tidy(cell)}”" + (f" ≈ {column}" if column else "") for cell, column in hints.items())
    return refuse(
        f"thiếu cột {vi}" + (f"; tiêu đề chưa biết: {seen_vi}" if hints else ""),
        f"missing columns {en}" + (f"; unknown headers: {seen_en}" if hints else ""),
        row=layout.last_row,
    )
