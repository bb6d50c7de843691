"""Which rows are the delivery's: by unit, by period, by name; and where the table stands."""

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from tests.reference import registry
from tests.transforms.layouts.reading import Keys, figures, read, refusal
from transforms.reference.own_unit import OwnUnit

HEADER = "Đơn vị;Năm;Lĩnh vực;TT;TTiếp;Tổng"
TEXT = (
    f"{HEADER}\nSở Y tế;2023;Dược;1;1;2\nSở Y tế;2024;Dược;5;3;8\nSO Y TE;2024;Hộ tịch;0;4;4\n"
    "Sở Nội vụ;2024;Đất đai;9;9;18\n"
)
COLUMNS: Keys = {"field": "Lĩnh vực", "online": "TT", "in_person": "TTiếp", "total": "Tổng"}
LAYOUT: Keys = {"columns": COLUMNS, "unit_column": "Đơn vị", "date_column": "Năm", "date_kind": "year"}
YEAR = date(2024, 12, 31)
HEALTH = OwnUnit(registry(), "so-y-te", YEAR)
EXPECTED = [("Dược", 5, 3, 8), ("Hộ tịch", 0, 4, 4)]


def test_rows_are_chosen_by_the_units_names_and_the_period() -> None:
    found = read(TEXT, LAYOUT, day=YEAR, is_own=HEALTH)
    assert figures(found) == EXPECTED
    assert found.rows["row"].to_list() == [3, 4]
    assert found.rows["date"].to_list() == [YEAR, YEAR]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("SO Y TE", ""), "dòng 4, cột “Đơn vị”: dòng có số liệu mà không ghi đơn vị nào"),
        (TEXT.replace("SO Y TE", "Sở Y tê"), "dòng 4, cột “Đơn vị”, giá trị “Sở Y tê”: tên này giống tên đơn vị gửi"),
        (TEXT.replace("2023", "năm ngoái"), "dòng 2, cột “Năm”, giá trị “năm ngoái”: không phải một năm"),
        (TEXT.replace("2024", "2022"), "không có dòng nào của kỳ kết thúc ngày 31/12/2024; tệp có: “2023”, “2022”"),
        (TEXT.replace("Sở Y tế", "X").replace("SO Y TE", "X"), "không có dòng nào của đơn vị này; cột đơn vị ghi: “X”"),
    ],
)
def test_rows_that_are_nobodys_are_refused(text: str, said: str) -> None:
    assert said in refusal(read(text, LAYOUT, day=YEAR, is_own=HEALTH))


def test_a_blank_unit_may_continue_the_one_above_where_that_is_written() -> None:
    text = TEXT.replace("SO Y TE", "")
    assert figures(read(text, {**LAYOUT, "fill_down": ["Đơn vị"]}, day=YEAR, is_own=HEALTH)) == EXPECTED


def test_rows_are_left_out_by_name_only() -> None:
    text = TEXT + "Cả nước;2024;Tổng;14;16;30\n"
    assert figures(read(text, {**LAYOUT, "ignore_rows": ["Cả nước"]}, day=YEAR, is_own=HEALTH)) == EXPECTED


def test_a_row_of_which_nothing_is_known_is_left_out_where_that_is_written() -> None:
    text = TEXT + "Sở Y tế;2024;Đất đai;ND;ND;ND\nSở Y tế;2024;Môi trường;ND;1;1\n"
    layout = {**LAYOUT, "null_values": ["ND"], "unknown_rows": "leave_out"}
    found = read(text, layout, day=YEAR, is_own=HEALTH)
    assert figures(found) == [*EXPECTED, ("Môi trường", None, 1, 1)]
    zero = read(text, {**layout, "unknown_rows": "refuse", "blank": "zero"}, day=YEAR, is_own=HEALTH)
    assert figures(zero)[2:] == [("Đất đai", None, None, None), ("Môi trường", 0, 1, 1)]


def test_without_a_unit_and_a_day_all_rows_are_read() -> None:
    rows = read(TEXT, LAYOUT, day=None).rows
    assert rows.select("unit", "date").rows()[0] == ("Sở Y tế", date(2023, 12, 31))
    assert rows.height == 4


def test_constants_and_a_total_that_no_cell_states() -> None:
    text = "TT;TTiếp\n5;3\n"
    layout: Keys = {
        "columns": {"online": "TT", "in_person": "TTiếp"},
        "constant": {"field": "Dược", "service_level": 3},
        "total": "sum",
    }
    found = read(text, layout)
    assert figures(found) == [("Dược", 5, 3, 8)]
    assert found.rows["service_level"].to_list() == ["3"]
    assert read(text.replace("5", ""), layout).rows["total"].to_list() == [None]


