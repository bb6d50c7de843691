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
    "ppt/presentation.xml": "PowerPoint, không phải Excel / a PowerPoint presentation, not Excel",
}
WORD_DOCUMENT = re.compile(r"word/document\d*\.xml")
_INSIDE = re.compile(r"\.(?:xlsx|xlsm|xls|docx|csv|txt|html?|json|xml|ods)$")
_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument"
_OPEN_DOCUMENT_ENTRIES = {"content.xml", "encrypted-package"}  # the second: all of it behind a password
# How a workbook begins that stands in no container: Excel 2 to 4, and Excel 5 to 2003.
_ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_BARE = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]")
# What programs write before a workbook by mistake: byte order marks and line ends.
_PREFIX = b"\xef\xbb\xbf\r\n\t "
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


def without_prefix(content: bytes) -> bytes:
    """A workbook without the marks and line ends that a program wrote before it; any other file as it is."""
    start = content[:64].lstrip(_PREFIX)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return content[len(content[:64]) - len(start) :]
    return content


def sniff(content: bytes) -> str:
    """`xlsx`, `docx`, `ods`, `xls` or `text`. Raises UnreadableError for what is no table, and beyond the limits."""
    if not content.strip():
        raise refuse("tệp rỗng", "the file is empty")
    for magic, names in _FOREIGN.items():
        if content.startswith(magic):
            vi, en = names.split(" / ")
            raise refuse(f"tệp là {vi}, không phải bảng số liệu", f"the file is {en}, not a table")
    kind = "text"
    if content.startswith(b"PK\x03\x04"):
        kind = "xlsx"
    elif content.startswith(b"\xd0\xcf\x11\xe0") or _BARE.match(content):
        kind = "xls"
    elif content.startswith(_ANCIENT):
        raise refuse(
            "tệp Excel quá cũ (trước Excel 5): mở bằng Excel, lưu lại thành .xlsx",
            "the Excel file is too old (before Excel 5): open it in Excel and save it as .xlsx",
        )
    limit = MAX_TEXT_BYTES if kind == "text" else MAX_BYTES
    if len(content) > limit:
        limit = limit // 1024 // 1024
        raise refuse(f"tệp lớn hơn {limit} MB", f"the file is larger than {limit} MB")
    if kind == "xlsx":
        return _workbook(content)
    return kind


def sniff_text(text: str) -> str:
    """`html`, `spreadsheetml`, `fods`, `xml`, `json` or `csv`. Raises UnreadableError for a web archive (MHTML)."""
    start = text[:65536].lstrip("\ufeff \t\r\n")
    if not start:
        raise refuse("tệp rỗng", "the file is empty")
    if start.startswith("<"):
        root = _ROOT.search(start)
        name = root.group(1).lower() if root else ""
        if _HTML.fullmatch(name) or start[:14].lower() == "<!doctype html":
            return "html"
        if _OPEN_DOCUMENT in start and name.endswith("document"):
            return "fods"
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


def _workbook(content: bytes) -> str:
    """`xlsx`, `docx` or `ods`. Raises UnreadableError for a zip that is cut or is none of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower().replace("\\", "/").lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise refuse("tệp Excel bị cắt cụt hoặc hỏng", "the Excel file is truncated or damaged") from error
    if "xl/workbook.xml" in names or ("_rels/.rels" in names and any("worksheets/" in name for name in names)):
        return "xlsx"
    if any(map(WORD_DOCUMENT.fullmatch, names)):
        return "docx"
    if names & _OPEN_DOCUMENT_ENTRIES:
        return "ods"
    for name, labels in _UNREAD_ZIPS.items():
        if name in names:
            vi, en = labels.split(" / ")
            raise refuse(f"tệp là {vi}", f"the file is {en}")
    inside = sorted(found[0] for name in names if (found := _INSIDE.search(name)))
    if inside:
        raise refuse(
            f"tệp nén zip có tệp {inside[0]} ở trong: hãy giải nén rồi gửi tệp đó",
            f"a zip archive with a {inside[0]} file inside: unpack it and send that file",
        )
    raise refuse("tệp zip, không phải Excel", "a zip archive, not an Excel workbook")
