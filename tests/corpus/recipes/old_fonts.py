"""Vietnamese in the encodings of old fonts: TCVN3 (.VnTime) and VNI. Writes no file.

Both put Vietnamese letters on the places of Western European ones, so a program that knows no better shows
`LÜnh vùc` or `Lónh vöïc` for `Lĩnh vực`.
"""

import unicodedata

_TCVN3 = dict(
    zip(
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        bytes.fromhex(
            "a1a2a3a4a5a6a7a8a9aaabacadaeb5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4"
            "e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfe"
        ),
        strict=True,
    )
)
_VNI_LETTERS = {"ơ": "ô", "ư": "ö", "đ": "ñ", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
_VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_ON_HAT = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_ON_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}


def tcvn3(text: str) -> bytes:
    """`text` as TCVN3 bytes; tones on capitals are lost, as that encoding has only small letters with tones."""
    return bytes(_TCVN3.get(letter) or _TCVN3.get(letter.lower()) or ord(letter) for letter in text)


def vni(text: str) -> bytes:
    """`text` as VNI bytes: a letter and behind it its marks."""
    return "".join(_vni_letter(letter) for letter in text).encode("latin-1")


def as_western(content: bytes) -> str:
    """What a program shows that takes the bytes for Western European text."""
    return content.decode("latin-1")


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_LETTERS:
        return _cased(_VNI_LETTERS[small], letter)
    base, *marks = unicodedata.normalize("NFD", small)
    tone = "".join(mark for mark in marks if mark in _VNI_TONES)
    if "\u0302" in marks:
        return _cased(base + _VNI_ON_HAT[tone], letter)
    if "\u0306" in marks:
        return _cased(base + _VNI_ON_BREVE[tone], letter)
    if "\u031b" in marks:
        return _cased(_VNI_LETTERS[unicodedata.normalize("NFC", base + "\u031b")] + _VNI_TONES[tone], letter)
    return _cased(base + (_VNI_TONES[tone] if tone else ""), letter)


def _cased(written: str, like: str) -> str:
    return written.upper() if like.isupper() else written
