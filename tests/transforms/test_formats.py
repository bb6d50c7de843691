"""Each format brought to text as a person sees it: what is shown, what is hidden, what is no number."""

import io
import json
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt

from transforms.read.formats import grids
from transforms.read.formats.shown import UNCALCULATED
from transforms.read.grid import Grid, Origin
from transforms.read.refusal import UnreadableError


def rows(content: bytes | str) -> list[list[str]]:
    (grid,) = grids(content.encode() if isinstance(content, str) else content)
    return [list(row) for row in grid.rows]


def refusal(content: bytes | str, lang: str = "vi") -> str:
    with pytest.raises(UnreadableError) as caught:
        grids(content.encode() if isinstance(content, str) else content)
    return caught.value.refusal.describe(lang)


def xlsx(fill: object, **options: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("Báo cáo"))  # type: ignore[operator]
    return out.getvalue()


def xls(fill: object) -> bytes:
    book = xlwt.Workbook()
    fill(book, book.add_sheet("Báo cáo", cell_overwrite_ok=True))  # type: ignore[operator]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet_xml(cells: str, workbook: str = "") -> bytes:
    """A workbook whose cells stand as given, as programs other than Excel write them."""
    sound, out = io.BytesIO(xlsx(lambda _, sheet: sheet.write(0, 0, "a"))), io.BytesIO()
    with zipfile.ZipFile(sound) as archive, zipfile.ZipFile(out, "w") as packed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                part = f'<x:worksheet xmlns:x="{space}"><x:sheetData>{cells}</x:sheetData></x:worksheet>'.encode()
            if name == "xl/workbook.xml" and workbook:
                part = part.replace(b'fullCalcOnLoad="1"', workbook.encode())
            packed.writestr(name, part)
    return out.getvalue()


