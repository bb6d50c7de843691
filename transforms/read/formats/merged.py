"""What the other cells of a merged area say. Knows no format and no header."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from transforms.read.grid import MAX_CELLS, too_large

_Value = TypeVar("_Value")
_FIGURE = re.compile(r"\s*[-−+(]?\d[\d.,\s]*%?\)?\s*")


def covered(value: _Value) -> _Value | str:
    """The value of a cell that a merged area covers: its text again, but a figure only once.

    A label over three rows belongs to each of them. A count over three rows was counted once, and repeating it
    would count it three times.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return ""
    return "" if isinstance(value, str) and _FIGURE.fullmatch(value) else value


def fill_merged(rows: list[list[object]], areas: Iterable[tuple[int, int, int, int]]) -> None:
    """Write into each area (top, left, bottom, right; 0-based, inclusive) what its first cell says, within the rows.

    Raises UnreadableError where areas lie over one another until they are larger than any sheet.
    """
    width = max(map(len, rows), default=0)
    left_over = MAX_CELLS
    for top, left, bottom, right in areas:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        end = min(right, width - 1) + 1
        again = covered(value)
        for row in rows[top : bottom + 1]:
            left_over -= end - left
            if left_over < 0:
                raise too_large(row=top + 1)
            row.extend("" for _ in range(end - len(row)))
            row[left:end] = [again] * (end - left)
        rows[top][left] = value
