"""Roles by the headers that tyle.toml names: sums, joined texts, and what nobody named."""

import pytest

from tests.transforms.layouts.reading import Keys, figures, read, refusal

TEXT = (
    "service_id,service,phone,online,office,mail,total,fee\n7,Passport,3,1205,40,10,1258,20\n8,Passport,NA,20,4,1,25,\n"
)
COLUMNS: Keys = {
    "field": ["service_id", "service"],
    "online": "online",
    "in_person": ["phone", "office", "mail"],
    "total": "total",
}
LAYOUT: Keys = {"columns": COLUMNS, "ignore": ["fee"], "zero_values": ["NA"]}


def test_figures_of_several_columns_are_summed_and_texts_are_joined() -> None:
    assert figures(read(TEXT, LAYOUT)) == [("7 – Passport", 1205, 53, 1258), ("8 – Passport", 20, 5, 25)]


@pytest.mark.parametrize(
    ("cell", "values"), [("", {}), ("ND", {"null_values": ["ND"]}), ("x", {}), ("7*", {}), ("-5", {}), ("1.5", {})]
)
def test_a_sum_is_unknown_where_one_of_its_cells_is(cell: str, values: Keys) -> None:
    found = read(TEXT.replace("NA", cell), {**LAYOUT, **values})
    assert found.rows["in_person"].to_list()[0] == 53
    assert found.rows["in_person"].to_list()[1] in (None, -5)
    assert found.texts["in_person"].to_list()[1] in (None, cell)


def test_a_blank_cell_is_none_only_where_that_is_written() -> None:
    blank = TEXT.replace("NA", "")
    assert read(blank, LAYOUT).rows["in_person"].to_list() == [53, None]
    assert read(blank, {**LAYOUT, "blank": "zero"}).rows["in_person"].to_list() == [53, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("mail", "post"), "dòng 1: bố cục trong tyle.toml cần tiêu đề “mail”, tệp không có"),
        (TEXT.replace("fee", "phone"), "dòng 1, cột “phone”: tiêu đề “phone” của bố cục trong tyle.toml có 2 lần"),
        (TEXT.replace("fee", "fax"), "dòng 2, cột “fax”: cột có số liệu (ô H2) mà bố cục trong tyle.toml không nêu"),
        (TEXT.replace(",1205,40,10,1258,20", ",1205"), "dòng 2: dòng có 4 ô, bố cục cần 7: các cột có thể bị lệch"),
        (
            TEXT.replace("3,1205,40", '1.489,1205,"1,200"'),
            "dòng 2, cột “office”, giá trị “1,200”: số viết lẫn nhiều dấu",
        ),
    ],
    ids=["missing", "twice", "unnamed", "slipped", "ambiguous"],
)
def test_what_does_not_fit_is_refused_by_name(text: str, said: str) -> None:
    assert said in refusal(read(text, LAYOUT))


@pytest.mark.parametrize(
    ("above", "refused"),
    [
        ("Trong ngày", False),
        ("Kênh nộp", False),
        ("Lũy kế từ đầu năm", True),
        ("Lũy kế", True),
        ("Tháng 2/2024", True),
        ("Tháng 3/2024", False),
        ("Năm 2023", True),
        ("Ngày 30/3/2024", True),
    ],
)
def test_an_upper_header_that_says_other_days_holds_the_file_back(above: str, refused: bool) -> None:
    text = f"Lĩnh vực;{above};;\n;TT;TTiếp;Tổng\nĐất đai;1;2;3\n"
    columns: Keys = {"field": "Lĩnh vực", "online": "TT", "in_person": "TTiếp", "total": "Tổng"}
    found = read(text, {"header_rows": [1, 2], "columns": columns})
    assert bool(read(text, {"columns": columns}).refusals) is refused  # also where the header is searched
    if refused:
        assert f"dòng 2, cột “{above} / TT”: tiêu đề trên “{above}” nói đây là số của kỳ khác" in refusal(found)
    else:
        assert figures(found) == [("Đất đai", 1, 2, 3)]
    whole = {role: header if role == "field" else f"{above} / {header}" for role, header in columns.items()}
    assert figures(read(text, {"header_rows": [1, 2], "columns": whole})) == [("Đất đai", 1, 2, 3)]
