"""Each way of filing in a row of its own, and fields in columns: blocks, unknown words, ways that are missing."""

from datetime import date

import pytest

from tests.transforms.layouts.reading import Keys, figures, read, refusal

TEXT = (
    "BÁO CÁO\n"
    "Lĩnh vực;Kênh;Số hồ sơ\n"
    "Đất đai;Trực tuyến;5\n"
    ";Trực tiếp;2\n"
    ";Bưu chính;1\n"
    ";Cộng;8\n"
    "Hộ tịch;Trực tuyến;0\n"
    ";Trực tiếp;4\n"
    ";Bưu chính;0\n"
    ";Cộng;4\n"
    "Tổng cộng;Trực tuyến;5\n"
    ";Trực tiếp;6\n"
    ";Bưu chính;1\n"
    ";Cộng;12\n"
    "Ghi chú: số liệu chốt lúc 17 giờ\n"
)
LAYOUT: Keys = {
    "channels": "rows",
    "channel_column": "Kênh",
    "channel_values": {"online": ["Trực tuyến"], "in_person": ["Trực tiếp", "Bưu chính"], "total": ["Cộng"]},
    "value_column": "Số hồ sơ",
    "columns": {"field": "Lĩnh vực"},
}
EXPECTED = [("Đất đai", 5, 3, 8), ("Hộ tịch", 0, 4, 4)]


def test_a_name_over_the_rows_of_its_channels_is_a_row() -> None:
    found = read(TEXT, LAYOUT)
    assert figures(found) == EXPECTED
    assert figures(found, "totals") == [("Tổng cộng", 5, 7, 12)]


def test_merged_names_stand_on_each_row() -> None:
    lines = TEXT.splitlines()
    filled = [lines[at - (at - 2) % 4][: lines[at - (at - 2) % 4].index(";")] for at in range(2, 14)]
    merged = [*lines[:2], *(f"{name}{line[line.index(';') :]}" for name, line in zip(filled, lines[2:14], strict=True))]
    assert figures(read("\n".join(merged), LAYOUT)) == EXPECTED


def test_names_and_channels_may_stand_in_one_column() -> None:
    text = "Chỉ tiêu;Số hồ sơ\nĐất đai;8\nTrực tuyến;5\nTrực tiếp;3\nHộ tịch;4\nTrực tuyến;0\nTrực tiếp;4\n"
    layout: Keys = {
        **LAYOUT,
        "channel_column": "Chỉ tiêu",
        "columns": {"field": "Chỉ tiêu"},
        "channel_values": {"online": ["Trực tuyến"], "in_person": ["Trực tiếp"], "total": [""]},
    }
    assert figures(read(text, layout)) == EXPECTED
    heads = text.replace("đai;8", "đai;").replace("tịch;4\n", "tịch;\n", 1)
    assert figures(read(heads, {**layout, "total": "sum", "channel_values": {
        "online": ["Trực tuyến"], "in_person": ["Trực tiếp"]}})) == EXPECTED  # fmt: skip


def test_a_channel_without_a_row_is_unknown_unless_it_is_written_that_it_is_none() -> None:
    text = TEXT.replace(";Trực tiếp;4\n;Bưu chính;0\n;Cộng;4\n", ";Cộng;0\n").replace(";Trực tiếp;6", ";Trực tiếp;2")
    assert read(text, LAYOUT).rows["in_person"].to_list()[1] is None
    assert read(text, {**LAYOUT, "missing_channel": "zero"}).rows["in_person"].to_list()[1] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("Bưu chính;0", "Điện thoại;0"), "dòng 9, cột “Kênh”: “Điện thoại” ở cột kênh không có trong"),
        (TEXT.replace("Bưu chính;0", ";0"), "dòng 9, cột “Kênh”: ô trống ở cột kênh không có trong"),
        (TEXT.replace("Bưu chính;0", "Trực tiếp;0"), "dòng 9, cột “Kênh”, giá trị “Trực tiếp”: kênh có hai lần dưới"),
        (TEXT.replace("Số hồ sơ", "Số lượng"), "cần tiêu đề “Số hồ sơ”, tệp không có"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, said: str) -> None:
    assert said in refusal(read(text, LAYOUT))


def test_a_block_ends_with_its_unit_and_its_day() -> None:
    text = (
        "Đơn vị;Ngày;Lĩnh vực;Kênh;Số\n"
        "A;2024-03-31;Đất đai;Trực tuyến;5\n"
        "B;2024-03-31;Đất đai;Trực tiếp;7\n"
        "B;2024-03-30;Đất đai;Cộng;9\n"
    )
    layout: Keys = {**LAYOUT, "value_column": "Số", "unit_column": "Đơn vị", "date_column": "Ngày"}
    found = read(text, layout, day=None)
    assert found.rows.select("unit", "date", "online", "in_person", "total").rows() == [
        ("A", date(2024, 3, 31), 5, None, None),
        ("B", date(2024, 3, 31), None, 7, None),
        ("B", date(2024, 3, 30), None, None, 9),
    ]


FIELDS = (
    "BÁO CÁO\nNgày;Đất đai;;;Hộ tịch;;\n;TT;TTiếp;Cộng;TT;TTiếp;Cộng\n30/3/2024;9;9;18;9;9;18\n31/3/2024;5;3;8;0;4;4\n"
)
ACROSS: Keys = {
    "fields": "across",
    "header_rows": [2, 3],
    "date_column": "Ngày",
    "columns": {"online": "TT", "in_person": "TTiếp", "total": "Cộng"},
}


def test_fields_across_with_their_channels_under_them() -> None:
    found = read(FIELDS, ACROSS)
    assert figures(found) == EXPECTED
    assert found.layouts[0].numbers[3] == 5
    channels_above = FIELDS.replace("Ngày;Đất đai;;;Hộ tịch;;", "Ngày;TT;;TTiếp;;Cộng;").replace(
        ";TT;TTiếp;Cộng;TT;TTiếp;Cộng", ";Đất đai;Hộ tịch;Đất đai;Hộ tịch;Đất đai;Hộ tịch"
    )
    turned = channels_above.replace("5;3;8;0;4;4", "5;0;3;4;8;4")
    assert figures(read(turned, ACROSS)) == EXPECTED


def test_fields_across_and_channels_down() -> None:
    text = "Kênh;Đất đai;Hộ tịch\nTrực tuyến;5;0\nTrực tiếp;3;4\nCộng;8;4\n"
    layout: Keys = {
        "fields": "across",
        "header_rows": [1],
        "channels": "rows",
        "channel_column": "Kênh",
        "channel_values": {"online": ["Trực tuyến"], "in_person": ["Trực tiếp"], "total": ["Cộng"]},
    }
    assert figures(read(text, layout)) == EXPECTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FIELDS.replace("30/3", "31/3"), 'dòng 5: tiêu đề là lĩnh vực (fields = "across") thì chỉ một dòng số liệu'),
        (FIELDS.replace("Hộ tịch", "Đất đai"), "lĩnh vực “Đất đai” có nhiều cột cùng loại"),
        (FIELDS.replace(";TTiếp;Cộng\n30", ";Khác;Cộng\n30"), "mà bố cục trong tyle.toml không nêu: “Hộ tịch / Khác”"),
        (FIELDS.replace("30/3/2024", "cuối tháng"), "dòng 4, cột “Ngày”, giá trị “cuối tháng”: không phải một ngày"),
    ],
)
def test_fields_across_that_do_not_fit_are_refused(text: str, said: str) -> None:
    assert said in refusal(read(text, ACROSS))
