"""Files that are no table, or no longer one."""

import base64
import gzip

from tests.corpus.recipes.tools import Page, archive, text, xls, xlsx
from tests.corpus.recipes.usual import CSV, TABLE

_PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


def files() -> dict[str, bytes]:
    """Name → bytes."""
    workbook, legacy = xlsx(Page(TABLE)), xls(Page(TABLE))
    return {
        "empty.csv": b"",
        "spaces-only.csv": b" \r\n\t\r\n",
        "picture.xlsx": _PNG,
        "scan.xls": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        "half-a-workbook.xlsx": workbook[: len(workbook) // 2],
        "half-a-biff.xls": legacy[:600],
        "zipped-csv.xlsx": archive([("2022-08-05.csv", text(*CSV))]),
        "document.xlsx": archive([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]),
        "gzipped.csv": gzip.compress(text(*CSV), compresslevel=0, mtime=0),
        "half-a-list.json": '[{"linhVuc": "Đất đai", "trucTuyen": 1489, "trucT'.encode(),
        "object-without-list.json": text('{"error": "Không có quyền truy cập"}'),
        "login-page.xls": text("<!DOCTYPE html><html><body><form>Tên đăng nhập: <input></form></body></html>"),
        "half-an-element.xml": "<baoCao><dong><linhVuc>Đất đai</linhVuc><trucTuyen>14".encode(),
        "entities.xml": text(
            '<!DOCTYPE baoCao [<!ENTITY a "Đất đai">]>',
            "<baoCao><dong><linhVuc>&a;</linhVuc><trucTuyen>1</trucTuyen><trucTiep>2</trucTiep><tongSo>3</tongSo></dong>",
            "</baoCao>",
        ),
        "letter.csv": text("Kính gửi Sở Thông tin và Truyền thông", "Hôm nay đơn vị không phát sinh hồ sơ."),
        "other-table.csv": text("Họ tên;Chức vụ", "Nguyễn Văn A;Chuyên viên"),
        "nulls.csv": b"\x00\x01\x02\x03" * 16,
    }
