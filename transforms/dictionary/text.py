"""Vietnamese text brought to one form, for keeping and for comparing. Knows no table and no unit."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")
_ETH = str.maketrans("ð", "đ")  # old fonts and keyboards put ð in place of đ; their capitals have the same shape


@dataclass(frozen=True)
class Text:
    """One sentence in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        """The sentence in `lang` ("vi" or "en")."""
        return self.en if lang == "en" else self.vi


def tidy(text: str) -> str:
    """NFC, every run of white space one space, none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """A key for comparing: case, punctuation, NFC/NFD and the placement of tone marks do not count.

    `Định Hóa` and `Định Hoá` stay different after either normal form, because the tone stands on another
    letter. A syllable has one tone, so the key carries it at the syllable's end: both give `đinḥ hoá`.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_ETH)
    return " ".join(_tone_last(word) for word in _WORD.findall(folded))


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in _TONES]
    if not tones:
        return word
    bare = "".join(letter for letter in letters if letter not in _TONES)
    return unicodedata.normalize("NFC", bare) + "".join(tones)


@lru_cache(maxsize=10_000)  # the names of units repeat the same few words
def unmarked(text: str) -> str:
    """Lower-case text as it is typed without diacritics: `định hóa` gives `dinh hoa`."""
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("ð", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def ascii_key(text: str) -> str:
    """Letters only, without any diacritics: `Số lượng (1)`, `soLuong` and `so_luong` are one."""
    return "".join(letter for letter in unmarked(text.casefold()) if "a" <= letter <= "z")


def flat(text: str) -> str:
    """The text for comparing, letter by letter as long as it was: lower case, no diacritics."""
    return "".join(map(_letter, text))


@lru_cache(4096)
def _letter(letter: str) -> str:
    if letter in "đĐðÐ":
        return "d"
    return unicodedata.normalize("NFKD", letter.casefold())[:1] or letter
