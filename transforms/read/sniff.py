"""Finds out what a file is, by its content and never by its name. Reads only the first bytes and a zip's directory."""

import io
import re
import struct
import zipfile

from transforms.read.refusal import refuse

MAX_BYTES = 256 * 1024 * 1024
MAX_TEXT_BYTES = 64 * 1024 * 1024

_FOREIGN = {
    b"\x89PNG": "ảnh PNG / a PNG image",
    b"\xff\xd8\xff": "ảnh JPEG / a JPEG image",
    b"GIF8": "ảnh GIF / a GIF image",
    b"%PDF": "PDF / a PDF document",
    b"{\\rtf": "tài liệu RTF / an RTF document",
    b"Rar!": "tệp nén RAR / a RAR archive",
    b"7z\xbc\xaf": "tệp nén 7z / a 7z archive",
    b"\x1f\x8b": "tệp nén gzip / a gzip archive",
    b"MZ": "chương trình / a program",
    b"\x7fELF": "chương trình / a program",
}
# By an entry of the zip.
_UNREAD_ZIPS = {
    "xl/workbook.bin": "Excel nhị phân (.xlsb); hãy lưu lại thành .xlsx / a binary workbook (.xlsb); save it as .xlsx",
    "content.xml": "OpenDocument (.ods); hãy lưu lại thành .xlsx / OpenDocument (.ods); save it as .xlsx",
    "word/document.xml": "tài liệu Word, không phải Excel / a Word document, not Excel",
    "ppt/presentation.xml": "PowerPoint, không phải Excel / a PowerPoint presentation, not Excel",
}
_SPREADSHEET_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_ROOT = re.compile(r"<([A-Za-z][\w.:-]{0,60})")
# `callback([…])`, `var data = […]`, `/* … */ […]`, and what keeps a browser from running it.
_CALLED_JSON = re.compile(
    r"""(?:[\w.$]{1,60}\s?\(|(?:var|let|const)\s[\w$]{1,60}\s?=|/[*/][^\n]{0,200}?|\)\]\}',?)\s{0,9}[\[{]\s{0,9}["\[{]"""
)
_QUOTED_JSON = re.compile(r'"[\[{][\[{\s]{0,9}\\"')  # a document written as a text: "[{\"a\": …
_HTML = re.compile(
    r"html|head|body|title|meta|link|style|script|base|table|thead|tbody|tr|t[dh]|div|center|form|font|span|p|br|h[1-6]|b"
)


def sniff(content: bytes) -> str:
    """`xlsx`, `xls` or `text`. Raises UnreadableError for what is known to be no table, and beyond the limits."""
    if not content.strip():
        raise refuse("tệp rỗng", "the file is empty")
    for magic, names in _FOREIGN.items():
        if content.startswith(magic):
            vi, en = names.split(" / ")
            raise refuse(f"tệp là {vi}, không phải bảng số liệu", f"the file is {en}, not a table")
    kind = "text"
    if content.startswith(b"PK\x03\x04"):
        kind = "xlsx"
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        kind = "xls"
    limit = MAX_TEXT_BYTES if kind == "text" else MAX_BYTES
    if len(content) > limit:
        limit = limit // 1024 // 1024
        raise refuse(f"tệp lớn hơn {limit} MB", f"the file is larger than {limit} MB")
    if kind == "xlsx":
        _check_workbook(content)
    return kind


def sniff_text(text: str) -> str:
    """`html`, `spreadsheetml`, `xml`, `json` or `csv`. Raises UnreadableError for a web archive (MHTML)."""
    start = text[:65536].lstrip("\ufeff \t\r\n")
    if not start:
        raise refuse("tệp rỗng", "the file is empty")
    if start.startswith("<"):
        root = _ROOT.search(start)
        name = root.group(1).lower() if root else ""
        if _HTML.fullmatch(name) or start[:14].lower() == "<!doctype html":
            return "html"
        return "spreadsheetml" if _SPREADSHEET_2003 in start and name.endswith("workbook") else "xml"
    if re.match(r"MIME-Version:", start, re.IGNORECASE):
        raise refuse(
            "trang web lưu thành một tệp (MHTML) chưa đọc được; hãy lưu lại thành .xlsx",
            "a web archive (MHTML) is not read; save it as .xlsx",
        )
    if _CALLED_JSON.match(start):
        raise refuse(
            "JSON có chữ thừa ở đầu (lời gọi hàm hoặc chú thích): hãy xuất lại thành JSON hoặc .xlsx",
            "JSON behind other text (a call or a comment): export it again as JSON or .xlsx",
        )
    return "json" if start.startswith(("{", "[")) or _QUOTED_JSON.match(start) else "csv"


def _check_workbook(content: bytes) -> None:
    """Refuse a zip that is cut or is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise refuse("tệp Excel bị cắt cụt hoặc hỏng", "the Excel file is truncated or damaged") from error
    if "xl/workbook.xml" in names:
        return
    for name, labels in _UNREAD_ZIPS.items():
        if name in names:
            vi, en = labels.split(" / ")
            raise refuse(f"tệp là {vi}", f"the file is {en}")
    raise refuse("tệp zip, không phải Excel", "a zip archive, not an Excel workbook")
