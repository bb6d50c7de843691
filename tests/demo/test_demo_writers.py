import io
import json
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from typing import get_args

import lxml.html
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from demo.writers import Format, Style, render, suffix

DAY, FIRST = date(2022, 8, 5), date(2022, 8, 1)
FORMATS = get_args(Format)
AWKWARD = ["Đất đai", 'Hộ tịch, "gốc"; khác', "<b>A & B</b>", "=1+1", "www.gov.vn", "a\tb", "123", "\u0338lệch"]


def frame(rows):
    return pl.DataFrame(
        [(field, online, in_person, online + in_person) for field, online, in_person in rows],
        schema={"field": pl.String, "online": pl.Int64, "in_person": pl.Int64, "total": pl.Int64},
        orient="row",
    )


def write(rows, style, override=None):
    return render(frame(rows), style, "Sở Y tế", DAY, FIRST, override)


def full(file_format, **changes):
    form = Style(file_format, totals="last", title_rows=True, footer=True, unit_in_file=True, date_in_file=True)
    return replace(form, **changes)


def text_of(content):
    return content.decode("utf-8")


@pytest.mark.parametrize("file_format", FORMATS)
def test_any_field_name_and_count_reads_back(file_format, counts_of):
    rows = [(field, 10**9 - n, 1000 * n) for n, field in enumerate(AWKWARD, start=1)] + [("Không", 0, 0)]
    expected = [(field, online, in_person, online + in_person) for field, online, in_person in rows]
    assert counts_of(write(rows, full(file_format)), file_format) == expected


@settings(max_examples=100, deadline=None)
@given(
    style=st.builds(
        Style,
        format=st.sampled_from(FORMATS),
        header=st.sampled_from(["flat", "two_level"]),
        column_numbers=st.booleans(),
        totals=st.sampled_from(["none", "first", "last"]),
        stated_rate=st.booleans(),
        basis=st.sampled_from(["day", "month_to_date"]),
        normal_form=st.sampled_from(["NFC", "NFD"]),
        title_rows=st.booleans(),
        footer=st.booleans(),
        unit_in_file=st.booleans(),
        date_in_file=st.booleans(),
        bom=st.booleans(),
        grouped=st.booleans(),
    ),
    rows=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20),
            st.integers(0, 10**9 - 1),
            st.integers(0, 10**9 - 1),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_every_style_reads_back(style, rows, counts_of):
    expected = [(unicodedata.normalize(style.normal_form, name), a, b, a + b) for name, a, b in rows]
    assert counts_of(write(rows, style), style.format) == expected


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_arguments_give_the_same_bytes(file_format):
    assert write([("A", 1, 2)], full(file_format)) == write([("A", 1, 2)], full(file_format))


def test_a_workbook_says_it_was_made_on_the_day_it_reports():
    with zipfile.ZipFile(io.BytesIO(write([("A", 1, 2)], full("xlsx")))) as package:
        assert b">2022-08-05T17:00:00Z<" in package.read("docProps/core.xml")
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


RATES = [("Nhiều", 1489, 718), ("Hết", 5, 0), ("Lẻ", 1, 31), ("Không", 0, 0), ("Mười", 413, 87)]


@pytest.mark.parametrize(
    ("file_format", "rates", "count"),
    [
        ("html", ["67,47", "100", "3,13", "", "82,60"], "1.489"),
        ("csv_semicolon", ["67,47", "100", "3,13", "", "82,60"], "1.489"),
        ("csv_comma", ["67.47%", "100.00%", "3.13%", "", "82.60%"], "1,489"),
        ("json", [67.47, 100, 3.13, None, 82.6], 1489),
        ("xlsx", [67.47, 100, 3.13, "", 82.6], 1489),
    ],
)
def test_rates_are_half_up_and_blank_without_cases(file_format, rates, count, grid_of):
    rows = grid_of(write(RATES, Style(file_format)), file_format)[-len(RATES) :]
    assert [row[5] for row in rows] == rates
    assert rows[0][2] == count


