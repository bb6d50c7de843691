"""What stands in the way of a configured table: second tables, words in place of figures, rows that are taken back."""

from datetime import date

import pytest

from flows.settings.exports import Exports
from tests.transforms.layouts.reading import Keys, figures, read, refusal

DOWN: Keys = {"columns": {"field": "Tên", "online": "A", "in_person": ["B", "C"], "total": "D"}}
TABLE = "Tên;A;B;C;D\nĐất đai;1;2;3;6\nHộ tịch;0;1;1;2\n"
ROWS: Keys = {
    "columns": {"field": "Tên"},
    "channels": "rows",
    "channel_column": "Kênh",
    "channel_values": {"online": ["A"], "in_person": ["B"], "total": ["D"]},
    "value_column": "Số",
}
BLOCKS = "Tên;Kênh;Số\nĐất đai;A;1\n;B;2\n;D;3\nHộ tịch;A;0\n;B;1\n;D;1\n"


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        (f"{TABLE}Bảng 2. Năm trước;;;;\n{TABLE}", DOWN, "có bảng thứ hai trong tệp"),
        (
            f"{BLOCKS}Bảng 2. Năm trước;;\nDược;A;5\n;B;5\n;D;10\n",
            ROWS,
            "dòng 8, giá trị “Bảng 2. Năm trước”: dòng này",
        ),
        (f"{BLOCKS}Cùng kỳ năm trước;;\nDược;A;5\n;B;5\n;D;10\n", ROWS, "dòng 8, giá trị “Cùng kỳ năm trước”"),
        (f"{BLOCKS}{BLOCKS}".replace("D;1\nTên;Kênh", "D;1\nTên;Cách"), ROWS, "dòng 8, cột “Kênh”: “Cách” ở cột kênh"),
    ],
    ids=["down", "blocks", "of another period", "another header"],
)
def test_a_second_table_below_is_refused(text: str, layout: Keys, said: str) -> None:
    assert said in refusal(read(text, layout))


def test_the_header_may_be_repeated_on_the_next_page() -> None:
    again = TABLE.replace("Hộ tịch", "Tên;A;B;C;D\nHộ tịch")
    constant = {**DOWN, "constant": {"service_level": 4}}
    assert figures(read(again, constant)) == [("Đất đai", 1, 5, 6), ("Hộ tịch", 0, 2, 2)]
    assert figures(read(BLOCKS.replace("Hộ tịch", "Tên;Kênh;Số\nHộ tịch"), ROWS))[1] == ("Hộ tịch", 0, 1, 1)


@pytest.mark.parametrize("word", ["không", "x", "…", "#REF!"])
def test_a_word_in_place_of_a_figure_is_no_zero(word: str) -> None:
    zero: Keys = {**ROWS, "missing_channel": "zero", "blank": "zero"}
    assert read(BLOCKS.replace(";A;0", f";A;{word}"), zero).rows["online"].to_list() == [1, None]
    assert read(BLOCKS.replace(";A;0", ";A;"), {**ROWS, "missing_channel": "zero"}).rows["online"].to_list() == [
        1,
        None,
    ]
    assert read(BLOCKS.replace(";A;0", ";A;"), zero).rows["online"].to_list() == [1, 0]
    found = read(TABLE.replace("0;1;1", f"0;{word};1"), {**DOWN, "blank": "zero"})
    assert found.rows["in_person"].to_list() == [5, None]


@pytest.mark.parametrize(("text", "layout"), [(TABLE, DOWN), (BLOCKS, ROWS)])
def test_a_row_that_is_taken_back_holds_the_file_back(text: str, layout: Keys) -> None:
    lines = text.splitlines()
    marked = "\n".join([f"{lines[0]};Trạng thái", *(f"{line};" for line in lines[1:-1]), f"{lines[-1]};Đã hủy"])
    assert "theo cột này, dòng không được tính" in refusal(read(f"{marked}\n", layout))


def test_rows_of_other_days_without_figures_are_no_rows_of_this_one() -> None:
    text = "Ngày;Tên;A;B;C;D\n31/3/2024;Đất đai;1;2;3;6\n30/4/2024;Đất đai;;;;\n"
    assert figures(read(text, {**DOWN, "date_column": "Ngày"}, day=date(2024, 3, 31))) == [("Đất đai", 1, 5, 6)]


def test_a_section_that_says_nothing_is_none() -> None:
    assert Exports.model_validate({"layout": {}}).shape is None
    assert Exports.model_validate({"layout": {"null_values": ["NA"]}}).shape is None
    assert Exports.model_validate({"layout": {"header_rows": [2]}}).shape is not None
