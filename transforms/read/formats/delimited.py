"""Delimited text by Python's csv. Looks for no header, and lets the header decide which separator is right."""

import csv
import io

from transforms.read.grid import MAX_CELLS, MAX_ROWS, Grid, Origin, make_grid, too_large
from transforms.read.refusal import UnreadableError, refuse

SEPARATORS = ";,\t|"


def read_csv(text: str, encoding: str) -> list[Grid]:
    """The text split at each separator it contains, the most frequent first.

    A first line `sep=;`, as Excel reads it, names the separator. Raises UnreadableError with the row where a
    quoted text does not end as it should.
    """
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
    return found


def _grid(text: str, separator: str, encoding: str) -> Grid:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            # A quoted line break makes one record of several lines: keep the numbers of the file's lines.
            rows.extend([] for _ in range(reader.line_num - len(rows) - 1))
            rows.append(row)
    except csv.Error as error:
        raise refuse(
            "dòng CSV hỏng (dấu ngoặc kép không khép hoặc ô quá dài)",
            "a damaged CSV line (a quote that is not closed, or a cell too long)",
            row=len(rows) + 1,
        ) from error
    return make_grid("", rows, Origin("csv", encoding, separator))
