"""Which rows of a sheet are its header, and the texts over each column. Knows no meaning of a column."""

import re
from collections.abc import Iterator, Sequence

from transforms.dictionary.text import tidy
from transforms.read.grid import Grid, Row
from transforms.read.headers.words import Lexicon

MAX_ABOVE = 4  # rows above or below that may still be levels of a header

FIGURE = re.compile(r"\s*[-+]?\d[\d.,\s]*%?\s*")
_LABELS = ("unit", "date")
_RECORDS = ("json", "ndjson", "xml")  # their keys are one row
_NO_LETTER = re.compile(r"[\W\d_]*|[A-Z]")

Path = tuple[str, ...]


def has_figures(row: Row) -> bool:
    """Whether a cell is a bare number: such a row is one of data (or numbers the columns), not of headers."""
    return any(FIGURE.fullmatch(cell) for cell in row)


def region(grid: Grid, first: int, last: int, lexicon: Lexicon, counts: Sequence[str]) -> tuple[int, int]:
    """The header of which the rows from `first` to `last` (0-based, inclusive) are a part.

    A row above is a level of it that says something of some of its columns; one over all of them is a title. A row
    below is one where it has words under `counts` (`(quá hạn)`, `Online`), no figure, and no name at its left.
    """
    if grid.origin.format in _RECORDS:
        return first, last
    core = grid.rows[first : last + 1]
    while first > 0 and last - first < MAX_ABOVE and _is_level_above(grid.rows[first - 1], grid.rows[first], lexicon):
        first -= 1
    limit = min(len(grid.rows), last + 1 + MAX_ABOVE)
    while last + 1 < limit and _is_level_below(grid.rows[last + 1], core, lexicon, counts):
        last += 1
    return first, last


def paths(rows: Sequence[Row]) -> Iterator[Path]:
    """Per column the header texts from top to bottom; a blank upper cell continues the one to its left."""
    width = max((len(row) for row in rows), default=0)
    above = [""] * len(rows)
    for index in range(width):
        path: list[str] = []
        for level, row in enumerate(rows):
            text = _cell(row, index)
            lowest = level == len(rows) - 1
            below = not lowest and any(index < len(r) and r[index] for r in rows[level + 1 :])
            if not text and not lowest and below:
                text = above[level]
            above[level] = text
            if text and (not path or path[-1] != text):
                path.append(text)
        yield tuple(path)


def _cell(row: Row, index: int) -> str:
    return tidy(row[index]) if index < len(row) else ""


def _is_level_above(row: Row, header: Row, lexicon: Lexicon) -> bool:
    cells = [_cell(row, index) for index in range(max(len(row), len(header)))]
    texts = list(dict.fromkeys(filter(None, cells)))
    if not texts or has_figures(row) or any(":" in text for text in texts):
        return False
    names = [_cell(header, index) for index in range(len(cells))]
    if len(texts) > 1 and any(cell and cell == name for cell, name in zip(cells, names, strict=True)):
        return True  # merged downwards
    headed = [index for index, name in enumerate(names) if name]
    if len(texts) == 1 and (cells[min(headed, default=0)] or all(cells[index] for index in headed)):
        return False  # a title
    meanings = [lexicon.read((text,)) for text in texts]
    if any(meaning.column in _LABELS for meaning in meanings):
        return False  # a label and its value
    if not any(meaning.unknown for meaning in meanings):
        return any(meaning.qualifiers or meaning.named for meaning in meanings)
    return len(texts) == 1 and _covers_counts(cells, names, lexicon)


def _covers_counts(cells: Sequence[str], names: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a merged text stands over the three counts of a summary: no title of the whole sheet does."""
    covered = {lexicon.read((name,)).column for cell, name in zip(cells, names, strict=True) if cell and name}
    return {"online", "in_person", "total"} <= covered


def _is_level_below(row: Row, core: Sequence[Row], lexicon: Lexicon, counts: Sequence[str]) -> bool:
    if has_figures(row) or not any(row):
        return False
    words = repeats = False
    for index, path in enumerate(paths(core)):
        cell = _cell(row, index)
        if not path or not cell or _NO_LETTER.fullmatch(cell.strip("() ")):
            continue
        column = lexicon.read(path).column
        if cell in path:
            repeats = True
        elif column in counts:
            words = True  # under a count stands no name
        elif column is None:
            words = words or lexicon.read((cell,)).column in counts
        elif lexicon.read((cell,)).column != column:
            return False  # the name of a field or of a group
    return words and (repeats or len({cell for cell in row if cell}) > 1 or not _cell(row, 0))
