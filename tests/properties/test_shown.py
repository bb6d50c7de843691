"""A table with a cell that is not shown as its digits read gives the numbers that are seen, or is refused."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.recipes.opendocument import shown_ods
from tests.corpus.recipes.shown import WRITERS as OTHERS
from tests.corpus.recipes.shown import Rich, Styled
from tests.corpus.recipes.usual import HEADER
from tests.corpus.recipes.word import shown_docx
from tests.properties.reading import Counts, read
from tests.properties.strategies import ordinary_table
from tests.writers import Entry
from tests.writers.table import entries

Cells = list[list[object]]
WRITERS = OTHERS | {"ods": shown_ods, "docx": shown_docx}


def rows_of(found: Sequence[Entry]) -> Cells:
    """The table with a number, a name and three figures a row."""
    return [[n, e.field, e.online, e.in_person, e.total] for n, e in enumerate(found, start=1)]


def seen(found: Sequence[Entry]) -> Counts:
    return [(e.field, e.online, e.in_person, e.total) for e in found]


@pytest.mark.parametrize("kind", WRITERS)
@given(data=st.data())
def test_a_mark_in_a_figure_is_no_digit_of_it(kind: str, data: st.DataObject) -> None:
    found = entries(data.draw(ordinary_table()))
    rows = rows_of(found)
    row = rows[data.draw(st.integers(0, len(rows) - 1))]
    mark = str(data.draw(st.integers(0, 99)))
    style = data.draw(st.sampled_from(["super", "sub", "struck", "\n"]))
    before = style == "struck" and data.draw(st.booleans())
    for column in (2, 4):  # the sum stays right
        figure = (str(row[column]), "")
        note = (f"\n{mark}", "") if style == "\n" else (mark, style)
        row[column] = Rich((note, figure) if before else (figure, note))
    assert read(WRITERS[kind]([HEADER, *rows], ())).counts in (None, seen(found))


@pytest.mark.parametrize("kind", ["xlsx", "xls", "html", "ods", "docx"])
@given(data=st.data())
def test_a_row_that_nobody_sees_is_not_counted(kind: str, data: st.DataObject) -> None:
    found = entries(data.draw(ordinary_table()))
    rows = rows_of(found)
    number = data.draw(st.integers(0, len(rows) - 1))
    how = data.draw(st.sampled_from(["flat", "white", ";;;"] if kind not in {"html", "docx"} else ["flat", "white"]))
    if how != "flat":
        style, code = ("white", "General") if how == "white" else ("", ";;;")
        rows[number] = [*rows[number][:2], *(Styled(figure, style, code) for figure in rows[number][2:])]
    result = read(WRITERS[kind]([HEADER, *rows], (number + 1,) if how == "flat" else ())).counts
    unseen = [entry for place, entry in enumerate(found) if place != number]
    zero = found[number].total == 0
    assert result in (None, seen(unseen), *([seen(found)] if zero else []))


_CODES = {  # number format → whether it shows the figure's own digits
    "0": True,
    "#,##0": True,
    '#,##0" hồ sơ"': True,
    '_-* #,##0_-;\\-* #,##0_-;_-* "-"_-;_-@_-': True,
    "#,##0;[Red](#,##0);-": True,
    '0"0"': False,
    '"1"0': False,
    "#,##0,": False,
    '0" nghìn"': False,
    '"-"0': False,
    "dd/mm/yyyy": False,
    "0%": False,
}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize("code", _CODES)
def test_a_format_that_shows_other_digits_is_refused(kind: str, code: str) -> None:
    figures = (1207, 3, 1210)
    row = [1, "Đất đai", *(Styled(figure, "", code) for figure in figures)]
    result = read(WRITERS[kind]([HEADER, row, [2, "Hộ tịch", 0, 5, 5]], ()))
    wanted = [("Đất đai", *figures), ("Hộ tịch", 0, 5, 5)] if _CODES[code] else None
    assert result.counts == wanted, result.refused_for
