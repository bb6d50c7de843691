"""Delimited text by Python's csv. Looks for no header, and lets the header decide which separator is right."""

import csv
import io
import re
from collections.abc import Sequence

from transforms.read.grid import MAX_CELLS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, refuse

SEPARATORS = ";,\t|"
_AS_TEXT = re.compile(r'="([^"]*)"')  # a formula that keeps Excel from changing `007`: it shows what is quoted


def read_csv(text: str, encoding: str) -> list[Grid]:
    """The text split at each separator it contains, the most frequent first.

    A first line `sep=;`, as Excel reads it, names the separator. Raises UnreadableError with the row where a
    quoted text does not end as it should, or where every line is one quoted cell.
    """
    text = text.removesuffix("\x1a")  # the end of a file of DOS
    if text.count("\n") + text.count("\r") > 2 * MAX_ROWS:
        raise too_large()
    separators = sorted((s for s in SEPARATORS if s in text), key=text.count, reverse=True)
    first = text[:10].partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep="):
        separators = [separator for separator in SEPARATORS if first[4:] == separator.strip()] or ["\t"]
        text = text[text.index("\n") if "\n" in text else 0 :]
    if not separators:
        raise refuse("không phải bảng: không tìm thấy dấu phân cách cột", "not a table: no column separator was found")
    found: list[Grid] = []
    problem: UnreadableError | None = None
    left = MAX_CELLS
    for separator in separators:
        left -= text.count(separator)
        if left < 0:
            problem = problem or too_large()
            break
        try:
            found.append(_grid(text, separator, encoding))
        except UnreadableError as error:
            problem = problem or error
    if not found:
        raise problem or too_large()
    if all(_is_one_cell_a_line(grid.rows) for grid in found):
        raise refuse(
            "mỗi dòng nằm trọn trong một ô có ngoặc kép, chưa tách cột: mở bằng Excel, chọn Dữ liệu, Text to Columns "
            "(Chia văn bản thành cột), lưu lại dạng CSV UTF-8",
            "each line is one quoted cell, not split into columns: open it in Excel, use Data, Text to Columns, "
            "save it as CSV UTF-8",
            row=next(number for number, row in enumerate(found[0].rows, start=1) if any(row)),
        )
    return found


def _is_one_cell_a_line(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each line has nothing but one cell, and that cell has separators of its own."""
    filled = [[cell for cell in row if cell] for row in rows if any(row)]
    return len(filled) > 1 and all(len(row) == 1 and any(mark in row[0] for mark in SEPARATORS) for row in filled)


def _shown(cell: str) -> str:
    formula = _AS_TEXT.fullmatch(cell)
    return formula[1] if formula else cell


def _grid(text: str, separator: str, encoding: str) -> Grid:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            # A quoted line break makes one record of several lines: keep the numbers of the file's lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1))
            rows.append([_shown(cell) for cell in row] if any(cell.startswith("=") for cell in row) else row)
    except csv.Error as error:
        raise refuse(
            "dòng CSV hỏng (dấu ngoặc kép không khép hoặc ô quá dài)",
            "a damaged CSV line (a quote that is not closed, or a cell too long)",
            row=len(rows) + 1,
        ) from error
    return make_grid("", rows, Origin("csv", encoding, separator))
