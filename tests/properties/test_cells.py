"""Figures with what people and programs put around, between and behind them: never other numbers than those written."""

import csv
import io
import json
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties.reading import Counts, read, read_all
from tests.properties.strategies import ORDINARY

Figures = tuple[int, int, int]
Rows = list[tuple[str, Figures]]
Cells = list[list[str]]

KEYS = ("linhVuc", "trucTuyen", "trucTiep", "tongSo")
_FULL_WIDTH = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")


def grouped(separator: str, decimals: str = "") -> Callable[[int], str]:
    return lambda count: f"{count:,}".replace(",", separator) + decimals


# Ways of writing that say the same number.
SAME: dict[str, Callable[[int], str]] = {
    "plain": str,
    "dots": grouped("."),
    "commas": grouped(","),
    "spaces": grouped(" "),
    "no-break spaces": grouped("\u00a0"),
    "narrow spaces": grouped("\u202f"),
    "apostrophes": grouped("'"),
    "dots, decimals of zero": grouped(".", ",00"),
    "commas, decimals of zero": grouped(",", ".00"),
    "formula": lambda count: f'="{count}"',
    "text prefix": lambda count: f"'{count}",
    "full width": lambda count: str(count).translate(_FULL_WIDTH),
    "direction": lambda count: f"\u202a{count}\u202c",
    "no width": lambda count: f"\u200b{count}\ufeff",
    "soft hyphen": lambda count: f"{count}\u00ad",
    "spaces around": lambda count: f"\u00a0 {count}\t",
    "line end": lambda count: f"{count}\n",
}
# What is no count, or not one count.
OTHER: dict[str, Callable[[int], str]] = {
    "line break": lambda count: f"{count}\n120",
    "line ends": lambda count: f"{count}\r\n\r\n000",
    "tab": lambda count: f"{count}\t120",
    "line separator": lambda count: f"{count}\u2028120",
    "vertical tab": lambda count: f"{count}\x0b120",
    "two spaces": lambda count: f"{count}  120",
    "wide space": lambda count: f"{count}\u3000120",
    "break tag": lambda count: f"{count}<br>120",
    "star": lambda count: f"{count}*",
    "superscript": lambda count: f"{count}¹",
    "note": lambda count: f"{count} (1)",
    "words": lambda count: f"{count} hồ sơ",
    "minus behind": lambda count: f"{count}-",
    "in parentheses": lambda count: f"({count})",
    "percent": lambda count: f"{count}%",
    "exponent": lambda count: f"{count}E+01",
    "middle dots": lambda count: f"{count}·120",
    "sum": lambda count: f"{count}+120",
    "formula of a sum": lambda count: f"={count}+120",
    "two numbers": lambda count: f"{count}/120",
    "circled": lambda count: f"{count}⑫",
}


def as_csv(cells: Cells) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=";", lineterminator="\n").writerows([KEYS, *cells])
    return target.getvalue().encode()


def as_json(cells: Cells) -> bytes:
    return json.dumps([dict(zip(KEYS, row, strict=True)) for row in cells]).encode()


def as_arrays(cells: Cells) -> bytes:
    return json.dumps({"total": len(cells), "values": [KEYS, *cells]}).encode()


def as_elements(cells: Cells) -> bytes:
    rows = "".join(
        "<d>" + "".join(f"<{key}>{_xml(cell)}</{key}>" for key, cell in zip(KEYS, row, strict=True)) + "</d>"
        for row in cells
    )
    return f"<r><ds>{rows}</ds></r>".encode()


def as_attributes(cells: Cells) -> bytes:
    rows = "".join(
        "<d " + " ".join(f"{key}={quoteattr(_xml(cell))}" for key, cell in zip(KEYS, row, strict=True)) + "/>"
        for row in cells
    )
    return f"<r><ds soBanGhi='{len(cells)}'>{rows}</ds></r>".encode()


def _xml(text: str) -> str:
    """Escaped, without the one character of these that XML does not know."""
    return escape(text.replace("\x0b", "\n"), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


CONTAINERS = (as_csv, as_json, as_arrays, as_elements)


@st.composite
def a_table(draw: st.DrawFn) -> Rows:
    names = draw(st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=4, unique=True))
    count = st.one_of(st.sampled_from([0, 1, 7, 1000, 1207, 5000, 120_000, 1_234_567]), st.integers(0, 10**6))
    figures = [(draw(count), draw(count)) for _ in names]
    return [(name, (one, two, one + two)) for name, (one, two) in zip(names, figures, strict=True)]


def counts(table: Rows) -> Counts:
    return [(name, *figures) for name, figures in table]


def cells_of(table: Rows, written: Callable[[int], str]) -> Cells:
    return [[name, *map(written, figures)] for name, figures in table]


def could_be_decimals(table: Rows) -> bool:
    return all(count % 1000 == 0 for _, figures in table for count in figures)


@given(table=a_table(), data=st.data())
def test_cells_in_any_writing_give_the_same_numbers_or_none(table: Rows, data: st.DataObject) -> None:
    ways = st.sampled_from([*SAME.values(), *SAME.values(), *OTHER.values()])
    cells = [[name, *(data.draw(ways)(count) for count in figures)] for name, figures in table]
    result = read(data.draw(st.sampled_from(CONTAINERS))(cells))
    event("accepted" if result.counts is not None else f"refused: {result.refused_for[:30]}")
    assert result.counts in (None, counts(table))


@given(way=st.sampled_from(list(SAME)), table=a_table())
def test_a_table_in_one_writing_is_accepted(way: str, table: Rows) -> None:
    if could_be_decimals(table) and way in {"dots", "commas"}:
        return
    cells = cells_of(table, SAME[way])
    assert [result.counts for result in read_all([write(cells) for write in CONTAINERS])] == [counts(table)] * 4


@given(way=st.sampled_from(list(OTHER)), table=a_table(), at=st.integers(0, 11))
def test_one_cell_that_is_no_count_is_enough_to_hold_a_table_back(way: str, table: Rows, at: int) -> None:
    cells = cells_of(table, str)
    row, column = at // 3 % len(table), at % 3
    cells[row][column + 1] = OTHER[way](table[row][1][column])
    assert [result.counts for result in read_all([write(cells) for write in CONTAINERS])] == [None] * 4


@given(table=a_table(), stated=st.integers(0, 3_000_000))
def test_a_document_that_states_another_number_is_held_back(table: Rows, stated: int) -> None:
    sums = {len(table), *(sum(figures[at] for _, figures in table) for at in range(3))}
    records = [dict(zip(KEYS, (name, *figures), strict=True)) for name, figures in table]
    result = read(json.dumps({"total": stated, "data": records}).encode())
    assert result.counts == (counts(table) if stated in sums and result.counts is not None else None)


@given(table=a_table())
def test_attributes_are_read_like_elements(table: Rows) -> None:
    cells = cells_of(table, str)
    assert read(as_attributes(cells)) == read(as_elements(cells))