def test_a_grouped_count_is_quoted_between_commas_and_a_plain_one_is_not():
    assert '"1,489",718,"2,207",67.47%' in text_of(write(RATES, Style("csv_comma")))
    assert "1489,718,2207,67.47%" in text_of(write(RATES, Style("csv_comma", grouped=False)))


@pytest.mark.parametrize("file_format", FORMATS)
def test_totals_stand_where_the_style_says(file_format, grid_of):
    rows = [("A", 1000, 489), ("B", 421, 96)]
    first = grid_of(write(rows, Style(file_format, totals="first")), file_format)
    last = grid_of(write(rows, Style(file_format, totals="last")), file_format)
    none = grid_of(write(rows, Style(file_format)), file_format)
    assert first[-3][1] == last[-1][1] == "Tổng cộng"
    assert first[-3] == last[-1]
    assert [str(cell).replace(".", "").replace(",", "") for cell in last[-1][2:5]] in (
        ["1421", "585", "2006"],
        ["14210", "5850", "20060"],
    )
    assert "Tổng cộng" not in [row[1] for row in none]


@pytest.mark.parametrize(
    ("file_format", "printed"),
    [("html", "42"), ("csv_semicolon", "42"), ("csv_comma", "42%"), ("json", 42), ("xlsx", 42)],
)
def test_the_totals_rate_may_be_said_otherwise(file_format, printed, grid_of):
    rows = grid_of(write([("A", 421, 585)], Style(file_format, totals="last"), "42"), file_format)
    assert rows[-1][5] == printed
    assert str(rows[-2][5]).replace(",", ".").startswith("41.85")


def test_a_total_is_printed_as_given(grid_of):
    wrong = frame([("A", 3, 4)]).with_columns(pl.col("total") + 9)
    page = grid_of(render(wrong, Style("csv_semicolon"), "Sở Y tế", DAY, FIRST), "csv_semicolon")
    assert page[-1] == ["1", "A", "3", "4", "16", "18,75"]


def test_a_count_that_is_not_stated_is_blank(grid_of):
    blank = frame([("A", 3, 4)]).with_columns(online=pl.lit(None, pl.Int64))
    for file_format in FORMATS:
        content = render(blank, Style(file_format), "Sở Y tế", DAY, FIRST)
        assert not grid_of(content, file_format)[-1][2]


