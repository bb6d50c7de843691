"""Strategies that break a sound file: cut, flip, splice, repeat, insert. Knows no reader."""

import io
import re
import zipfile

from hypothesis import strategies as st

_WORDS = [
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b'"', b"'", b"<", b">", b"</", b"{", b"}", b"[", b"]", b",", b";"),
    *(b"<table>", b"<td rowspan=99999 colspan=99999>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<tr>", b"</table>"),
    *(b'r="XFD1048576"', b'r="A99999999999"', b'<c r="ZZ9"><v>1</v></c>', b't="s"', b't="e"', b"<f>1</f>",),
    *(b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x08\x02\x10\x00", b"\x3c\x00\x04\x00", b"1e999999999", b"9" * 5000),
    *(b'"\\ud800"', b'hidden="1"', b"NaN", b"true", "Đ".encode(), b"\xc6\xb0", b"\xf4\x8f\xbf\xbf", b"9999999"),
]  # fmt: skip


@st.composite
def breaks(draw: st.DrawFn, sound: bytes) -> bytes:
    """`sound` after one to eight changes; a change is made at a place of the file as it is then."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(len(content), 1)))
        size = draw(st.one_of(st.integers(0, 8), st.integers(0, 600)))
        match draw(st.sampled_from(["flip", "flip", "cut", "drop", "repeat", "insert", "word", "word", "move"])):
            case "flip" if place < len(content):
                content[place] ^= draw(st.integers(1, 255))
            case "cut":
                del content[place:]
            case "drop":
                del content[place : place + size]
            case "repeat":
                content[place:place] = content[place : place + size] * draw(st.integers(1, 200))
            case "insert":
                content[place:place] = draw(st.binary(max_size=40))
            case "word":
                content[place:place] = draw(st.sampled_from(_WORDS))
            case "move":
                piece = content[place : place + size]
                del content[place : place + size]
                other = draw(st.integers(0, max(len(content), 1)))
                content[other:other] = piece
    return bytes(content)


_VALUE = re.compile(rb"""(?<=")[^"<>]*(?=")|(?<=')[^'<>]*(?=')|(?<=>)[^<>]+(?=<)""")
_VALUES = [
    *(b"", b"0", b"-1", b"1", b"65535", b"65536", b"16384", b"4294967295", b"99999999999999999999", b"1e308", b"nan"),
    *(b"A1", b"XFD1048576", b"A1:XFD1048576", b"B2:A1", b"A0", b"s", b"e", b"b", b"d", b"n", b"str", b"inlineStr"),
    *(b"true", b"0.00%", b"dd/mm/yyyy", b"hidden", b"veryHidden", b"../../x", b"worksheets/sheet1.xml", b"rId1"),
    *(b"&#0;", b"&#x110000;", b"&lt;", b"\xef\xbf\xbf", b"Percent", b"DateTime", b"display:none", b"utf-16"),
    *(b"1048576", b"covered-table-cell", b"percentage", b"date", b"1899-12-30", b"super 58%", b"collapse"),
]


@st.composite
def breaks_values(draw: st.DrawFn, sound: bytes) -> bytes:
    """Well-formed markup with other attribute values and texts."""
    content = sound
    for _ in range(draw(st.integers(1, 6))):
        places = [match.span() for match in _VALUE.finditer(content)]
        if places:
            start, end = draw(st.sampled_from(places))
            content = content[:start] + draw(st.sampled_from(_VALUES)) + content[end:]
    return content


@st.composite
def breaks_records(draw: st.DrawFn, sound: bytes) -> bytes:
    """A BIFF workbook, framed as before, with other bytes inside its records."""
    content = bytearray(sound)
    places, at = [], 512
    while at + 4 <= len(content) and (size := int.from_bytes(content[at + 2 : at + 4], "little")) < len(content) - at:
        places += [(at + 4, size)] if size else []
        at += 4 + size
    for _ in range(draw(st.integers(1, 6))):
        start, size = draw(st.sampled_from(places))
        place = start + draw(st.integers(0, size - 1))
        content[place] = draw(st.one_of(st.sampled_from([0, 1, 2, 127, 128, 254, 255]), st.integers(0, 255)))
    return bytes(content)


@st.composite
def breaks_inside(draw: st.DrawFn, sound: bytes) -> bytes:
    """A zip one part of which is broken, and packed soundly again."""
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(name for name in parts if name.startswith(("xl/", "content", "word/")))))
    parts[name] = draw(st.one_of(breaks(parts[name]), breaks_values(parts[name])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def broken(reader: str, sound: bytes) -> st.SearchStrategy[bytes]:
    """Broken files of a format."""
    match reader:
        case "xlsx" | "ods" | "docx":
            return st.one_of(breaks(sound), breaks_inside(sound), breaks_inside(sound))
        case "xls":
            return st.one_of(breaks(sound), breaks_records(sound))
        case "html" | "xml" | "spreadsheetml" | "fods":
            return st.one_of(breaks(sound), breaks_values(sound))
    return breaks(sound)
