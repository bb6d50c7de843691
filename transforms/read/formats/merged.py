"""What the other cells of a merged area say. Knows no format and no header."""

import re
from decimal import Decimal
from typing import TypeVar

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
