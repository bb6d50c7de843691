"""One sound file of each format, to be broken. Shares no code with the readers."""

import io
import json
from datetime import date

import xlsxwriter
import xlwt

from tests.corpus.recipes import opendocument, word

HEADER = ["STT", "Lĩnh vực", "Trực tuyến", "Trực tiếp", "Tổng số", "Tỷ lệ"]
ROWS: list[list[object]] = [
    [1, "Đất đai", 1489, 11, 1500, 0.9927],
    [2, "Hộ tịch", 0, 5, 5, 0],
    [3, "Xây dựng", 12, 0, 12, 1],
]


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Báo cáo")
        sheet.merge_range(0, 0, 0, 5, "BÁO CÁO")
        for number, row in enumerate([HEADER, *ROWS], start=1):
            sheet.write_row(number, 0, row)
        sheet.write(5, 5, 0.5, book.add_format({"num_format": "0.00%"}))
        sheet.write_datetime(6, 0, date(2022, 8, 19), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_formula(6, 1, "=SUM(C2:C4)", None, 1501)
        sheet.write_formula(6, 2, "=1/0", None, "#DIV/0!")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(6, 7, None, None, {"hidden": True})
        book.add_worksheet("ẩn").hide()
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Báo cáo")
    sheet.write_merge(0, 0, 0, 5, "BÁO CÁO")
    for number, row in enumerate([HEADER, *ROWS], start=1):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.write(5, 5, 0.5, xlwt.easyxf(num_format_str="0.00%"))
    sheet.write(6, 0, date(2022, 8, 19), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    sheet.write(6, 1, xlwt.Formula("SUM(C2:C4)"))
    sheet.row(3).hidden = True
    sheet.col(6).hidden = True
    book.add_sheet("ẩn").visibility = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    head = "".join(f"<th rowspan=2>{name}</th>" for name in HEADER)
    return (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1258'><style>td{}</style>"
        f"</head><body><table><tr><td><table border=1><tr><td colspan=6>BÁO C&Aacute;O<br>THÁNG</td></tr>"
        f"<tr>{head}</tr><tr style='display:none'></tr>{rows}</table></td></tr></table></body></html>"
    ).encode()


def csv() -> bytes:
    lines = [HEADER, *([f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in row] for row in ROWS)]
    return "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")


def json_() -> bytes:
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    return json.dumps({"donVi": "Sở Y tế", "result": {"data": records, "total": 3}}, ensure_ascii=False).encode()


def ndjson() -> bytes:
    return b"\n".join(json.dumps(dict(zip(HEADER, row, strict=True))).encode() for row in ROWS)


def xml() -> bytes:
    records = "".join(
        f"<hoSo ma='{row[0]}'><linhVuc>{row[1]}</linhVuc><tongSo>{row[4]}</tongSo></hoSo>" for row in ROWS
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><ds xmlns='urn:x'><ngay>2022-08-19</ngay>"
    return f"{head}<data>{records}</data></ds>".encode()


def spreadsheetml() -> bytes:
    def cell(value: object) -> str:
        kind = "String" if isinstance(value, str) else "Number"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    rows = "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in [HEADER, *ROWS])
    urn = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{urn}" xmlns:ss="{urn}">'
        f'<Worksheet ss:Name="Báo cáo"><Table><Row ss:Index="2"><Cell ss:MergeAcross="5" ss:MergeDown="1"><Data '
        f'ss:Type="String">BÁO CÁO</Data></Cell></Row><Row ss:Index="5" ss:Hidden="1"/>{rows}'
        "</Table></Worksheet></Workbook>"
    ).encode()


def sheets() -> list[opendocument.Sheet]:
    styled = opendocument.Styled(12, "struck")
    note = opendocument.Rich((("7", ""), ("1", "super")))
    rate = opendocument.Shown(0.9927, "99,27%", "percentage")
    rows: list[list[object]] = [HEADER, *ROWS, [4, "Dược", styled, note, 12, rate]]
    return [opendocument.Sheet(rows, flat=(2,), hidden_columns=(5,)), opendocument.Sheet(rows, name="ẩn", hidden=True)]


def docx() -> bytes:
    struck = word.Rich((("12", "struck"), ("7", "")))
    rows = [HEADER, *ROWS, [word.numbered(1), "Dược", struck, word.Styled(12, "white"), 12, "99,27%"]]
    spanned = word.row([word.cell("BÁO CÁO", '<w:gridSpan w:val="6"/>')])
    return word.docx(
        word.table([["Sở Y tế", word.table([["1"]])]]), word.table(rows).replace("<w:tr>", f"{spanned}<w:tr>", 1)
    )


READERS = {
    "xlsx": xlsx,
    "xls": xls,
    "html": html,
    "csv": csv,
    "json": json_,
    "ndjson": ndjson,
    "xml": xml,
    "spreadsheetml": spreadsheetml,
    "docx": docx,
    "ods": lambda: opendocument.ods(*sheets()),
    "fods": lambda: opendocument.fods(*sheets()),
}
