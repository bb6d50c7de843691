"""Vietnamese written in an old encoding, or read in a wrong one: recognised and named, never repaired."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from transforms.dictionary.text import normalized
from transforms.read.encoding.syllables import has_vowel, is_syllable

TCVN3 = "TCVN3 (.VnTime)"
VNI = "VNI (VNI-Times)"
DOUBLE_UTF8 = "UTF-8 × 2"
MISREAD_1258 = "Windows-1258 → 1252"
LOST = "�"

# TCVN 5712 as the .VnTime fonts use it; the accented letters are those of Windows-1252 at the same places.
_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
)

# VNI-Windows writes the mark as a second character behind its letter; ư, ơ and đ are ö, ô and ñ.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ö": "ư", "ô": "ơ", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}
_VNI = (
    {letter + mark: _VNI_SINGLE.get(letter, letter) + tone for letter in "aeouyôö" for mark, tone in _VNI_TONES.items()}
    | {letter + mark: letter + "\u0302" + tone for letter in "aeo" for mark, tone in _VNI_CIRCUMFLEX.items()}
    | {"a" + mark: "a\u0306" + tone for mark, tone in _VNI_BREVE.items()}
    | _VNI_SINGLE
)
_VNI_PATTERN = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_C1_OF_1252 = {code: chr(code) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}  # what Windows-1252 leaves free
_1252_CHARACTERS = frozenset(bytes(range(256)).decode("latin-1")) | frozenset(
    bytes(code for code in range(256) if code not in _C1_OF_1252).decode("cp1252")
)
# What no Vietnamese word holds: these letters and signs of Windows-1252, a capital inside (`tuyÕn`), a lost letter.
FOREIGN = re.compile("[\x80-\x9f¡-¿ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ×÷ŒœŠšŸŽžƒˆ˜†‡‰€™�]|(?<=[a-z])[À-Ý]")
_LOST_INSIDE = re.compile(r"(?<=[^\W\d_])\?+(?=[^\W\d_])")
_ADDRESS = re.compile(r"://|www\.|\w\?\w+=")  # a link has question marks of its own
_WORD = re.compile(r"(?:[A-Za-z]|[^\x00-\x7f\xa0‘’“”–—…•])+")


def to_1252(text: str) -> bytes:
    """The bytes Windows-1252 would have, its five free places included. Raises UnicodeEncodeError."""
    return b"".join(
        bytes((ord(character),)) if "\x80" <= character <= "\x9f" else character.encode("cp1252") for character in text
    )


def from_1252(content: bytes) -> str:
    """Windows-1252 with its five free places as they stand: never fails."""
    return content.decode("cp1252", errors="surrogateescape").translate(
        {0xDC00 + code: character for code, character in _C1_OF_1252.items()}
    )


def as_tcvn3(text: str) -> str:
    """Windows-1252 text as its author saw it in a .VnTime font."""
    return text.translate(_TCVN3)


def as_vni(text: str) -> str:
    """Windows-1252 text as its author saw it in a VNI font, in lower case."""
    return normalized("NFC", _VNI_PATTERN.sub(lambda match: _VNI[match.group()], text.lower()))


def _as_1258(text: str) -> str:
    try:
        return normalized("NFC", to_1252(text).decode("cp1258"))
    except UnicodeError:
        return ""


_READINGS: dict[str, Callable[[str], str]] = {
    TCVN3: as_tcvn3,
    VNI: as_vni,
    MISREAD_1258: _as_1258,
}


def marked_words(text: str) -> list[str]:
    """The words that hold a letter beyond ASCII, as far as they can be judged (two characters and more)."""
    return [word for word in _WORD.findall(text) if len(word) > 1 and not word.isascii()]


def share_of_syllables(words: Iterable[str]) -> float:
    """How much of the words is possible Vietnamese, 0 to 1; abbreviations (`LĐTBXH`) are not judged."""
    judged = [is_syllable(word) for word in words if has_vowel(word)]
    return sum(judged) / len(judged) if judged else 0.0


def _twice_utf8(text: str) -> bool:
    """Whether the text's bytes are UTF-8 again, but for spaces that were tidied since."""
    letters = [character for character in to_1252(text).decode(errors="replace") if character > "\u00bf"]
    return bool(letters) and 2 * letters.count(LOST) <= len(letters)


def lost_letters(text: str) -> int:
    """How many times question marks stand inside a word (`L?nh v?c`), where a program's code page lacked letters."""
    words = (word for word in text.split() if "?" in word) if "?" in text else ()
    return sum(len(_LOST_INSIDE.findall(word)) for word in words if not _ADDRESS.search(word))


@lru_cache(maxsize=4096)
def garbled(text: str) -> str | None:
    """The name of the encoding a text was mangled by (LOST: letters are gone), or None for a sound text.

    A text is garbled when a word holds what no Vietnamese word does (`tÞch`), and all marked words become
    syllables in another reading. Foreign names stay what they are.
    """
    if LOST in text:
        return LOST
    if not FOREIGN.search(text) or not _1252_CHARACTERS.issuperset(text):
        return None
    if _twice_utf8(text):
        return DOUBLE_UTF8
    words = marked_words(text)
    if any(FOREIGN.search(word) for word in words):
        for name, reading in _READINGS.items():
            if share_of_syllables(map(reading, words)) == 1:
                return name
    return None
