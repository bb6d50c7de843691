"""A table of counts and its printed lines: groups, totals, rates. Knows no format and no layout."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from demo.writers.content import rate_of
from tests.writers.way import Way

TOTALS = "Tổng cộng"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Entry:
    """A field's counts (cases); the total is their sum."""

    field: str
    online: int
    in_person: int

    @property
    def total(self) -> int:
        return self.online + self.in_person


Table = tuple[tuple[Entry, ...], ...]  # groups of entries; a table without groups is one group


@dataclass(frozen=True)
class Line:
    """One printed row; a heading without figures has None throughout."""

    ordinal: int | str | None
    label: str
    online: int | None = None
    in_person: int | None = None
    total: int | None = None
    rate: Decimal | None = None


def entries(table: Table) -> list[Entry]:
    """All fields in their order."""
    return [entry for group in table for entry in group]


def lines(table: Table, way: Way) -> list[Line]:
    """The rows as printed, from the first under the header to the last above the footer."""
    printed: list[Line] = []
    ordinal = 0
    for number, group in enumerate(table):
        if way.groups != "none":
            printed.append(_heading(number, group, way))
            ordinal = 0
        for entry in group:
            ordinal += 1
            printed.append(_line(ordinal if way.ordinals else None, way.spell(entry.field), [entry]))
    totals = _line(None, way.spell(TOTALS), entries(table))
    return {"none": printed, "first": [totals, *printed], "last": [*printed, totals]}[way.totals]


def _heading(number: int, group: tuple[Entry, ...], way: Way) -> Line:
    label = way.spell(f"Nhóm thủ tục thứ {number + 1}")
    return _line(_ROMAN[number], label, group) if way.groups == "subtotals" else Line(_ROMAN[number], label)


def _line(ordinal: int | str | None, label: str, of: Iterable[Entry]) -> Line:
    of = list(of)
    online, in_person = sum(entry.online for entry in of), sum(entry.in_person for entry in of)
    return Line(ordinal, label, online, in_person, online + in_person, rate_of(online, online + in_person))
