"""Whole files in, figures or a refusal out: what a unit relies on when it sends a file."""

import io
import json
import zipfile

import pytest
import xlsxwriter

from tests.reference import headers, titles
from transforms.dictionary.contracts import SUMMARY
from transforms.read.agreed import Agreed
from transforms.read.filings import Filings, read_filings
from transforms.read.formats.workbooks.package import MAX_UNPACKED


def read(*contents: bytes | str) -> Filings:
    files = {i: c.encode() if isinstance(c, str) else c for i, c in enumerate(contents)}
    return read_filings(files, SUMMARY, headers(), words=titles())


def figures(filings: Filings, kind: str = "detail") -> list[tuple[object, ...]]:
    rows = filings.rows.filter(kind=kind)
    return rows.select("field", "online", "in_person", "total").rows()


def refusal(content: bytes | str, lang: str = "vi") -> str:
    filings = read(content)
    assert filings.rows.is_empty()
    return filings.refusals[0].describe(lang)


HEADER = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số"
EXPECTED = [("Đất đai", 1489, 11, 1500), ("Hộ tịch", 0, 5, 5)]


def workbook(rows: list[list[object]], *, merge: tuple[tuple[int, int, int, int, str], ...] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Báo cáo")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
        for area in merge:
            sheet.merge_range(*area[:4], area[4])
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n",
        f"\ufeff{HEADER}\nĐất đai;1489;11;1500\nHộ tịch;-;5;5\n",
        "field,online,in_person,total\nĐất đai,1489,11,1500\nHộ tịch,0,5,5\n",
        'Lĩnh vực,Trực tuyến (1),Trực tiếp (2),"Tổng (1)+(2)=(3)"\nĐất đai,"1,489",11,"1,500"\nHộ tịch,0,5,5\n',
        f"{HEADER}\r\nĐất đai;1 489;11;1 500\r\nHộ tịch;0;5;5\r\n".replace(";", "\t"),
        f"SỞ Y TẾ\nBÁO CÁO NGÀY\n\n{HEADER}\n(1);(2);(3);(4)=(2)+(3)\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n",
        f"{HEADER}\n;(1);(2);(3)=(1)+(2)\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n",
        f"{HEADER}\nA;1;2;3=1+2\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n",
    ],
    ids=["semicolon", "bom", "comma", "comma-quoted", "tabs", "titles", "numbers-blank-name", "numbers-lettered"],
)
def test_csv(text: str) -> None:
    assert figures(read(text)) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_text_encodings(encoding: str) -> None:
    text = f"{HEADER}\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n"
    assert figures(read(text.encode(encoding))) == EXPECTED


def test_rows_keep_the_numbers_of_the_file_behind_a_quoted_line_break() -> None:
    filings = read('"Lĩnh\nvực";Trực tuyến;Trực tiếp;Tổng số\n"Đất\nđai";1;2;3\nHộ tịch;0;5;5\n')
    assert filings.rows["row"].to_list() == [4, 5]


def test_xlsx_with_titles_two_level_header_column_numbers_and_footer() -> None:
    rows: list[list[object]] = [
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["Đơn vị tính: hồ sơ"],
        ["STT", "Lĩnh vực", "Số lượng hồ sơ", "", "", "Tỷ lệ (%)"],
        ["", "", "Trực tuyến", "Trực tiếp", "Tổng số", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)=(3)+(4)", "(6)"],
        ["", "Tổng cộng", 1489, 16, 1505, 98.94],
        [1, "Đất đai", 1489, 11, 1500, 99.27],
        [2, "Hộ tịch", 0, 5, 5, 0],
        [],
        ["", "Người lập biểu", "", "", "Thủ trưởng đơn vị"],
    ]
    merged = (
        (2, 0, 3, 0, "STT"),
        (2, 1, 3, 1, "Lĩnh vực"),
        (2, 2, 2, 4, "Số lượng hồ sơ"),
        (2, 5, 3, 5, "Tỷ lệ (%)"),
    )
    filings = read(workbook(rows, merge=merged))
    assert figures(filings) == EXPECTED
    assert figures(filings, "totals") == [("Tổng cộng", 1489, 16, 1505)]


def test_html_saved_as_xls() -> None:
    html = (
        "<html><meta charset='utf-8'><table><tr><td colspan=4>SỞ Y TẾ</td></tr>"
        "<tr><th rowspan=2>Lĩnh vực<th colspan=3>Số hồ sơ</tr><tr><th>Trực tuyến<th>Trực tiếp<th>Tổng số</tr>"
        "<tr><td>Đất đai<td>1.489<td>11<td>1.500</tr><tr><td>Hộ tịch<td>0<td>5<td>5</tr></table></html>"
    )
    assert figures(read(html)) == EXPECTED


@pytest.mark.parametrize("wrapped", [True, False])
def test_json(wrapped: bool) -> None:
    records = [
        {"linhVuc": "Đất đai", "trucTuyen": 1489, "trucTiep": 11, "tongSo": 1500},
        {"linhVuc": "Hộ tịch", "trucTuyen": 0, "trucTiep": 5, "tongSo": 5},
    ]
    document = {"donVi": "Sở Y tế", "data": records} if wrapped else records
    assert figures(read(json.dumps(document, ensure_ascii=False))) == EXPECTED


def test_group_rows_are_no_details() -> None:
    filings = read(
        "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n"
        "I;Tài nguyên;;;\n1;Đất đai;1.489;11;1.500\nII;Tư pháp;0;5;5\n1;Hộ tịch;0;5;5\n"
    )
    assert figures(filings) == EXPECTED
    assert figures(filings, "subtotal") == [("Tư pháp", 0, 5, 5)]