class TestXlsx:
    def test_cells_are_texts_that_keep_what_a_typed_cell_meant(self) -> None:
        def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_row(0, 0, [1489, 1.489, "1.489", 67.48, True, " Đất  đai "])
            sheet.write_datetime(
                1, 0, datetime(2022, 8, 19, 14, 5), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
            )
            sheet.write_datetime(1, 1, date(2022, 8, 19), book.add_format({"num_format": "dd/mm/yyyy"}))
            sheet.write(1, 2, 44792)

        assert rows(xlsx(fill)) == [
            ["1489", "1.4890", "1.489", "67.4800", "true", "Đất  đai"],
            ["2022-08-19 14:05:00", "2022-08-19", "44792", "", "", ""],
        ]

    @pytest.mark.parametrize("base_1904", [False, True])
    def test_dates_follow_the_date_system_of_the_workbook(self, base_1904: bool) -> None:
        def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_datetime(0, 0, date(2022, 8, 19), book.add_format({"num_format": "dd/mm/yyyy"}))

        assert rows(xlsx(fill, date_1904=base_1904)) == [["2022-08-19"]]

    def test_percentages_are_written_as_shown(self) -> None:
        def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            for column, (value, shown) in enumerate([(0.9893, "0.00%"), (1, "0%"), (0.5, '0.0 "%"'), (98.93, "0.00")]):
                sheet.write(0, column, value, book.add_format({"num_format": shown}))

        assert rows(xlsx(fill)) == [["98.93%", "100%", "0.5000%", "98.9300"]]

    def test_errors_and_formulas_without_a_value_are_no_numbers(self) -> None:
        def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write(0, 0, "a")
            sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
            sheet.write_formula(0, 2, "=A1", None, "#REF!")
            sheet.write_formula(0, 3, "=SUM(A1:A9)")  # the library's placeholder 0
            sheet.write_formula(0, 4, "=SUM(A1:A9)", None, 7)
            sheet.write_formula(0, 5, "=SUM(A1:A9)", None, "")

        assert rows(xlsx(fill)) == [["a", "#DIV/0!", "#REF!", UNCALCULATED, "7", UNCALCULATED]]

    def test_a_zero_that_excel_worked_out_is_a_zero(self) -> None:
        cells = '<x:c r="A1"><x:f>B1+C1</x:f><x:v>0</x:v></x:c><x:c r="B1" t="str"><x:f>C1</x:f><x:v></x:v></x:c>'
        assert rows(with_sheet_xml(f"<x:row>{cells}</x:row>", workbook='fullCalcOnLoad="0"')) == [["0", ""]]

    def test_cells_without_addresses_stand_where_they_follow(self) -> None:
        cells = "<x:row><x:c><x:v>1</x:v></x:c><x:c t='e'><x:v>#N/A</x:v></x:c></x:row>"
        cells += "<x:row r='3'><x:c r='C3'/><x:c t='e'>"
        assert rows(with_sheet_xml(cells + "<x:v>#REF!</x:v></x:c></x:row>")) == [
            ["1", "#N/A", "", ""],
            ["", "", "", ""],
            ["", "", "", "#REF!"],
        ]

    def test_hidden_rows_are_reported_and_hidden_columns_are_blank(self) -> None:
        def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            for row in range(4):
                sheet.write_row(row, 0, ["a", "b", "c", "d"])
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_column(1, 2, None, None, {"hidden": True})

        (grid,) = grids(xlsx(fill))
        assert [list(row) for row in grid.rows] == [["a", "", "", "d"]] * 4
        assert grid.hidden == {3}
        assert grid.hidden_columns == {1, 2}

    def test_a_merged_value_stands_in_each_cell_that_shows_it(self) -> None:
        def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.merge_range(0, 0, 1, 2, "gộp")
            sheet.write_row(2, 0, ["a", "b", "c"])
            sheet.set_column(0, 0, None, None, {"hidden": True})

        assert rows(xlsx(fill)) == [["", "gộp", "gộp"], ["", "gộp", "gộp"], ["", "b", "c"]]

    def test_a_merged_figure_stands_once(self) -> None:
        def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write_row(0, 0, ["a", 1, 2, 3])
            sheet.write_row(1, 0, ["b", 1, 2, 3])
            sheet.merge_range(0, 1, 1, 1, 1489)
            sheet.merge_range(0, 2, 1, 3, "1.489")

        assert rows(xlsx(fill)) == [["a", "1489", "1.489", ""], ["b", "", "", ""]]

    def test_hidden_sheets_are_not_read(self) -> None:
        def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
            sheet.write(0, 0, "nay")
            hidden = book.add_worksheet("cũ")
            hidden.write(0, 0, "cũ")
            hidden.hide()
            very_hidden = book.add_worksheet("rất cũ")
            very_hidden.very_hidden()

        assert [(grid.sheet, grid.rows) for grid in grids(xlsx(fill))] == [("Báo cáo", [["nay"]])]

    @pytest.mark.parametrize(
        ("member", "message"),
        [
            ("xl/workbook.bin", ".xlsb"),
            ("content.xml", "XML hỏng"),
            ("word/document.xml", "XML hỏng"),
            ("a.csv", "tệp nén zip có tệp .csv ở trong"),
            ("a.bin", "tệp zip, không phải Excel"),
        ],
    )
    def test_other_zips_are_refused_by_name(self, member: str, message: str) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(member, "x")
        assert message in refusal(out.getvalue())

    def test_a_sheet_that_is_cut_within_the_zip_is_refused(self) -> None:
        assert "hỏng" in refusal(with_sheet_xml("<x:row><x:c r='A1'><x:v>1</x:v></x:c>"))


