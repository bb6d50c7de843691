"""Strategies that break a sound file: cut, flip, splice, repeat, insert. Knows no reader."""

import io
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


@st.composite
def breaks_inside(draw: st.DrawFn, sound: bytes) -> bytes:
    """A zip one part of which is broken, and packed soundly again."""
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw(
        st.sampled_from(sorted(name for name in parts if "sheet" in name or "Strings" in name or "xl/" in name))
    )
    parts[name] = draw(breaks(parts[name]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def broken(reader: str, sound: bytes) -> st.SearchStrategy[bytes]:
    """Broken files of a format."""
    return st.one_of(breaks(sound), breaks_inside(sound), breaks_inside(sound)) if reader == "xlsx" else breaks(sound)