def test_a_row_with_figures_but_no_number_in_a_numbered_table_is_not_taken_for_a_detail() -> None:
    filings = read(
        "STT;Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\n"
        ";Bộ phận Một cửa;1.489;16;1.505\n1;Đất đai;1.489;11;1.500\n2;Hộ tịch;0;5;5\n"
    )
    assert figures(filings, "unknown") == [("Bộ phận Một cửa", 1489, 16, 1505)]


def test_a_blank_count_is_kept_as_unknown_not_as_zero_and_not_dropped() -> None:
    assert figures(read(f"{HEADER}\nĐất đai;;11;1.500\nHộ tịch;;;\n")) == [
        ("Đất đai", None, 11, 1500),
        ("Hộ tịch", None, None, None),
    ]


@pytest.mark.parametrize(
    ("title", "unit", "day"),
    [
        ("Đơn vị: Sở Y tế", "Sở Y tế", None),
        ("Ngày 05/08/2022", None, "2022-08-05"),
        ("Từ ngày 01/8/2022 đến ngày 19/8/2022", None, "2022-08-19"),
        ("Số liệu tính đến ngày 19 tháng 8 năm 2022", None, "2022-08-19"),
        ("Đơn vị tính: hồ sơ", None, None),
        ("Thái Nguyên, ngày 20 tháng 8 năm 2022", None, None),
    ],
)
def test_what_title_rows_state(title: str, unit: str | None, day: str | None) -> None:
    statements = read(f"{title};;;\n{HEADER}\nĐất đai;1;2;3\n").rows.filter(kind="statement")
    assert statements["unit"].drop_nulls().to_list() == ([unit] if unit else [])
    assert [str(value) for value in statements["date"].drop_nulls()] == ([day] if day else [])


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        chunk = bytes(MAX_UNPACKED // 8)
        for number in range(9):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", chunk)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "tệp rỗng"),
        (b" \n ", "tệp rỗng"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x01\x02\x03", "nhị phân"),
        (workbook([["Lĩnh vực"]])[:700], "cắt cụt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cắt cụt"),
        ('{"data": [{"linhVuc": "A", ', "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"a": 1}', "danh sách"),
        ("<html><body>Đăng nhập</body></html>", "không có bảng"),
        ("xin chào", "dấu phân cách"),
        ("a;b\n1;2\n", "tiêu đề"),
        ("Lĩnh vực;Trực tuyến;Trực tiếp\nA;1;2\n", "thiếu cột “Tổng số (3)”"),
        (f"{HEADER}\n", "không có dòng số liệu"),
        ("Lĩnh vực;Trực tuyến\n".encode("utf-16-le")[1:], "nhị phân"),
        ("Tên;Trực tuyến".encode("cp1252", errors="ignore"), "UTF-8"),
    ],
)
def test_garbage_is_refused_in_one_line(content: bytes | str, message: str) -> None:
    line = refusal(content)
    assert message in line
    assert "\n" not in line


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "bom nén" in refusal(zip_bomb())


def test_mixed_thousands_separators_are_refused_with_the_cell() -> None:
    line = refusal(f"{HEADER}\nĐất đai;1.489;11;1,500\n")
    assert "dòng 2" in line
    assert "Tổng số" in line
    assert "1,500" in line


def test_an_unknown_header_is_named_with_the_nearest_known() -> None:
    assert "“Tổng cộg” ≈ total" in refusal("Lĩnh vực;Trực tuyến;Trực tiếp;Tổng cộg\nA;1;2;3\n", "en")


def test_one_bad_file_does_not_touch_the_others() -> None:
    filings = read("", f"{HEADER}\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\n", b"\x89PNG")
    assert set(filings.refusals) == {0, 2}
    assert filings.rows["file"].unique().to_list() == [1]


def test_what_a_unit_writes_for_a_missing_figure_is_blank_in_its_own_files_alone() -> None:
    files = {file: f"{HEADER};Bưu chính;Tỷ lệ\nĐất đai;7;0;7;nd; NA \nND;12;3;15;0;80\n".encode() for file in range(2)}
    agreed = {0: Agreed(null_values=("NA", "ND"))}
    filings = read_filings(files, SUMMARY, headers(), agreed, words=titles())
    assert filings.texts.select("file", "field", "postal", "stated_rate").rows() == [
        (0, "Đất đai", None, None),
        (0, "ND", "0", "80"),  # a name is no figure
        (1, "Đất đai", "nd", "NA"),
        (1, "ND", "0", "80"),
    ]


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (
            '[{"domainName": "Đất đai", "onlineCount": 7, "onegateCount": 0}]',
            "“domainName”, “onlineCount”, “onegateCount”",
        ),
        ("<r><d><ten>Đất đai</ten><sl>7</sl></d></r>", "“ten”, “sl”"),
        ('{"data": [{"linhVuc": "Đất đai", "a": {"b": {"trucTuyen": 7}}}]}', "“linhVuc”, “a.b”"),
    ],
)
def test_a_document_without_the_columns_names_the_keys_it_has(document: str, keys: str) -> None:
    assert refusal(document).endswith(f"thấy các khóa: {keys}")


def test_values_of_arrays_without_a_header_are_not_shown() -> None:
    assert "Nguyễn" not in refusal('{"data": [["Nguyễn Văn An", 7, 0, 7]]}')
    assert "Nguyễn" not in refusal('{"Nguyễn Văn An": {"a": 1, "b": 2}, "Nguyễn Văn Bình": {"a": 1, "b": 2}}')
