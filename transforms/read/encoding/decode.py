"""Bytes of a text file as text, by evidence and never by a declared name. Knows no table."""

import html
import re

from transforms.dictionary.text import has_many_marks, normalized
from transforms.read.encoding.mojibake import (
    DOUBLE_UTF8,
    LOST,
    MISREAD_1258,
    TCVN3,
    VNI,
    as_tcvn3,
    as_vni,
    from_1252,
    lost_letters,
    marked_words,
    share_of_syllables,
)
from transforms.read.refusal import UnreadableError, many_marks, refuse

_BOMS = {
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 BOM"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}
_SAMPLE = 1_000_000  # bytes read where the encoding has to be guessed from the words
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONFIDENT = 0.9
_WORDS = 3


def decode(content: bytes, *, markup: bool = False) -> tuple[str, str]:
    """The text in NFC and its encoding: UTF-8, UTF-8 BOM, UTF-16 (BOM or not), Windows-1258, Windows-1252.

    Eight-bit text is Windows-1258 only where its words become Vietnamese by it. Windows-1252, which lacks most
    Vietnamese letters, is considered for `markup` only, where the others stand as `&#7879;`. Raises
    UnreadableError for TCVN3, VNI and what is none of these, with the row of the first odd byte.
    """
    for bom, (codec, name) in _BOMS.items():
        if content.startswith(bom):
            return _checked(_strict(content, codec, name), name)
    if b"\0" in content[:4096]:
        return _checked(_utf16_without_bom(content), "UTF-16")
    try:
        return _checked(content.decode(), "UTF-8")
    except UnicodeDecodeError as error:
        return _checked(*_eight_bit(content, error, markup))


def _checked(text: str, encoding: str) -> tuple[str, str]:
    if "\0" in text:
        raise refuse("tệp nhị phân, không phải bảng số liệu", "a binary file, not a table")
    if has_many_marks(text):
        raise many_marks(_row_of_marks(text))
    return normalized("NFC", text), encoding


def _row_of_marks(text: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if has_many_marks(line))


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        raise refuse(
            f"tệp {name} bị cắt cụt hoặc hỏng (byte thứ {error.start + 1})",
            f"the {name} file is truncated or damaged (byte {error.start + 1})",
            row=_row(content, error),
        ) from error


def _utf16_without_bom(content: bytes) -> str:
    """Every second byte of the digits, separators and line ends of a table is zero; of other binary files not."""
    head = content[:4096]
    for codec, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros.count(0) > len(zeros) // 3 and letters.count(0) == 0:
            try:
                text = content.decode(codec)
            except UnicodeDecodeError:
                continue
            if not _CONTROLS.search(text[:4096]):
                return text
    raise refuse("tệp nhị phân, không phải bảng số liệu", "a binary file, not a table")


def _eight_bit(content: bytes, error: UnicodeDecodeError, markup: bool) -> tuple[str, str]:
    sample = content[:_SAMPLE] if error.start < _SAMPLE else content[error.start - 1000 : error.start + _SAMPLE]
    latin = from_1252(sample)
    if set(latin) - {"\xa0"} == set(latin.encode("ascii", "ignore").decode()):
        return content.decode("cp1258"), "Windows-1258"  # nothing but no-break spaces: any code page says the same
    try:
        latin_1258 = sample.decode("cp1258")
    except UnicodeDecodeError:
        latin_1258 = ""
    readings = {
        "Windows-1258": latin_1258,
        "Windows-1252": latin if markup else "",
        TCVN3: as_tcvn3(latin),
        VNI: as_vni(latin),
    }
    scores = {name: _score(text) for name, text in readings.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < _CONFIDENT and lost_letters(latin):
        raise letters_lost()
    if scores[best] < _CONFIDENT:
        raise _unknown(content, error)
    if best in {TCVN3, VNI}:
        raise old_encoding(best, row=_row(content, error))
    try:
        return (content.decode("cp1258") if best == "Windows-1258" else from_1252(content)), best
    except UnicodeDecodeError as late:
        raise _unknown(content, late) from late


def _score(text: str) -> float:
    """How surely a reading is Vietnamese: the share of its marked words that are, 0 below three different words."""
    words = set(marked_words(normalized("NFC", html.unescape(text)).casefold()))
    return share_of_syllables(words) if len(words) >= _WORDS else 0.0


def _row(content: bytes, error: UnicodeDecodeError) -> int:
    return content[: error.start].count(b"\n") + 1


def _unknown(content: bytes, error: UnicodeDecodeError) -> UnreadableError:
    byte = f"0x{content[error.start]:02x}"
    return refuse(
        f"bảng mã không phải UTF-8 (byte {byte}) và không nhận ra được; mở bằng Excel, lưu lại dạng CSV UTF-8",
        f"the text is not UTF-8 (byte {byte}) and its encoding is unknown; open it in Excel, save it as CSV UTF-8",
        row=_row(content, error),
    )


def old_encoding(name: str, row: int | None = None) -> UnreadableError:
    """The refusal of text that was written or mangled by an encoding that is known but not read."""
    vi, en = {
        DOUBLE_UTF8: ("chữ bị hỏng: UTF-8 bị mã hóa hai lần", "the text is mangled: UTF-8 encoded twice"),
        MISREAD_1258: (
            "chữ bị hỏng: Windows-1258 bị đọc nhầm thành Windows-1252",
            "the text is mangled: Windows-1258 read as Windows-1252",
        ),
        LOST: ("chữ đã bị mất (ký tự �)", "letters are lost (character �)"),
    }.get(name, (f"chữ viết bằng bảng mã {name}, không phải Unicode", f"the text is written in {name}, not Unicode"))
    return refuse(f"{vi}; hãy xuất lại bằng Unicode (UTF-8)", f"{en}; export it again in Unicode (UTF-8)", row=row)


def letters_lost(row: int | None = None) -> UnreadableError:
    """The refusal of text in which a program wrote ? for the letters that its code page lacks."""
    return refuse(
        "chữ có dấu đã mất khi lưu (thành dấu ?): mở bảng gốc bằng Excel, lưu lại dạng CSV UTF-8",
        "letters with marks were lost when saving (now ?): open the original in Excel, save it as CSV UTF-8",
        row=row,
    )
