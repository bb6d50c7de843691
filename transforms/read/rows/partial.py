"""Refuses a table that says itself that it holds less, or more, than the figures of its unit: pages, withdrawn rows."""

import re
from collections.abc import Iterator

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import flat
from transforms.read.grid import Grid, Row
from transforms.read.headers.rows import FIGURE
from transforms.read.headers.search import Layout
from transforms.read.refusal import refuse
from transforms.read.row_states import RowStates

_MAX_LINES = 60  # below the table
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+|\d{1,9})"
# `Hiển thị 1 đến 10 của 25 bản ghi`, `Showing 1 to 10 of 25 entries`.
_SHOWN = re.compile(
    r"(?:hien thi|dang xem|showing|displaying|xem|records?|rows|items|ban ghi|dong)\s*:?\s*(?:tu\s*)?"
    rf"{_NUMBER}\s*(?:-|–|den|to)\s*{_NUMBER}"
    rf"\s*(?:/|of|cua|trong|tren)\s*(?:so\s*|tong\s*(?:so\s*)?|total\s*)?{_NUMBER}"
)
# `(25 rows affected)`, `25 rows selected.`, `Tổng số bản ghi: 25`, `Total records: 25`.
_STATED = re.compile(
    rf"\(?{_NUMBER} (?:rows?|records?) (?:affected|selected|returned|fetched|exported)\)?\.?"
    r"|(?:tong so|tong|so|total|number of) (?:ban ghi|dong|dong du lieu|records|rows|items|entries)\s*[:=]\s*"
    rf"{_NUMBER}"
)


_NAMED_AS_SUM = re.compile(r"(?:tong|cong|toan|grand|total|sub)\b")


def refuse_partial(grid: Grid, layout: Layout, contract: Contract, states: RowStates) -> None:
    """Raise UnreadableError where a line says that rows are missing, or a column that a row does not count."""
    for number, line in _lines(grid, layout):
        whole = _stated(line)
        if whole is None:
            continue
        figures = sum(1 for row in grid.rows[layout.last_row :] if _has_count(row, layout, contract))
        if whole > figures:
            raise refuse(
                f"dòng này ghi {whole} dòng số liệu, trong tệp có {figures}: hãy xuất tất cả các trang vào một tệp",
                f"this line says {whole} rows, the file holds {figures}: export all pages into one file",
                number,
                value=line,
            )
    if not contract.by_case and any(map(states.says, layout.unread)):
        _refuse_marked(grid, layout, contract, states)


def _refuse_marked(grid: Grid, layout: Layout, contract: Contract, states: RowStates) -> None:
    names = list(enumerate(grid.rows[layout.last_row - 1]))
    columns = [(at, name) for at, name in names if at not in layout.columns.values() and states.says(name)]
    field = layout.columns[contract.required[0]]
    for number, cells in enumerate(grid.rows[layout.last_row :], start=layout.last_row + 1):
        if field < len(cells) and _NAMED_AS_SUM.match(flat(cells[field])):
            continue
        for at, name in columns:
            if at < len(cells) and states.takes_back(name, cells[at]):
                raise refuse(
                    "theo cột này, dòng không được tính (đã xóa, đã hủy, hoặc là tổng): hãy bỏ dòng hoặc bỏ cột",
                    "by this column the row does not count (deleted, cancelled, a sum): remove the row, or the column",
                    number,
                    name,
                    cells[at],
                )


def _stated(line: str) -> int | None:
    """How many rows a line says there are."""
    text = flat(line)
    if found := _SHOWN.search(text):
        return int(re.sub(r"\D", "", found[3]))
    if found := _STATED.search(text):
        return int(re.sub(r"\D", "", found[1] or found[2]))
    return None


def _lines(grid: Grid, layout: Layout) -> Iterator[tuple[int, str]]:
    """Row and text of what stands around the table."""
    for line in grid.above:
        yield 1, line
    for number, row in enumerate(grid.rows[: max(layout.first_row - 1, 0)], start=1):
        yield number, _text(row)
    end = len(grid.rows)
    for number in range(end, max(layout.last_row, end - _MAX_LINES), -1):
        yield number, _text(grid.rows[number - 1])
    for line in grid.below:
        yield end, line


def _text(row: Row) -> str:
    return " ".join(dict.fromkeys(cell for cell in row if cell)) if sum(map(bool, row)) < 4 else ""


def _has_count(row: Row, layout: Layout, contract: Contract) -> bool:
    places = (layout.columns[column] for column in contract.counts if column in layout.columns)
    return contract.by_case or any(place < len(row) and FIGURE.fullmatch(row[place]) for place in places)
