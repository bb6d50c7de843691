"""What a file is, by its content and never by its name. Reads only the first bytes and a zip's directory."""

import io
import zipfile

from transforms.read.refusal import refuse

MAX_BYTES = 256 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024

_FOREIGN = {
    b"\x89PNG": "ảnh PNG / a PNG image",
    b"\xff\xd8\xff": "ảnh JPEG / a JPEG image",
    b"GIF8": "ảnh GIF / a GIF image",
    b"%PDF": "PDF / a PDF document",
    b"Rar!": "tệp nén RAR / a RAR archive",
    b"7z\xbc\xaf": "tệp nén 7z / a 7z archive",
    b"\x1f\x8b": "tệp nén gzip / a gzip archive",
    b"MZ": "chương trình / a program",
    b"\x7fELF": "chương trình / a program",
}


def sniff(content: bytes) -> str:
    """`xlsx`, `xls`, `html`, `json` or `csv`. Raises UnreadableError for anything that is none of them."""
    if not content.strip():
        raise refuse("tệp rỗng", "the file is empty")
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise refuse(f"tệp lớn hơn {limit} MB", f"the file is larger than {limit} MB")
    for magic, names in _FOREIGN.items():
        if content.startswith(magic):
            vi, en = names.split(" / ")
            raise refuse(f"tệp là {vi}, không phải bảng số liệu", f"the file is {en}, not a table")
    if content.startswith(b"PK\x03\x04"):
        _check_workbook(content)
        return "xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    start = decode(content[:4096], partial=True).lstrip().lower()
    if start.startswith("<"):
        if "<table" in start or "<html" in start or "<!doctype html" in start or "<meta" in start:
            return "html"
        raise refuse("tệp XML chưa đọc được", "XML files cannot be read yet")
    if start.startswith(("{", "[")):
        return "json"
    return "csv"


def decode(content: bytes, *, partial: bool = False) -> str:
    """UTF-8 (with or without BOM) or UTF-16 with BOM, as text. Raises UnreadableError for any other encoding.

    `partial` = the end may be cut in the middle of a character.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content:
        raise refuse("tệp nhị phân, không phải bảng số liệu", "a binary file, not a table")
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if partial and error.start >= len(content) - 4:
            return content[: error.start].decode(encoding)
        row = content[: error.start].count(b"\n") + 1
        byte = f"0x{content[error.start]:02x}"
        raise refuse(
            f"bảng mã không phải UTF-8 (byte {byte}); có thể là TCVN3, VNI hoặc Windows-1258",
            f"the text is not UTF-8 (byte {byte}); it may be TCVN3, VNI or Windows-1258",
            row=row,
        ) from error


def _check_workbook(content: bytes) -> None:
    """Refuse a zip that is cut, is no workbook, or would unpack to more than MAX_UNPACKED bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError) as error:
        raise refuse("tệp Excel bị cắt cụt hoặc hỏng", "the Excel file is truncated or damaged") from error
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        limit = MAX_UNPACKED // 1024 // 1024
        raise refuse(
            f"tệp nén bung ra quá {limit} MB (bom nén)",
            f"the file unpacks to more than {limit} MB (zip bomb)",
        )
    if not any(entry.filename.startswith("xl/workbook.") for entry in entries):
        raise refuse("tệp zip, không phải Excel", "a zip archive, not an Excel workbook")
