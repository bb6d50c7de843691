"""Counts and rates as text in each number style. Knows no layout and no file format."""

from decimal import Decimal

from demo.writers.numbers import english, vietnamese
from tests.writers.way import Way

_SPACES = {"spaces": " ", "no_break_spaces": "\u00a0"}


def count_text(count: int, way: Way) -> str:
    """`1489`, `1.489`, `1,489` or `1 489`; a dash for 0 where the unit writes one."""
    if count == 0 and way.dashes:
        return "-"
    match way.numbers:
        case "plain":
            return str(count)
        case "vietnamese":
            return vietnamese(count, True)
        case "english":
            return english(count, True)
        case spaced:
            return f"{count:,d}".replace(",", _SPACES[spaced])


def rate_text(rate: Decimal, way: Way) -> str:
    """`67.48`, `67,48` or `67.48%`."""
    match way.numbers:
        case "plain":
            return str(rate)
        case "english":
            return english(rate, True)
        case _:
            return vietnamese(rate, True)
