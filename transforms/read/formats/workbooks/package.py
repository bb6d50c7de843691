"""The XML parts of a workbook's zip, unpacked while counting, and packed anew. Reads no sheet."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from transforms.read.refusal import UnreadableError, refuse

MAX_UNPACKED = 192 * 1024 * 1024
MAX_PARTS = 10_000

_PIECE = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 1


def damaged() -> UnreadableError:
    """The refusal of a workbook that cannot be opened."""
    return refuse("tệp Excel bị cắt cụt hoặc hỏng", "the Excel file is truncated or damaged")


def unpack(content: bytes) -> dict[str, bytes]:
    """The `.xml` and `.rels` entries of a zip by name, in lower case as Excel looks them up.

    Counts what really comes out: a zip's directory may lie. Raises UnreadableError when it is cut, when two
    entries have one name, or beyond MAX_UNPACKED bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise damaged() from error
    wanted = {_part_name(entry): entry for entry in entries if _part_name(entry).endswith((".xml", ".rels"))}
    same = sum(_part_name(entry) in wanted for entry in entries)
    if same != len(wanted) or len(wanted) > MAX_PARTS:
        raise damaged()
    left = MAX_UNPACKED
    parts: dict[str, bytes] = {}
    for name, entry in wanted.items():
        pieces = []
        for piece in _inflate(content, entry):
            left -= len(piece)
            if left < 0:
                limit = MAX_UNPACKED // 1024 // 1024
                raise refuse(
                    f"tệp nén bung ra quá {limit} MB (bom nén)",
                    f"the file unpacks to more than {limit} MB (zip bomb)",
                )
            pieces.append(piece)
        parts[name] = b"".join(pieces)
    return parts


def _part_name(entry: zipfile.ZipInfo) -> str:
    """In lower case, without a leading slash, and with slashes where a program wrote backslashes."""
    return entry.filename.replace("\\", "/").lstrip("/").lower()


def _inflate(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if entry.flag_bits & _ENCRYPTED or len(header) < _LOCAL_HEADER.size:
        raise damaged()
    magic, name, extra = _LOCAL_HEADER.unpack(header)
    start = entry.header_offset + _LOCAL_HEADER.size + name + extra
    end = start + entry.compress_size
    if magic != b"PK\x03\x04" or end > len(content):
        raise damaged()
    if entry.compress_type == zipfile.ZIP_STORED:
        yield content[start:end]
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        yield from _deflated(content, start, end)
    else:
        raise damaged()


def _deflated(content: bytes, start: int, end: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for place in range(start, end, _PIECE):
            rest = content[place : min(place + _PIECE, end)]
            while rest and not stream.eof:
                yield stream.decompress(rest, 16 * _PIECE)
                rest = stream.unconsumed_tail
    except zlib.error as error:
        raise damaged() from error
    if not stream.eof:
        raise damaged()


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A zip of the parts, uncompressed: what is read later is what was checked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()