class TestXls:
    def test_cells_hidden_rows_and_hidden_columns(self) -> None:
        def fill(book: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
            for column, value in enumerate([1489, 1.489, "1.489", True, "Đất đai", "ẩn"]):
                sheet.write(0, column, value)
            sheet.write(1, 0, date(2022, 8, 19), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
            sheet.write(1, 1, 0.9893, xlwt.easyxf(num_format_str="0.00%"))
            sheet.write_merge(2, 3, 0, 1, "gộp")
            sheet.row(1).hidden = True
            sheet.col(5).hidden = True
            book.add_sheet("cũ").visibility = 1

        (grid,) = grids(xls(fill))
        assert [list(row) for row in grid.rows] == [
            ["1489", "1.4890", "1.489", "true", "Đất đai", ""],
            ["2022-08-19", "98.93%"],
            ["gộp", "gộp"],
            ["gộp", "gộp"],
        ]
        assert grid == Grid("Báo cáo", grid.rows, Origin("xls"), frozenset({2}), frozenset({5}))

    def test_errors_and_formulas_without_a_value_are_no_numbers(self) -> None:
        def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
            sheet.write(0, 0, "a")
            sheet.row(0).set_cell_error(1, "#REF!")
            sheet.write(0, 2, xlwt.Formula("1+1"))

        assert rows(xls(fill)) == [["a", "#REF!", ""]]

    def test_a_workbook_of_many_texts_keeps_each_in_its_cell(self) -> None:
        def fill(_: xlwt.Workbook, sheet: xlwt.Worksheet) -> None:
            for row in range(9000):
                sheet.write(row, 0, f"Lĩnh vực {row}")
                sheet.write(row, 1, row)

        assert rows(xls(fill)) == [[f"Lĩnh vực {row}", str(row)] for row in range(9000)]

    def test_a_password_and_other_documents_are_named(self) -> None:
        content = xls(lambda _, sheet: sheet.write(0, 0, "a"))
        name = "Workbook".encode("utf-16-le")
        word = "WordDocument".encode("utf-16-le")
        at = content.index(name)
        renamed = content[:at] + word + content[at + len(word) :]
        renamed = renamed[: at + 64] + bytes((len(word) + 2, 0)) + renamed[at + 66 :]
        assert "Word" in refusal(renamed)
        encrypted = content.replace(b"\x42\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\x01\x00")
        assert encrypted != content
        assert "mật khẩu" in refusal(encrypted)


class TestHtml:
    def test_spans_breaks_references_and_a_charset_that_lies(self) -> None:
        page = (
            "<html><meta charset='windows-1252'><!-- <table> --><script>'<table>'</script><table border=1>"
            "<tr><td colspan=3>BÁO C&Aacute;O<br>THÁNG</td></tr><tr><th rowspan=2>Lĩnh vực<th colspan='2'>Hồ sơ"
            "<tr><th>A<th>B</tr><tbody><tr><td>Đất&nbsp;đai</td><td><b>1</b>.489<td x:num='2'>  2 </tbody></table>"
        )
        assert rows(page) == [
            ["BÁO CÁO\nTHÁNG"] * 3,
            ["Lĩnh vực", "Hồ sơ", "Hồ sơ"],
            ["Lĩnh vực", "A", "B"],
            ["Đất đai", "1.489", "2"],
        ]

    def test_a_span_over_thousands_of_rows_covers_them_all(self) -> None:
        page = (
            "<table><tr><td rowspan=3000>Sở Y tế<td>0</tr>"
            + "".join(f"<tr><td>{n}" for n in range(1, 3000))
            + "</table>"
        )
        assert rows(page) == [["Sở Y tế", str(n)] for n in range(3000)]

    def test_tags_left_open_in_thousands_of_rows_lose_none(self) -> None:
        page = "<table>" + "".join(f"<tr><td><font><b>Lĩnh vực {n}<td><p>{n}" for n in range(5000)) + "</table>"
        assert rows(page) == [[f"Lĩnh vực {n}", str(n)] for n in range(5000)]

    def test_a_table_for_layout_around_the_table_is_none_of_its_text(self) -> None:
        page = "<table><tr><td>đầu<table><tr><td>1<td>2</table>cuối</table>"
        assert [list(grid.rows) for grid in grids(page.encode())] == [[["đầucuối"]], [["1", "2"]]]

    def test_cells_without_a_row_begin_one(self) -> None:
        assert rows("<table><td>1<td>2<tr><td>3<td>4</table>") == [["1", "2"], ["3", "4"]]

    def test_what_is_not_displayed_is_hidden(self) -> None:
        page = (
            "<table><col><col style='display:none'><col><tr><td>a<td>b<td>c</tr>"
            "<tr style='mso-x:1; DISPLAY : none'><td>d<td>e<td>f</tr><tr><td>g<td>h<td hidden>x<td>i</table>"
        )
        (grid,) = grids(page.encode())
        assert [list(row) for row in grid.rows] == [["a", "", "c"], ["d", "", "f"], ["g", "", "i"]]
        assert grid.hidden == {2}

    def test_a_merged_figure_stands_once(self) -> None:
        assert rows("<table><tr><td>a<td rowspan=2 colspan=2>7<tr><td>b<tr><td>c<td>1<td>2</table>") == [
            ["a", "7", ""],
            ["b", "", ""],
            ["c", "1", "2"],
        ]

    def test_a_page_that_was_cut_is_refused(self) -> None:
        assert "cắt cụt" in refusal("<html><table><tr><td>Đất đai<td>1</tr><tr><td>Hộ")

    def test_an_attribute_with_brackets_ends_no_tag(self) -> None:
        assert rows("""<table><tr><td title="a>b" rowspan="2">a<td title='</td>'>2<tr><td>3</table>""") == [
            ["a", "2"],
            ["a", "3"],
        ]


class TestCsv:
    @pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_separators_quotes_and_line_ends(self, separator: str, end: str) -> None:
        lines = [["Lĩnh vực", "Số"], ["Đất “đai”", f'"1{separator}489"'], ["", '"a ""b"" c"']]
        (grid, *_) = grids(end.join(separator.join(line) for line in lines).encode())
        assert grid.origin == Origin("csv", "UTF-8", separator)
        assert grid.rows == [["Lĩnh vực", "Số"], ["Đất “đai”", f"1{separator}489"], ["", 'a "b" c']]

    def test_the_line_that_names_the_separator_is_no_row_of_cells(self) -> None:
        (grid,) = grids(b"\xef\xbb\xbfsep=,\r\na,b;c\r\n1,2\r\n")
        assert grid.rows == [[], ["a", "b;c"], ["1", "2"]]
        assert grid.origin == Origin("csv", "UTF-8 BOM", ",")

    def test_a_quote_that_never_ends_swallows_no_rows(self) -> None:
        assert refusal('a;b\n"Đất đai;1\nHộ tịch;2\n').startswith("dòng 2: dòng CSV hỏng")


class TestJson:
    def test_numbers_are_read_exactly_as_written(self) -> None:
        big = "123456789012345678901"
        text = f'[{{"a":1489.0,"b":1e3,"c":67.48,"d":{big},"e":1.489,"f":"1.489","g":null,"h":true,"i":-0.5}}]'
        assert rows(text)[1] == ["1489", "1000", "67.4800", big, "1.4890", "1.489", "", "true", "-0.5000"]

    @pytest.mark.parametrize(
        ("wrap", "titles"),
        [
            (lambda records: records, []),
            (lambda records: {"total": 2, "items": records}, [["total", "2"]]),
            (lambda records: {"code": 0, "result": {"data": records, "log": ["a"]}, "errors": []}, [["code", "0"]]),
        ],
    )
    def test_the_list_of_records_is_found_within_wrappers(self, wrap: object, titles: list[list[str]]) -> None:
        assert callable(wrap)
        text = json.dumps(wrap([{"a": "1", "x": [1]}, {"b": "2", "x": {"y": 1}}]))
        assert rows(text) == [*titles, ["a", "x", "b"], ["1", "[…]", ""], ["", "{…}", "2"]]

    def test_one_object_a_line(self) -> None:
        (grid,) = grids(b'{"a": 1, "b": "x"}\n\n{"b": "y"}\n')
        assert grid == Grid("", [["a", "b"], ["1", "x"], ["", "y"]], Origin("ndjson", "UTF-8"))
        assert rows('{"a": 1, "b": "x"}\n') == [["a", "b"], ["1", "x"]]

    @pytest.mark.parametrize("text", ["[]", '{"data": []}', '{"total": 0, "items": []}', '{"result": {"data": []}}'])
    def test_an_empty_list_is_a_grid_without_rows(self, text: str) -> None:
        assert grids(text.encode()) == [Grid("", [], Origin("json", "UTF-8"))]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"error": "x", "details": []}', "đúng một danh sách"),
            ('{"a": [{"b": 1}], "c": [{"d": 1}]}', "đúng một danh sách"),
            ("[1, 2]", "danh sách các bản ghi"),
            ('[{"a": 1, "a": 2}]', "cột “a”: JSON có khóa bị lặp"),
            ('[{"a": "\\ud800"}]', "ký tự không hợp lệ"),
            ('[{"a": "b\\u0000c"}]', "ký tự không hợp lệ"),
            ('[{"a\\u0000": "b"}]', "ký tự không hợp lệ"),
            ('{"a": 1, "b": 2}\n{"a": 1,', "dòng 2: tệp JSON hỏng"),
        ],
    )
    def test_what_is_no_single_list_of_sound_records_is_refused(self, text: str, message: str) -> None:
        assert message in refusal(text)


