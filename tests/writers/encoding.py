"""Text as bytes in the encodings units use. Knows no format."""

import unicodedata

from tests.writers.way import Way

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def encode(text: str, way: Way) -> bytes:
    """`text` in the way's encoding. Raises UnicodeEncodeError where it lacks a character."""
    return windows_1258(text) if way.encoding == "cp1258" else text.encode(way.encoding)


def windows_1258(text: str) -> bytes:
    """Windows-1258 has the letters â ê ô ă ơ ư đ, and writes their tones as marks behind them."""
    return "".join(map(_tones_behind, unicodedata.normalize("NFC", text))).encode("cp1258")


def _tones_behind(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    return bare + "".join(mark for mark in marks if mark in _TONES)
