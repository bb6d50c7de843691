"""A table whose rows or header lost or gained a cell reads back to the same numbers or is refused."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from demo.writers.numbers import english
from tests.properties.reading import read
from tests.properties.strategies import any_way, ordinary_table
from tests.writers import Table, Way, fitted
from tests.writers.sheet import lay_out
from tests.writers.table import entries

Rows = list[list[str]]


def rows_of(table: Table, way: Way) -> tuple[Rows, int]:
    """The printed rows, and how many of them are the header."""
    sheet = lay_out(table, way)
    printed = [[english(cell, False) for cell in row.cells] for row in sheet.rows]
    return printed, sum(row.kind == "header" for row in sheet.rows)


def damage(rows: Rows, part: slice, place: int, gained: str | None) -> None:
    """Take a cell out of these rows, or put one in."""
    for row in rows[part]:
        if gained is None:
            del row[place % len(row)]
        else:
            row.insert(place % (len(row) + 1), gained)


def as_csv(rows: Rows) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue().encode()


@given(
    table=ordinary_table(),
    way=any_way(),
    where=st.sampled_from(["header", "one row", "all rows"]),
    place=st.integers(0, 5),
    gained=st.sampled_from([None, None, "", "0", "1", "x"]),
    at=st.integers(0, 9),
)
def test_a_lost_or_gained_cell_never_gives_other_numbers(
    table: Table, way: Way, where: str, place: int, gained: str | None, at: int
) -> None:
    plain = Way("csv_semicolon", way.numbers, way.header, way.totals, way.groups, way.ordinals, way.column_numbers)
    rows, levels = rows_of(table, fitted(plain))
    first = levels + at % (len(rows) - levels)
    parts = {"header": slice(levels), "one row": slice(first, first + 1), "all rows": slice(levels, None)}
    damage(rows, parts[where], place, gained)
    counts = read(as_csv(rows)).counts
    assert counts in (None, [(e.field, e.online, e.in_person, e.total) for e in entries(table)])
