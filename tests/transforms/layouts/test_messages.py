"""What is said of a table that a configured layout made: rows and cells of the file, and what is no change of it."""

from dataclasses import replace
from datetime import date

import polars as pl

from tests.transforms.layouts.reading import Keys, read
from transforms.check.frames import FINDINGS
from transforms.check.history.layouts import NO_LAYOUTS, with_layouts
from transforms.check.messages import describe
from transforms.read.filings import Filings

SUMS: Keys = {"columns": {"field": "Tên", "online": "A", "in_person": ["B", "C"], "total": "D"}}
TEXT = "Tên;A;B;C;D\nĐất đai;1;2;x;3\nHộ tịch;1;2;3;7\n"
ACROSS = "Ngày;Đất đai;;;Hộ tịch;;\n;A;B;C;A;B;C\n31/3/2024;1;2;4;1;2;4\n"
FIELDS: Keys = {
    "fields": "across",
    "header_rows": [1, 2],
    "date_column": "Ngày",
    "columns": {"online": "A", "in_person": "B", "total": "C"},
}


def said(filings: Filings, *faults: tuple[int, str]) -> list[tuple[int, str]]:
    """Row and message of findings of `total_is_sum` at these rows of the table and columns."""
    rows = [(0, "total_is_sum", row, column, "breaks", "", None, None) for row, column in faults]
    found = describe(pl.DataFrame(rows, schema=FINDINGS, orient="row"), filings, "summary")
    return [(row, message.partition(";")[0]) for row, message in found.select("row_number", "message").rows()]


def test_a_sum_is_named_by_its_headers_and_cells_and_one_that_is_none_by_the_cell_at_fault() -> None:
    filings = read(TEXT, SUMS)
    assert said(filings, (2, "in_person"), (3, "in_person")) == [
        (2, "dòng 2, cột “B + C” (ô D2): "),
        (3, "dòng 3, cột “B + C” (ô C3 + D3): "),
    ]


def test_several_records_of_one_row_state_their_faults_together() -> None:
    filings = read(ACROSS, FIELDS)
    rows = filings.rows["row"].to_list()
    found = said(filings, *((row, "total") for row in rows))
    assert found == [(3, "dòng 3, cột “C” (ô D3): ")]
    both = describe(
        pl.DataFrame(
            [(0, "total_is_sum", row, "total", "breaks", "", None, None) for row in rows], schema=FINDINGS, orient="row"
        ),
        filings,
        "summary",
    )
    assert "(ô G3)" in both["message"][0]


def sent(count: int) -> pl.DataFrame:
    days = pl.date_range(pl.date(2024, 3, 1), pl.date(2024, 3, count), eager=True)
    return pl.DataFrame(
        {"file": range(count), "unit_id": "so-y-te", "contract": "summary", "business_date": days},
        schema_overrides={"file": pl.UInt32},
    )


def test_a_section_that_a_person_changed_is_no_change_of_the_file() -> None:
    plain = read(TEXT, SUMS).layouts[0]
    fewer: Keys = {"columns": {"field": "Tên", "online": "A", "in_person": "B", "total": "D"}, "ignore": ["C"]}
    found = with_layouts(sent(2), {0: plain, 1: read(TEXT, fewer).layouts[0]}, NO_LAYOUTS)
    assert found["layout"].n_unique() == 2
    assert found["layout_change"].to_list() == [None, None]
    more = replace(plain, unread=("Ghi chú",))
    assert with_layouts(sent(2), {0: plain, 1: more}, NO_LAYOUTS)["layout_change"].to_list() == [
        None,
        "cột mới: “Ghi chú”",
    ]


def test_another_month_is_no_other_layout() -> None:
    across = "Tên;Tháng 2;;;Tháng 3;;\n;A;B;C;A;B;C\nĐất đai;1;2;3;4;5;9\n"
    layout: Keys = {
        "periods": "across",
        "header_rows": [1, 2],
        "columns": {"field": "Tên", "online": "A", "in_person": "B", "total": "C"},
    }
    months = [read(across, layout, day=day).layouts[0] for day in (date(2024, 2, 29), date(2024, 3, 31))]
    assert months[0].names["online"] == "Tháng 2 / A"
    assert with_layouts(sent(2), dict(enumerate(months)), NO_LAYOUTS)["layout"].n_unique() == 1