RANGED: list[list[object]] = [
    ["Báo cáo năm 2024"],
    ["", "Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số", "Ghi chú"],
    ["x", "Dược", 5, 3, 8, 77],
    ["x", "Hộ tịch", 0, 4, 4, 78],
    ["", "Đất đai", 1, 1, 2, 79],
]


def workbook(rows: list[list[object]] = RANGED) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Số liệu")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def test_a_range_with_an_open_end_goes_as_far_as_there_are_rows() -> None:
    found = read(workbook(), {"table": "B2:E"})
    assert figures(found) == [*EXPECTED, ("Đất đai", 1, 1, 2)]
    assert found.rows["row"].to_list() == [3, 4, 5]
    assert found.layouts[0].columns["field"] == 1


def test_what_stands_below_a_closed_range_holds_the_file_back_unless_it_is_ignored() -> None:
    assert "dòng 5: dòng này có số liệu mà nằm dưới vùng" in refusal(read(workbook(), {"table": "B2:E4"}))
    assert figures(read(workbook(), {"table": "B2:E4", "outside": "ignore"})) == EXPECTED
    named: Keys = {"columns": {"field": "Lĩnh vực", "online": "C:C", "in_person": "D:D", "total": "Tổng số"}}
    assert "dòng 5: dòng này có số liệu" in refusal(read(workbook(), {"table": "B2:E4", **named}))
    assert figures(read(workbook(), {"table": "B2:E4", "outside": "ignore", **named})) == EXPECTED


def test_figures_above_the_header_rows_hold_the_file_back() -> None:
    moved = [*RANGED[:1], *RANGED[2:3], *RANGED[1:2], *RANGED[3:]]
    assert "dòng 2: dòng này có số liệu mà đứng trên các dòng tiêu đề" in refusal(
        read(workbook(moved), {"header_rows": [3], "table": "B1:E"})
    )


def test_header_rows_with_constants_are_read_by_discovered_columns() -> None:
    rows: list[list[object]] = [["TT", "Trực tuyến", "Trực tiếp", "Tổng số"], [1, 5, 3, 8]]
    found = read(workbook(rows), {"header_rows": [1], "constant": {"field": "Dược"}})
    assert figures(found) == [("Dược", 5, 3, 8)]


def test_sheets_are_chosen_by_period_and_by_unit() -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, more in (("Tháng 2", 0), ("Tháng 3", 1)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate((["Lĩnh vực", "TT", "TTiếp", "Tổng"], ["Dược", 5, 3 + more, 8 + more])):
                sheet.write_row(at, 0, row)
    layout: Keys = {"columns": COLUMNS, "sheets": "period", "date_kind": "month"}
    assert figures(read(out.getvalue(), layout, day=date(2024, 3, 31))) == [("Dược", 5, 4, 9)]
    assert "không trang tính nào" in refusal(read(out.getvalue(), layout, day=date(2024, 4, 30)))
    assert "bố cục hợp với 2 trang tính" in refusal(read(out.getvalue(), {"columns": COLUMNS}))


PROCEDURES = (
    "STT;Thủ tục;Lĩnh vực;TT;TTiếp;Tổng\n1;Cấp mới;Dược;5;3;8\n2;Gia hạn;Dược;1.000;2;1.002\n"
    "3;Khai sinh;Hộ tịch;0;4;4\n;;Tổng cộng;1.005;9;1.014\n"
)


def test_rows_of_one_name_are_added_where_that_is_written() -> None:
    layout: Keys = {"columns": COLUMNS, "same_name": "sum", "ignore": ["STT"]}
    found = read(PROCEDURES, layout)
    assert figures(found) == [("Dược", 1005, 5, 1010), ("Hộ tịch", 0, 4, 4)]
    assert figures(found, "totals") == [("Tổng cộng", 1005, 9, 1014)]
    assert found.layouts[0].numbers[2] == 2
    assert read(PROCEDURES.replace("1.000;2", "x;2"), layout).rows["online"].to_list() == [None, 0, 1005]
    assert read(PROCEDURES.replace("1.000;2", ";2"), layout).rows["online"].to_list() == [None, 0, 1005]
    apart = read(PROCEDURES, {"columns": COLUMNS, "ignore": ["STT"]})
    assert [name for name, *_ in figures(apart)] == ["Dược", "Dược", "Hộ tịch"]
