"""Cells as text, the Vietnamese and the English way. Knows no layout and no file format."""

from collections.abc import Callable
from decimal import Decimal

from demo.writers.layout import Cell, Ordinal

_WHOLE = Decimal(100)

CellText = Callable[[Cell, bool], str]


def vietnamese(cell: Cell, grouped: bool) -> str:
    """`1.489` and `67,48`; a rate of exactly 100 is printed bare."""
    match cell:
        case int():
            return _count(cell, grouped).replace(",", ".")
        case Decimal():
            return "100" if cell == _WHOLE else str(cell).replace(".", ",")
        case _:
            return cell or ""


def english(cell: Cell, grouped: bool) -> str:
    """`1,489` and `67.48%`, as systems print that do not know Vietnamese numbers."""
    match cell:
        case int():
            return _count(cell, grouped)
        case Decimal():
            return f"{cell}%"
        case _:
            return cell or ""


def _count(cell: int, grouped: bool) -> str:
    return f"{cell:,d}" if grouped and not isinstance(cell, Ordinal) else f"{cell:d}"