class TestXml:
    def test_records_of_attributes_and_elements_whatever_the_namespace(self) -> None:
        text = (
            "<?xml version='1.0' encoding='UTF-16'?><d:ds xmlns:d='urn:d' xmlns='urn:e' nam='2022'>"
            "<ngay>2022-08-19</ngay><data><hoSo ma='1'><linhVuc> Đất đai </linhVuc><tep><a/><b/></tep>"
            "<the>1</the><the>2</the><the>1</the></hoSo>"
            "<hoSo ma='2'><tongSo>5</tongSo></hoSo></data></d:ds>"
        )
        (grid,) = grids(text.encode())
        assert grid.origin == Origin("xml", "UTF-8")
        assert grid.rows == [
            ["nam", "2022"],
            ["ngay", "2022-08-19"],
            ["ma", "linhVuc", "the", "tongSo"],
            ["1", "Đất đai", "1\n2", ""],
            ["2", "", "", "5"],
        ]

    def test_one_record_in_its_list(self) -> None:
        text = "<ds><meta><a>1</a></meta><items><item><b>2</b></item></items></ds>"
        assert rows(text) == [["a", "1"], ["b"], ["2"]]

    def test_an_empty_list_is_a_grid_without_rows(self) -> None:
        assert grids(b"<r><total>0</total><items/></r>") == [Grid("", [], Origin("xml", "UTF-8"))]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("<r><x><a>1</a></x><x><a>1</a></x><y><a>1</a></y><y><a>1</a></y></r>", "đúng một danh sách"),
            ("<Error><Code>AccessDenied</Code></Error>", "đúng một danh sách"),
            ("<r><x>", "hỏng hoặc bị cắt cụt"),
            ("<!DOCTYPE r [<!ENTITY a 'b'>]><r><x><a>&a;</a></x></r>", "DTD"),
        ],
    )
    def test_what_is_no_single_list_is_refused(self, text: str, message: str) -> None:
        assert message in refusal(text)


