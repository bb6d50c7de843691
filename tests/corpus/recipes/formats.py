"""Each format with the same ordinary table: nothing here is dirty but the format itself."""

import json

from tests.corpus.recipes.tools import Formula, Page, cells, html, text, xls, xlsx
from tests.corpus.recipes.usual import CSV, HEADER, RECORDS, ROWS, TABLE


def files() -> dict[str, bytes]:
    """Name → bytes."""
    english = ("STT,Lĩnh vực,Trực tuyến,Trực tiếp,Tổng số", '1,Đất đai,"1,489",11,"1,500"', "2,Hộ tịch,0,5,5")
    records = json.dumps(RECORDS, ensure_ascii=False, indent=1)
    return {
        "workbook.xlsx": xlsx(Page(TABLE)),
        "biff.xls": xls(Page(TABLE)),
        "html-saved-as-xls.xls": html(cells(*HEADER, tag="th"), *(cells(*row) for row in ROWS)),
        "html-unclosed-cells.xls": (
            "<TABLE>\n<TR><TH>STT<TH>Lĩnh vực<TH>Trực tuyến<TH>Trực tiếp<TH>Tổng số\n"
            "<TR><TD>1<TD>Đất đai<TD>1489<TD>11<TD>1500\n<TR><TD>2<TD>Hộ tịch<TD>0<TD>5<TD>5\n</TABLE>\n"
        ).encode(),
        "html-layout-table-around.xls": (
            "<html><meta charset='utf-8'><table><tr><td><b>Cổng dịch vụ công</b></td></tr><tr><td>\n<table>"
            + "".join(f"<tr>{cells(*row)}</tr>\n" for row in TABLE)
            + "</table></td></tr></table></html>\n"
        ).encode(),
        "semicolon.csv": text(*CSV),
        "comma-quoted-thousands.csv": text(*english),
        "tab.txt": text(*(line.replace(";", "\t") for line in CSV)),
        "pipe.csv": text(*(line.replace(";", "|") for line in CSV)),
        "sep-line.csv": text("sep=;", *CSV),
        "crlf-and-blank-lines.csv": text("", *CSV, "", "", end="\r\n"),
        "empty-columns-at-the-right.csv": text(*(line + ";;;;" for line in CSV)),
        "quoted-line-breaks.csv": text(
            'STT;"Lĩnh\nvực";"Trực\ntuyến";Trực tiếp;Tổng số', '1;"Đất\nđai";1489;11;1500', "2;Hộ tịch;0;5;5"
        ),
        "array.json": text(records),
        "data.json": text(json.dumps({"donVi": "Sở Y tế", "ngay": "2022-08-05", "data": RECORDS}, ensure_ascii=False)),
        "total-items.json": text(json.dumps({"total": 2, "items": RECORDS}, ensure_ascii=False)),
        "wrapped.json": text(json.dumps({"result": {"data": RECORDS}}, ensure_ascii=False)),
        "counts-as-text.json": text(
            '[{"linhVuc": "Đất đai", "trucTuyen": "1.489", "trucTiep": "11", "tongSo": "1.500"},',
            ' {"linhVuc": "Hộ tịch", "trucTuyen": "-", "trucTiep": "5", "tongSo": "5"}]',
        ),
        "lines.ndjson": text(*(json.dumps(record, ensure_ascii=False) for record in RECORDS)),
        "elements.xml": text(
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<baoCao>",
            " <dong><linhVuc>Đất đai</linhVuc><trucTuyen>1489</trucTuyen>",
            "  <trucTiep>11</trucTiep><tongSo>1500</tongSo></dong>",
            " <dong><linhVuc>Hộ tịch</linhVuc><trucTuyen>0</trucTuyen><trucTiep>5</trucTiep><tongSo>5</tongSo></dong>",
            "</baoCao>",
        ),
        "attributes.xml": text(
            '<baoCao xmlns="urn:bao-cao">',
            '<dong linhVuc="Đất đai" trucTuyen="1489" trucTiep="11" tongSo="1500"/>',
            '<dong linhVuc="Hộ tịch" trucTuyen="0" trucTiep="5" tongSo="5"/>',
            "</baoCao>",
        ),
        "workbook-named.csv": xlsx(Page(TABLE)),
        "csv-named.xlsx": text(*CSV),
        "formulas.xlsx": xlsx(
            Page(
                (
                    HEADER,
                    (1, "Đất đai", 1489, 11, Formula("=C2+D2", 1500)),
                    (2, "Hộ tịch", 0, 5, Formula("=C3+D3", 5)),
                    (
                        None,
                        "Tổng cộng",
                        Formula("=SUM(C2:C3)", 1489),
                        Formula("=SUM(D2:D3)", 16),
                        Formula("=C4+D4", 1505),
                    ),
                )
            )
        ),
    }
