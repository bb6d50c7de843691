"""What a person should say of the columns whose headers nobody knows. Chooses no column."""

from collections.abc import Iterator, Sequence

import polars as pl

from transforms.dictionary.contracts import Contract
from transforms.dictionary.text import Text
from transforms.read import normalise
from transforms.read.addresses import cell_name
from transforms.read.grid import Grid, Row
from transforms.read.headers.columns import Candidate, Columns
from transforms.read.headers.rows import FIGURE
from transforms.read.refusal import quoted, refuse


def questions(grid: Grid, first: int, start: int, columns: Columns, contract: Contract) -> tuple[Text, ...]:
    """What a person has to answer before the file can count. The header: rows from `first` to before `start` (0-based).

    An unknown header over figures is a question where it names a count that is required: another block may be the right
    one; and so are figures under no header at all. Any other unknown header is passed over: while (1) + (2) = (3) holds
    on each row, its figures are no part of the total. Raises UnreadableError where they are what (1) and (2) lack of
    (3), and where a column repeats the names of the fields: a second table beside the first.
    """
    body = grid.rows[start:]
    if contract.by_case or not body:
        return ()
    found = [each for each in columns.unknown if any(_is_figure(row, each.index) for row in body)]
    for each in found:
        if _completes_total(each.index, columns, body):
            place = cell_name(start - 1, each.index)
            raise refuse(
                f"ô {place}: tiêu đề chưa biết, mà số liệu là phần còn thiếu để (1) + (2) bằng (3); thêm tiêu đề vào "
                "reference/headers.toml",
                f"cell {place}: the header is not known, and its figures are what (1) + (2) lack of (3); add it to "
                "reference/headers.toml",
                row=start,
                column=each.name,
            )
    _refuse_beside(grid, start, columns)
    required = {column for column in contract.required if column in contract.counts} - {"total"}  # `Tổng đài`
    asked = [_of_unknown(start, each) for each in found if each.meaning.named & required]
    return (*asked, *_unheaded(grid, first, start, columns, contract))


def _of_unknown(start: int, each: Candidate) -> Text:
    words = ", ".join(quoted(word) for word in each.meaning.unknown)
    place = cell_name(start - 1, each.index)
    return Text(
        f"ô {place} {quoted(each.name)}: chưa hiểu {words}, có phải cột không cần lấy?",
        f"cell {place} {quoted(each.name)}: {words} is not known; is it a column that is not wanted?",
    )


def _is_figure(row: Row, index: int) -> bool:
    return index < len(row) and FIGURE.fullmatch(row[index]) is not None


def _completes_total(index: int, columns: Columns, body: Sequence[Row]) -> bool:
    places = [columns.chosen[name].index for name in ("online", "in_person", "total") if name in columns.chosen]
    if len(places) < 3:
        return False
    rows = [row for row in body if all(_is_figure(row, at) for at in (index, *places))]
    cells = {name: [row[at] for row in rows] for name, at in zip("abtx", (*places, index), strict=True)}
    counts = pl.DataFrame(cells, schema=dict.fromkeys("abtx", pl.String)).select(
        normalise.count(pl.col(name)).alias(name) for name in "abtx"
    )
    lacking = counts.filter(pl.col("a") + pl.col("b") != pl.col("t"))
    return lacking.height > 0 and lacking.select((pl.sum_horizontal("a", "b", "x") == pl.col("t")).all()).item()


def _unheaded(grid: Grid, first: int, start: int, columns: Columns, contract: Contract) -> Iterator[Text]:
    """Columns of figures without any header, except the rows' numbers left of all counts."""
    headed = {index for row in grid.rows[first:start] for index, cell in enumerate(row) if cell}
    leftmost = min(columns.chosen[column].index for column in contract.counts if column in columns.chosen)
    for index in range(max(headed)):
        if index in headed:
            continue
        cells = [(at, row[index]) for at, row in enumerate(grid.rows[start:], start) if _is_figure(row, index)]
        if cells and not (index < leftmost and _is_numbering([text for _, text in cells])):
            place = cell_name(cells[0][0], index)
            yield Text(
                f"số liệu từ ô {place} không có tiêu đề, có phải không cần lấy?",
                f"the figures from cell {place} on have no header; are they not wanted?",
            )


def _is_numbering(texts: Sequence[str]) -> bool:
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) == len(texts) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _refuse_beside(grid: Grid, start: int, columns: Columns) -> None:
    """A second table beside the first repeats the names of its fields."""
    if "field" not in columns.chosen:
        return
    name = columns.chosen["field"]
    for index in range(name.index + 1, max(map(len, grid.rows[start:]))):
        if index in {found.index for found in columns.chosen.values()} or not _repeats(
            grid.rows[start:], name.index, index
        ):
            continue
        header = [row[index] for row in grid.rows[:start] if index < len(row) and row[index]]
        if header and header[-1] not in name.path:
            raise refuse(
                f"có bảng thứ hai bên cạnh (từ ô {cell_name(start - 1, index)}): mỗi tệp chỉ một bảng",
                f"a second table stands beside the first (from cell {cell_name(start - 1, index)}): one table a file",
                row=start,
                column=header[-1],
            )


def _repeats(body: Sequence[Row], left: int, right: int) -> bool:
    pairs = [(row[left], row[right]) for row in body if right < len(row) and row[right]]
    return len(pairs) > 1 and all(one == other and not FIGURE.fullmatch(one) for one, other in pairs)