SPREADSHEETML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.00%"/></Style></Styles>
<Worksheet ss:Name="Báo cáo"><Table><Column ss:Index="4" ss:Hidden="1"/>
<Row ss:Index="2"><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">gộp</Data></Cell>
<Cell><Data ss:Type="Number">1.489</Data></Cell><Cell><Data ss:Type="Number">7</Data></Cell></Row>
<Row ss:Hidden="1"><Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.9893</Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2022-08-19T00:00:00.000</Data></Cell><Cell ss:Formula="=1/0"/>
<Cell><Data ss:Type="Error">#REF!</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="cũ"><Table/><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">
<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"""


def test_excel_2003_xml_is_read_like_a_workbook() -> None:
    (grid,) = grids(SPREADSHEETML.encode())
    assert [list(row) for row in grid.rows] == [
        [],
        ["gộp", "gộp", "1.4890", ""],
        ["gộp", "gộp", "98.93%"],
        ["2022-08-19 00:00:00", UNCALCULATED, "#REF!"],
    ]
    assert grid.hidden == {3}
    assert grid.hidden_columns == {3}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "MHTML"),
        (b"{\\rtf1 a}", "RTF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"Rar!\x1a\x07\x00", "RAR"),
    ],
)
def test_what_is_no_table_is_refused_by_name(content: bytes, message: str) -> None:
    assert message in refusal(content)
    assert message in refusal(content, "en")