def test_a_form_looks_like_a_form():
    style = full("xlsx", header="two_level", column_numbers=True)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(write([("A", 1, 2)], style))).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows == [
        ["Đơn vị báo cáo: Sở Y tế", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", "", ""],
        ["", "", "Độc lập - Tự do - Hạnh phúc", "", "", ""],
        ["", "", "", "", "", ""],
        ["THỐNG KÊ HỒ SƠ THỦ TỤC HÀNH CHÍNH XỬ LÝ TRỰC TUYẾN MỨC ĐỘ 4", "", "", "", "", ""],
        ["Ngày 05/08/2022", "", "", "", "", ""],
        ["", "", "", "", "", "Đơn vị tính: hồ sơ"],
        ["STT", "Lĩnh vực", "Số lượng hồ sơ", "", "", "Tỷ lệ (%)"],
        ["", "", "Trực tuyến", "Trực tiếp", "Tổng số", ""],
        ["A", "B", "(1)", "(2)", "(3)", "(4)"],
        [1.0, "A", 1.0, 2.0, 3.0, 33.33],
        ["", "Tổng cộng", 1.0, 2.0, 3.0, 33.33],
        ["", "", "", "", "", ""],
        ["", "Người lập biểu", "", "", "Thủ trưởng đơn vị", ""],
        ["", "(Ký, ghi rõ họ tên)", "", "", "(Ký, ghi rõ họ tên)", ""],
    ]
    header = {((6, 0), (7, 0)), ((6, 1), (7, 1)), ((6, 2), (6, 4)), ((6, 5), (7, 5))}
    assert header <= set(sheet.merged_cell_ranges)


def test_an_html_table_spans_its_header_and_says_its_charset():
    content = write([("A", 1, 2)], Style("html", header="two_level"))
    assert b'<meta charset="utf-8">' in content
    assert not content.startswith(b"\xef\xbb\xbf")
    upper, lower, body = lxml.html.document_fromstring(content).iter("tr")
    assert [(cell.get("rowspan"), cell.get("colspan"), cell.text) for cell in upper] == [
        ("2", None, "STT"),
        ("2", None, "Lĩnh vực"),
        (None, "3", "Số lượng hồ sơ"),
        ("2", None, "Tỷ lệ (%)"),
    ]
    assert [cell.text for cell in lower] == ["Trực tuyến", "Trực tiếp", "Tổng số"]
    assert [cell.text for cell in body] == ["1", "A", "1", "2", "3", "33,33"]


def test_a_flat_csv_is_its_header_and_rows():
    assert text_of(write([("A", 1, 2)], Style("csv_semicolon"))) == (
        "STT;Lĩnh vực;Số hồ sơ trực tuyến (1);Số hồ sơ trực tiếp (2);Tổng số (3)=(1)+(2);Tỷ lệ (%)\r\n"
        "1;A;1;2;3;33,33\r\n"
    )


def test_no_rate_column_where_none_is_stated(grid_of):
    for file_format in FORMATS:
        rows = grid_of(write([("A", 1, 2)], full(file_format, stated_rate=False)), file_format)
        assert not any("Tỷ lệ" in str(cell) or "33" in str(cell) for row in rows for cell in row)


def test_cumulative_figures_name_their_period():
    style = full("csv_comma", basis="month_to_date")
    assert "Từ ngày 01/08/2022 đến ngày 05/08/2022" in text_of(write([("A", 1, 2)], style))
    document = json.loads(write([("A", 1, 2)], replace(style, format="json", title_rows=False)))
    assert document == {
        "donVi": "Sở Y tế",
        "tuNgay": "2022-08-01",
        "denNgay": "2022-08-05",
        "data": [
            {"linhVuc": "A", "trucTuyen": 1, "trucTiep": 2, "tongSo": 3, "tyLe": 33.33},
            {"linhVuc": "Tổng cộng", "trucTuyen": 1, "trucTiep": 2, "tongSo": 3, "tyLe": 33.33},
        ],
    }


def test_json_is_a_plain_list_where_there_is_nothing_else_to_say():
    assert json.loads(write([("A", 1, 2)], Style("json", stated_rate=False))) == [
        {"linhVuc": "A", "trucTuyen": 1, "trucTiep": 2, "tongSo": 3}
    ]
    assert json.loads(write([("A", 1, 2)], Style("json", date_in_file=True)))["ngay"] == "2022-08-05"


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_whole_file_may_be_decomposed(file_format, grid_of):
    cells = grid_of(write([("Hộ tịch", 1, 2)], full(file_format, normal_form="NFD")), file_format)
    texts = [cell for row in cells for cell in row if isinstance(cell, str)]
    assert texts == [unicodedata.normalize("NFD", text) for text in texts]
    assert unicodedata.normalize("NFD", "Hộ tịch") in texts


@pytest.mark.parametrize("file_format", ["csv_semicolon", "csv_comma", "html", "json"])
def test_a_text_file_may_begin_with_a_byte_order_mark(file_format):
    assert write([("A", 1, 2)], Style(file_format, bom=True)).startswith(b"\xef\xbb\xbf")
    assert not write([("A", 1, 2)], Style(file_format)).startswith(b"\xef\xbb\xbf")


def test_suffixes_are_those_units_use():
    assert [suffix(Style(name)) for name in FORMATS] == [".xlsx", ".xls", ".csv", ".csv", ".json"]
